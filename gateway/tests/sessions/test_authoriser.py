"""What the hot path lets through: a cookie becomes a token, a token is verified, a stranger's form is stopped."""

import inspect

import pytest

from chassis.testing import token
from gateway.authorise import PROVIDER, Authoriser
from gateway.proxy import Forward, Reject, Request, Route

COOKIE = "onedoor"


@pytest.fixture
def authoriser(gateway):
    class App:
        state = type("State", (), {"runtime": gateway.runtime})()

    return Authoriser(App(), gateway.runtime.settings)


def asked(method="GET", route="workflow", **headers):
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = Request(method, b"/api/workflow/v1/cases", "1.1", [(b"host", b"localhost"), *fields], True)
    request.route = Route("/api/workflow/v1", ("127.0.0.1", 1), route)
    return request


async def verdict_of(authoriser, request):
    verdict = authoriser(request)
    return await verdict if inspect.isawaitable(verdict) else verdict


@pytest.fixture
async def cookie(browser):
    await browser.sign_in()
    return f"{COOKIE}={browser.http.cookies[COOKIE]}"


async def test_a_cookie_becomes_a_token_and_goes_no_further(authoriser, cookie):
    verdict = await verdict_of(authoriser, asked(cookie=cookie))

    assert isinstance(verdict, Forward)
    assert verdict.block.startswith(b"authorization: Bearer eyJ")
    assert b"cookie" in verdict.gone


async def test_a_change_by_cookie_needs_a_sign_that_it_is_ours(authoriser, cookie, browser):
    csrf = (await browser.me()).json()["csrf"]

    foreign = [{}, {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"x_csrf_token": "guessed"}]
    ours = [{"sec_fetch_site": "same-origin"}, {"x_csrf_token": csrf}]

    refused = [await verdict_of(authoriser, asked("POST", cookie=cookie, **headers)) for headers in foreign]
    passed = [await verdict_of(authoriser, asked("POST", cookie=cookie, **headers)) for headers in ours]
    assert [one.problem.slug for one in refused] == ["cross-site-request"] * 4
    assert all(isinstance(one, Forward) for one in passed)


async def test_a_wrong_csrf_token_is_not_saved_by_the_browsers_word(authoriser, cookie):
    verdict = await verdict_of(
        authoriser, asked("POST", cookie=cookie, x_csrf_token="guessed", sec_fetch_site="same-origin")
    )

    assert isinstance(verdict, Reject)


async def test_a_cookie_of_no_session_is_told_so(authoriser):
    verdict = await verdict_of(authoriser, asked(cookie=f"{COOKIE}=made-up"))

    assert (verdict.problem.status, verdict.problem.slug) == (401, "session-ended")


async def test_a_bearer_needs_no_csrf_token(authoriser):
    verdict = await verdict_of(authoriser, asked("POST", authorization=f"Bearer {token()}"))

    assert isinstance(verdict, Forward)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer x", "Basic eDp5", "Bearer ", f"Bearer {token(iat=1, exp=2, auth_time=1)}", f"Bearer {token(iss='https://elsewhere.example')}",
     f"Bearer {token(audience='elsewhere.example')}", f"Bearer {token()[:-4]}AAAA"],
    ids=["no token", "another scheme", "empty", "expired", "another issuer", "another audience", "another signature"],
)  # fmt: skip
async def test_a_bearer_that_is_not_valid_is_refused(authoriser, authorization):
    verdict = await verdict_of(authoriser, asked(authorization=authorization))

    assert isinstance(verdict, Reject)
    assert verdict.problem.status == 401


async def test_who_says_nothing_is_passed_on_without_a_name(authoriser):
    verdict = await verdict_of(authoriser, asked())

    assert isinstance(verdict, Forward)
    assert verdict.block == b""


async def test_the_providers_pages_get_their_own_cookies_and_never_ours(authoriser, cookie):
    request = asked(route=PROVIDER, cookie=f"other=1; {cookie}")

    verdict = await verdict_of(authoriser, request)

    assert verdict.block == b"cookie: other=1\r\n"
