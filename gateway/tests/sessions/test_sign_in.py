"""Sign-in by redirect, seen by the browser and by those who would like to be it."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text, update

from chassis.testing import ISSUER
from gateway.models import BrowserSession
from gateway.sessions.store import SessionStore

COOKIE = "onedoor"


async def age(gateway, **values):
    async with gateway.session() as session:
        change = update(BrowserSession).values(**values).execution_options(synchronize_session=False)
        await session.execute(change)


async def test_a_browser_is_sent_to_the_provider_with_a_question_of_its_own(browser):
    began = await browser.http.get("/session/start")

    url = urlsplit(began.headers["location"])
    query = parse_qs(url.query)
    assert began.status_code == 303
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{ISSUER}/oauth2/authorize"
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [f"{ISSUER}/session/callback"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()


async def test_who_comes_back_is_signed_in_and_holds_no_token(browser):
    back = await browser.sign_in("/cases")

    me = await browser.me()
    assert back.headers["location"] == "/cases"
    assert me.json()["name"] == "李晓雯"
    assert "token" not in me.text.replace("x-csrf-token", "")
    cookie = next(one for one in back.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "eyJ" not in cookie


async def test_the_cookie_is_kept_as_a_hash_and_tokens_are_sealed(browser, gateway):
    await browser.sign_in()

    async with gateway.session() as session:
        row = (await session.execute(text("SELECT * FROM browser_session"))).mappings().one()
    assert browser.http.cookies[COOKIE].encode() not in row["id_hash"]
    assert b"eyJ" not in row["access_token"]
    assert "李".encode() not in row["name"]


async def test_a_state_that_nobody_asked_with_is_refused(browser):
    query = await browser.begin()

    assert (await browser.come_back({**query, "state": "another"})).status_code == 400
    assert (await browser.me()).status_code == 401


async def test_another_browser_cannot_finish_a_sign_in(browser):
    query = await browser.begin()
    browser.http.cookies.clear()

    assert (await browser.come_back(query)).status_code == 400


async def test_an_answer_is_taken_once(browser):
    query = await browser.begin()
    first = await browser.come_back(query)

    again = await browser.come_back(query)

    assert (first.status_code, again.status_code) == (303, 400)


async def test_an_answer_of_another_issuer_is_refused(browser):
    query = await browser.begin()

    assert (await browser.come_back({**query, "iss": "https://elsewhere.example"})).status_code == 400


async def test_an_identity_that_answers_another_question_is_refused(browser, issuer):
    query = await browser.begin()
    issuer.nonces[query["code"]] = "of another sign-in"

    assert (await browser.come_back(query)).status_code == 400


async def test_a_code_that_the_provider_does_not_know_is_refused(browser):
    query = await browser.begin()

    assert (await browser.come_back({**query, "code": "stolen"})).status_code == 400


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example/", "/\\evil.example", "/a\nb", "evil", "/" + "a" * 600]
)
async def test_nobody_is_sent_to_another_site_afterwards(browser, to):
    assert (await browser.sign_in(to)).headers["location"] == "/"


async def test_a_browser_that_failed_sees_a_page_and_a_program_a_problem(browser):
    page = await browser.get("/session/callback?state=x&code=y")
    problem = await browser.http.get("/session/callback?state=x&code=y")

    assert page.headers["content-type"].startswith("text/html")
    assert problem.headers["content-type"] == "application/problem+json"
    assert (page.status_code, problem.status_code) == (400, 400)


async def test_a_new_sign_in_ends_the_one_before_in_this_browser(browser, gateway):
    await browser.sign_in()
    before = browser.http.cookies[COOKIE]
    await browser.sign_in()

    browser.http.cookies.set(COOKIE, before, domain="localhost.local")
    async with gateway.session() as session:
        assert len((await session.execute(select(BrowserSession.id_hash))).all()) == 1


async def test_signing_out_needs_the_sessions_own_form(browser):
    await browser.sign_in()

    foreign = await browser.http.post("/session/end", data={"csrf": "guessed"})
    csrf = (await browser.me()).json()["csrf"]
    own = await browser.http.post("/session/end", data={"csrf": csrf})

    assert foreign.status_code == 403
    assert own.headers["location"].startswith(f"{ISSUER}/oauth2/logout?id_token_hint=")
    assert (await browser.me()).status_code == 401


@pytest.mark.parametrize(
    "ago", [{"seen_at": timedelta(minutes=31)}, {"created_at": timedelta(hours=13)}], ids=["unused", "too old"]
)
async def test_a_session_ends_by_itself(browser, gateway, ago):
    await browser.sign_in()
    await age(gateway, **{name: datetime.now(UTC) - time for name, time in ago.items()})

    assert (await browser.me()).status_code == 401


async def test_many_requests_fetch_new_tokens_once(browser, gateway, issuer):
    await browser.sign_in()
    await age(gateway, access_until=datetime.now(UTC))

    answers = await asyncio.gather(*(browser.me() for _ in range(5)))

    assert [answer.status_code for answer in answers] == [200] * 5
    assert issuer.refreshes == 1


async def test_a_refresh_whose_answer_was_lost_is_asked_again_by_the_same_name(browser, gateway, issuer):
    await browser.sign_in()
    await age(gateway, access_until=datetime.now(UTC))
    issuer.loses_answers = True
    await browser.me()
    issuer.loses_answers = False
    await age(gateway, refreshing_until=None)

    assert (await browser.me()).status_code == 200
    await age(gateway, access_until=datetime.now(UTC))
    gateway.runtime.room(SessionStore)._known.clear()
    assert (await browser.me()).status_code == 200
    lost, again, another = issuer.named
    assert lost == again != another


async def test_a_session_that_the_provider_ended_is_over(browser, gateway, issuer):
    await browser.sign_in()
    await age(gateway, access_until=datetime.now(UTC))
    issuer.refuses = True

    assert (await browser.me()).status_code == 401
