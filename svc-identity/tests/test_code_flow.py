"""Signing in through the provider: code with PKCE, tokens, and what an attacker tries."""

from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.testing import ISSUER

from .browser import CALLBACK, answered


async def keys_of(browser) -> KeySet:
    return KeySet.import_key_set((await browser.http.get("/oauth2/jwks")).json())


async def test_a_person_signs_in_and_the_client_gets_tokens(browser):
    asked = await browser.authorize()
    assert asked.headers["location"].startswith("/sign-in?")

    signed_in = await browser.sign_in()
    assert signed_in.headers["location"].startswith("/oauth2/authorize?")

    back = await browser.authorize()
    assert back.headers["location"].startswith(CALLBACK + "?")
    assert (answered(back)["state"], answered(back)["iss"]) == ("s1", ISSUER)

    answer = await browser.exchange(answered(back)["code"])
    assert answer.status_code == 200
    assert {"access_token", "refresh_token", "id_token"} <= answer.json().keys()
    assert answer.headers["cache-control"] == "no-store"


async def test_tokens_are_what_an_independent_verifier_expects(browser):
    tokens = await browser.tokens()
    keys = await keys_of(browser)

    access = jwt.decode(tokens["access_token"], keys, algorithms=["ES256"])
    identity = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])

    assert access.header["typ"] == "at+jwt"
    assert (access.claims["iss"], access.claims["aud"], access.claims["kind"]) == (ISSUER, "onedoor", "person")
    assert access.claims["exp"] - access.claims["iat"] == 300
    assert "workflow:case:submit" in access.claims["scope"].split()
    assert (identity.claims["aud"], identity.claims["nonce"], identity.claims["name"]) == ("gateway", "n1", "李晓雯")
    assert identity.claims["sub"] == access.claims["sub"]


async def test_the_access_token_works_here(browser, service):
    tokens = await browser.tokens()

    me = (await service.client(tokens["access_token"]).get("/me")).json()

    assert (me["name"], me["number"], me["proofing"]) == ("李晓雯", "440***********0023", 2)
