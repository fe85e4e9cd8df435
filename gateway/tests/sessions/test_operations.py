"""Pages of operators, and of clerks with a stuck case: who sees them, what they say, what one press does."""

import re

import pytest
import pytest_asyncio

from contracts.claims import Kind

TYPE = "https://onedoor.example/problems/"
JOB = "01920000-0000-7000-8000-000000000007"
AT = "2026-03-11T03:12:00+08:00"
OVERVIEW = {
    "service": "sharing", "version": "1.0.0", "roles": ["api", "worker"], "started_at": AT,
    "outbox": {"waiting": 1204, "oldest_at": AT}, "consumer": {"group": "svc-sharing", "topics": [], "lag": 38210},
    "jobs": [{"kind": "sharing.exchange.ask", "state": "incident", "count": 3, "retried": 3, "first_run_at": AT}],
    "dead_letters": 2,
}  # fmt: skip
LETTER = {
    "id": 71, "topic": "onedoor.workflow.step", "key": "k", "type": "onedoor.workflow.step.requested.v1",
    "reason": "handler-failed", "error": "ValueError at a.py:1 b", "dead_at": AT, "replayed_at": None,
}  # fmt: skip
INCIDENT_JOB = {
    "id": JOB, "kind": "sharing.exchange.ask", "state": "incident", "attempts": 8, "run_at": AT, "error": "department-down",
    "created_at": AT, "done_at": AT,
}  # fmt: skip
STUCK = {
    "id": JOB, "case_id": JOB, "case_number": "440199-2026-000117", "branch": "vaccination", "reason": "grant-expired",
    "raised_at": AT, "resolved_at": None,
}  # fmt: skip
LETTER_AT, JOB_AT, STUCK_AT = (
    "/operations/sharing/dead-letters/71",
    f"/operations/sharing/jobs/{JOB}",
    f"/staff/incidents/{JOB}",
)


@pytest_asyncio.fixture
async def operator(browser, issuer):
    issuer.kind, issuer.roles = Kind.STAFF, ("operator",)
    issuer.answers |= {
        "/health/ready": {"status": "ready"},
        "/operations/overview": OVERVIEW,
        "/operations/dead-letters/71": LETTER,
        f"/operations/jobs/{JOB}": INCIDENT_JOB,
    }
    await browser.sign_in()
    return browser


def posted(issuer) -> list[tuple[str, str]]:
    return [(path, headers["idempotency-key"]) for method, path, headers in issuer.asked if method == "POST"]


def posted_paths(issuer) -> list[str]:
    return [path for method, path, _ in issuer.asked if method == "POST"]


async def test_an_operator_is_led_to_the_programs_side_by_side(operator):
    home = await operator.get("/")
    page = await operator.get("/operations")

    assert (home.status_code, home.headers["location"]) == (303, "/operations")
    assert page.text.count("38210") == 7
    assert "数据共享" in page.text
    assert "/staff/inbox" not in page.text


async def test_a_program_that_does_not_answer_is_told_as_such_and_hides_nothing_else(operator):
    page = await operator.get("/operations")

    gateway = page.text.split('href="/operations/gateway"')[1].split("</tr>")[0]  # nothing listens at its port here
    assert "没有应答，别的都不知道，也不知道从什么时候起。" in gateway


async def test_a_program_that_is_not_ready_is_told_from_one_that_is_silent(operator, issuer):
    issuer.answers["/health/ready"] = (503, {"type": TYPE + "unavailable", "status": 503})

    page = await operator.get("/operations/sharing")

    assert page.status_code == 200
    assert "不能服务" in page.text


async def test_a_program_that_does_not_say_how_it_stands_is_shown_without(operator, issuer):
    issuer.answers["/operations/overview"] = (500, {"type": TYPE + "internal", "status": 500})

    assert "没有说出它的情况" in (await operator.get("/operations/sharing")).text


async def test_who_is_no_operator_sees_no_operations(browser, issuer):
    issuer.kind = Kind.STAFF
    await browser.sign_in()

    assert (await browser.get("/operations")).status_code == 403
    assert (await browser.get("/operations/sharing/jobs")).status_code == 403


@pytest.mark.parametrize(
    "path", ["/operations/nothing", "/operations/sharing/jobs?state=lost", "/operations/sharing/jobs/7"]
)
async def test_what_is_not_there_is_said_by_a_page(operator, path):
    assert (await operator.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "done"),
    [(LETTER_AT, "/operations/dead-letters/71/replay"), (JOB_AT, f"/operations/incidents/{JOB}/retry")],
)
async def test_setting_going_again_asks_first_and_is_done_once_per_form(operator, issuer, path, done):
    verb = done.rpartition("/")[2]
    issuer.answers[done] = {"outcome": "handled"}
    question = await operator.get(f"{path}/{verb}")

    first = await operator.send(f"{path}/{verb}", question)
    again = await operator.send(f"{path}/{verb}", question)

    assert (first.status_code, first.headers["location"]) == (303, path)
    assert again.headers["location"] == path
    keys = {key for _, key in posted(issuer)}
    assert [where for where, _ in posted(issuer)] == [done, done]
    assert len(keys) == 1  # the service does it once


async def test_all_letters_are_handled_again_oldest_first_and_the_page_says_how_far_it_came(operator, issuer):
    letters = [LETTER | {"id": number} for number in (73, 72, 71)]
    issuer.answers |= {
        "/operations/dead-letters": {"items": letters, "next_cursor": None},
        "/operations/dead-letters/71/replay": {"outcome": "handled"},
        "/operations/dead-letters/72/replay": (
            409,
            {"type": TYPE + "still-failing", "status": 409, "cause": "KeyError"},
        ),
        "/operations/dead-letters/73/replay": {"outcome": "already-handled"},
    }
    question = await operator.get("/operations/sharing/dead-letters/replay")

    answer = await operator.send("/operations/sharing/dead-letters/replay", question)

    assert posted_paths(issuer) == [f"/operations/dead-letters/{number}/replay" for number in (71, 72, 73)]
    assert "共 3 条，已试 3 条" in answer.text
    assert "KeyError" in answer.text
    assert "都试过了" in answer.text


async def test_handling_again_goes_on_where_it_stopped(operator, issuer, monkeypatch):
    monkeypatch.setattr("gateway.portal.pages.letters.A_STRETCH", -1.0)
    letters = [LETTER | {"id": number} for number in (73, 72, 71)]
    issuer.answers["/operations/dead-letters"] = {"items": letters, "next_cursor": None}
    for number in (71, 72, 73):
        issuer.answers[f"/operations/dead-letters/{number}/replay"] = {"outcome": "handled"}
    page = await operator.get("/operations/sharing/dead-letters/replay")

    told, progress = [], {}
    while not told or progress:
        page = await operator.send("/operations/sharing/dead-letters/replay", page, **progress)
        told += re.findall(r"共 \d 条，已试 \d 条", page.text)
        progress = dict(re.findall(r'name="(after|handled|needless|failed)" value="(\d+)"', page.text))

    assert told == [f"共 3 条，已试 {number} 条" for number in (1, 2, 3)]
    assert len(posted_paths(issuer)) == 3


async def test_a_letter_that_fails_again_says_so_where_it_stands(operator, issuer):
    question = await operator.get(f"{LETTER_AT}/replay")
    problem = {"type": TYPE + "still-failing", "status": 409, "cause": "ValueError"}
    issuer.answers["/operations/dead-letters/71/replay"] = (409, problem)

    answer = await operator.send(f"{LETTER_AT}/replay", question)

    assert answer.status_code == 200
    assert "这一次还是没有成功" in answer.text
    assert "ValueError" in answer.text


async def test_what_was_set_going_meanwhile_is_not_asked_for_again(operator, issuer):
    issuer.answers["/operations/dead-letters/71"] = LETTER | {"replayed_at": AT}
    issuer.answers[f"/operations/jobs/{JOB}"] = INCIDENT_JOB | {"state": "done"}

    for path, verb in ((LETTER_AT, "replay"), (JOB_AT, "retry")):
        asked = await operator.get(f"{path}/{verb}")
        assert (asked.status_code, asked.headers["location"]) == (303, path)


async def test_a_replay_needs_the_sessions_own_form(operator, issuer):
    answer = await operator.http.post(f"{LETTER_AT}/replay", data={"csrf": "guessed"})

    assert answer.status_code == 403
    assert posted(issuer) == []


async def test_a_clerk_sees_and_retries_a_stuck_case(browser, issuer):
    issuer.kind, issuer.roles = Kind.STAFF, ("clerk",)
    issuer.answers |= {
        "/incidents": {"items": [STUCK], "next_cursor": None},
        f"/incidents/{JOB}": STUCK,
        f"/incidents/{JOB}/retry": (202, None),
    }
    await browser.sign_in()

    listed = await browser.get("/staff/incidents")
    question = await browser.get(f"{STUCK_AT}/retry")
    done = await browser.send(f"{STUCK_AT}/retry", question)

    assert STUCK_AT in listed.text
    assert "授权" in listed.text
    assert (done.status_code, done.headers["location"]) == (303, STUCK_AT)
    assert [where for where, _ in posted(issuer)] == [f"/incidents/{JOB}/retry"]


async def test_an_operator_sees_and_retries_a_case_that_no_department_can_mend(operator, issuer):
    nobodys, at = STUCK | {"branch": None, "reason": "process-stuck"}, f"/operations/stuck-cases/{JOB}"
    issuer.answers |= {
        "/stuck-cases": {"items": [nobodys], "next_cursor": None},
        f"/stuck-cases/{JOB}": nobodys,
        f"/stuck-cases/{JOB}/retry": (202, None),
    }

    front = await operator.get("/operations")
    listed = await operator.get("/operations/stuck-cases")
    question = await operator.get(f"{at}/retry")
    done = await operator.send(f"{at}/retry", question)

    assert "哪个部门都推不动的办件：1 件。" in front.text
    assert at in listed.text
    assert (done.status_code, done.headers["location"]) == (303, at)
    assert [where for where, _ in posted(issuer)] == [f"/stuck-cases/{JOB}/retry"]


async def test_a_clerk_does_not_see_what_only_operators_can_mend(browser, issuer):
    issuer.kind, issuer.roles = Kind.STAFF, ("clerk",)
    await browser.sign_in()

    assert (await browser.get("/operations/stuck-cases")).status_code == 403


@pytest.mark.parametrize(
    ("roles", "place"),
    [
        (("clerk",), "/staff/inbox"),
        (("operator",), "/operations"),
        (("clerk", "operator"), "/staff/inbox"),
        (("data-officer", "supervisor"), "/staff"),
        ((), "/staff"),
    ],
)
async def test_everybody_is_led_to_a_page_that_they_may_read(browser, issuer, roles, place):
    issuer.kind, issuer.roles = Kind.STAFF, roles
    await browser.sign_in()

    assert (await browser.get("/")).headers["location"] == place
    desk = await browser.get("/staff")
    if place == "/staff":
        assert desk.status_code == 200
        assert desk.text.count("您") >= len(roles)
        assert "/staff/inbox" not in desk.text
    else:
        assert desk.headers["location"] == place


async def test_a_case_that_somebody_else_retried_shows_how_it_stands(browser, issuer):
    issuer.kind, issuer.roles = Kind.STAFF, ("clerk",)
    issuer.answers |= {
        f"/incidents/{JOB}": STUCK,
        f"/incidents/{JOB}/retry": (409, {"type": TYPE + "incident-resolved", "status": 409}),
    }
    await browser.sign_in()
    question = await browser.get(f"{STUCK_AT}/retry")

    done = await browser.send(f"{STUCK_AT}/retry", question)

    assert (done.status_code, done.headers["location"]) == (303, STUCK_AT)


@pytest.mark.parametrize("typed", ["440199-2026-000117", "4401992026000117", " 440199-2026-000117 "])
async def test_a_case_number_leads_to_its_case(browser, typed):
    answer = await browser.http.get("/progress", params={"number": typed}, headers={"accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/440199-2026-000117")


async def test_what_is_no_case_number_is_said_at_its_field(browser):
    answer = await browser.get("/progress?number=12")

    assert answer.status_code == 200
    assert 'id="number-error"' in answer.text


async def test_a_number_alone_opens_nothing(browser):
    stranger = await browser.get("/cases/440199-2026-000117")

    assert (stranger.status_code, stranger.headers["location"]) == (303, "/session/start?to=/cases/440199-2026-000117")


async def test_a_case_that_is_not_mine_is_as_unknown_as_one_that_never_was(browser):
    await browser.sign_in()

    assert (await browser.get("/cases/440199-2026-000117")).status_code == 404
