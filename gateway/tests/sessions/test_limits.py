"""The real program with small limits: whose request counts for whom, and what a person is shown."""

import asyncio

import httpx
import pytest
import pytest_asyncio
import uvicorn
from browser import Browser, hidden_field
from issuer import _Server

from chassis.identifiers import new_id
from chassis.testing import token
from contracts.claims import Kind
from gateway.main import proxy_of
from gateway.portal.limited import MARKS
from gateway.sessions import store

LIMITS = {"rate_limit": 1, "rate_limit_burst": 3, "rate_limit_of_address": 1, "rate_limit_burst_of_address": 2}
CASES = "/api/workflow/v1/cases"
HTML = {"accept": "text/html,*/*;q=0.8"}


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def limits() -> dict[str, int]:
    return LIMITS


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def client(gateway, issuer, limits, clock):
    """Speaks to the gateway's own protocol over a real connection; the clock of its buckets stands still."""
    issuer.answers |= {"/cases": {"items": []}}
    await gateway.runtime.tokens.verify(token())  # keys are at hand
    app, settings = gateway.http._transport.app, gateway.runtime.settings.model_copy(update=limits)
    http = proxy_of(app, settings, clock).protocol()
    running = _Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", http=http))
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    address = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client
    running.should_exit = True
    await task


async def statuses(client, path, times, **headers):
    return [(await client.get(path, headers=headers)).status_code for _ in range(times)]


def bearer(subject=None, **claims):
    return {"authorization": f"Bearer {token(subject, **claims)}"}


async def signed_in(browser: Browser) -> dict[str, str]:
    """A session that this process knows."""
    await browser.sign_in()
    assert (await browser.me()).status_code == 200
    return {"cookie": f"onedoor={browser.http.cookies['onedoor']}"}


async def test_all_tokens_of_one_subject_share_a_bucket_and_another_subject_has_their_own(client):
    mother, father = new_id(), new_id()

    hers = [(await client.get(CASES, headers=bearer(mother))) for _ in range(4)]
    his = [(await client.get(CASES, headers=bearer(father))) for _ in range(3)]

    assert [answer.status_code for answer in hers] == [200, 200, 200, 429]
    assert [answer.status_code for answer in his] == [200, 200, 200]
    assert hers[0].headers["ratelimit"] == '"identified";r=2;t=1'
    assert hers[3].headers["ratelimit-policy"] == '"identified";q=3;w=3'


async def test_a_department_s_program_is_counted_by_its_client_s_id(client):
    program, other = (
        bearer(name, kind=Kind.CLIENT, audience="svc-workflow", client_id=name, sid=None) for name in ("police", "hr")
    )

    assert await statuses(client, CASES, 4, **program) == [200, 200, 200, 429]
    assert await statuses(client, CASES, 1, **other) == [200]


async def test_whoever_acts_for_others_is_counted_themselves(client):
    child, agent = new_id(), new_id()
    acting = bearer(child, act={"sub": str(agent)})

    assert await statuses(client, CASES, 4, **acting) == [200, 200, 200, 429]
    assert await statuses(client, CASES, 1, **bearer(agent)) == [429]
    assert await statuses(client, CASES, 1, **bearer(child)) == [200]


async def test_a_bad_token_counts_by_address_and_holds_up_nobody_who_is_known(client):
    subject = new_id()

    assert await statuses(client, CASES, 3, authorization="Bearer made-up") == [401, 401, 429]
    assert await statuses(client, CASES, 1) == [429]
    assert await statuses(client, CASES, 1, **bearer(subject)) == [200]


async def test_two_sessions_behind_one_address_have_a_bucket_each(client, gateway, browser, issuer):
    hasty = await signed_in(browser)
    transport = gateway.http._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as http:
        calm = await signed_in(Browser(http, issuer))

    assert await statuses(client, CASES, 4, **hasty) == [200, 200, 200, 429]
    assert await statuses(client, "/session/me", 1, **hasty) == [429]
    assert await statuses(client, CASES, 3, **calm) == [200, 200, 200]


async def test_a_session_keeps_its_bucket_while_it_is_looked_up_again(client, browser, gateway, monkeypatch):
    session = await signed_in(browser)
    monkeypatch.setattr(store, "TRUSTED_SECONDS", -1.0)

    answers = [await client.get(CASES, headers=session) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit"].startswith('"session"')


async def test_invented_sessions_share_the_bucket_of_their_address(client):
    invented = [{"cookie": f"onedoor=invented-{number}"} for number in range(4)]

    answers = [(await client.get(CASES, headers=headers)).status_code for headers in invented]

    assert answers == [401, 401, 429, 429]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_health_and_metrics_are_never_refused(client, path):
    await statuses(client, CASES, 3)

    assert 429 not in await statuses(client, path, 5)


@pytest.mark.parametrize("limits", [dict.fromkeys(LIMITS, 0)])
async def test_nought_is_no_limit(client):
    assert set(await statuses(client, CASES, 20)) == {200}
    assert set(await statuses(client, CASES, 20, **bearer(new_id()))) == {200}


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "请稍等一会儿"), ("en", "One moment, please")], ids=["Chinese", "English"]
)
async def test_a_browser_is_shown_the_portal_s_page(client, language, title):
    await statuses(client, CASES, 2)

    page = await client.get("/search?q=a&b=<c>", headers=HTML | {"accept-language": language})

    assert (page.status_code, page.headers["content-language"]) == (429, language)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (page.headers["retry-after"], page.headers["cache-control"]) == ("1", "no-store")
    assert title in page.text
    assert page.headers["x-request-id"] in page.text
    assert 'href="/search?q=a&amp;b=%3Cc%3E"' in page.text
    assert not any(mark in page.text for mark in MARKS)


async def test_what_people_chose_holds_on_that_page_too(client):
    await statuses(client, CASES, 2)
    chosen = {"cookie": "onedoor_language=en; onedoor_letters=largest", "accept-language": "zh"}

    page = await client.get("/", headers=HTML | chosen)

    assert page.headers["content-language"] == "en"
    assert 'data-letters="largest"' in page.text


async def test_forms_on_that_page_are_those_of_the_session(client, browser):
    session = await signed_in(browser)
    csrf = (await browser.me()).json()["csrf"]
    await statuses(client, CASES, 3, **session)

    page = await client.get("/", headers=HTML | session)

    assert (page.status_code, hidden_field(page, "csrf")) == (429, csrf)


async def test_forms_on_that_page_are_those_of_the_browser_that_is_not_signed_in(client):
    await statuses(client, CASES, 2)
    mine = "a" * 32

    pages = [await client.get("/", headers=HTML | {"cookie": f"onedoor_form={one}"}) for one in (mine, '"><b>')]

    assert [hidden_field(page, "csrf") for page in pages] == [mine, ""]


async def test_the_sign_in_s_pages_are_refused_with_the_page_too(client):
    await statuses(client, CASES, 2)

    answer = await client.get("/sign-in", headers=HTML)

    assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", [CASES, "/api/nothing"])
async def test_an_api_never_answers_with_a_page(client, path):
    await statuses(client, CASES, 2)

    answer = await client.get(path, headers=HTML)

    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert answer.json()["type"] == "https://onedoor.example/problems/too-many-requests"


async def test_a_refused_form_comes_back_to_the_front_page(client):
    await statuses(client, CASES, 2)

    page = await client.post("/letters", headers=HTML, data={"letters": "larger"})

    assert page.status_code == 429
    assert '/letters"' in page.text
    assert 'name="back" value="/"' in page.text
