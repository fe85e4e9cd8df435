"""What an attacker tries at the authorization and token endpoints."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from chassis.jose import SigningKey, sign
from chassis.testing import ISSUER
from contracts.events.identity import SessionRevoked
from svc_identity.models import AuthorizationCode

from .browser import CALLBACK, Browser, answered, pkce, register_client

MINUTE = timedelta(seconds=60)


async def test_a_wrong_verifier_burns_the_code(browser):
    code = await browser.code()

    wrong = await browser.exchange(code, code_verifier=pkce()[0])
    right = await browser.exchange(code)

    assert [wrong.json()["error"], right.json()["error"]] == ["invalid_grant", "invalid_grant"]


async def test_a_code_used_twice_ends_what_the_first_use_led_to(browser, service):
    code = await browser.code()
    tokens = (await browser.exchange(code)).json()

    again = await browser.exchange(code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (await browser.token("refresh_token", refresh_token=tokens["refresh_token"])).status_code == 400
    assert (await service.client(tokens["access_token"]).get("/me")).status_code == 401
    assert len(await service.published(SessionRevoked)) == 1


async def test_a_code_is_good_for_a_minute(browser, service):
    code = await browser.code()
    async with service.session() as session:
        await session.execute(update(AuthorizationCode).values(expires_at=AuthorizationCode.expires_at - MINUTE))

    assert (await browser.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_code_is_bound_to_client_and_redirect_uri(browser, service):
    await register_client(service, "other")
    code = await browser.code()

    other_client = Browser(service, "other")
    stolen = await other_client.exchange(code, code_verifier=browser.verifier)
    elsewhere = await browser.exchange(code, redirect_uri=f"{CALLBACK}/")

    assert [stolen.json()["error"], elsewhere.json()["error"]] == ["invalid_grant", "invalid_grant"]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/session/callback"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"redirect_uri": f"{CALLBACK}/../x"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
    ],
)
async def test_with_the_client_in_doubt_nobody_is_redirected(browser, changes):
    for answer in (
        await browser.authorize(**changes),
        await browser.http.get("/sign-in", params=browser.request(**changes)),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "这个登录链接不能用" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"acr_values": "strength-hardware"}, "unmet_authentication_requirements"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_other_flaws_are_told_to_the_client(browser, changes, error):
    told = answered(await browser.authorize(**changes))

    assert (told["error"], told["state"], told["iss"]) == (error, "s1", ISSUER)


async def test_a_parameter_twice_is_refused(browser):
    query = "&".join(f"{name}={value}" for name, value in browser.request().items())

    assert (await browser.http.get(f"/oauth2/authorize?{query}&state=s2")).status_code == 400


async def test_a_token_forged_with_another_key_under_our_kid_is_refused(browser, service):
    tokens = await browser.tokens()
    kid = (await browser.http.get("/oauth2/jwks")).json()["keys"][0]["kid"]
    forger = SigningKey.parse({**SigningKey.generate().to_jwk(), "kid": kid})
    claims = {
        "iss": ISSUER, "sub": "01a206be-9b79-7251-9355-86ae8d18d347", "aud": "onedoor", "iat": 1, "exp": 2_000_000_000, "jti": "j",
        "client_id": "gateway", "kind": "person", "scope": "identity:account:read",
    }  # fmt: skip

    for token in (sign(claims, forger, "at+jwt"), tokens["id_token"], tokens["access_token"][:-4] + "AAAA"):
        assert (await service.client(token).get("/me")).status_code == 401


async def test_repeating_a_token_request_by_key_is_refused(browser):
    code = await browser.code()

    answer = await browser.http.post("/oauth2/token", data={"code": code}, headers={"Idempotency-Key": "k"})

    assert answer.json()["error"] == "invalid_request"


async def test_a_body_that_is_no_form_is_refused(browser):
    answer = await browser.http.post("/oauth2/token", json={"grant_type": "authorization_code"})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
