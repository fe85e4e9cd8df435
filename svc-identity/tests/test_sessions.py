"""Refreshing, signing out, and what dies with a sign-in."""

from sqlalchemy import select

from chassis.revocations import load_denylist
from chassis.testing import ISSUER
from contracts.events.identity import SessionRevoked
from svc_identity.commands import rotate_keys
from svc_identity.models import Person
from svc_identity.openid.keys import IssuerKeys

from .browser import Browser, answered, credentials, register_client


async def refresh(browser: Browser, tokens: dict, **more: str):
    return await browser.token("refresh_token", refresh_token=tokens["refresh_token"], **more)


async def test_refreshing_gives_new_tokens_each_time(browser, service):
    first = await browser.tokens()
    second = (await refresh(browser, first)).json()
    third = (await refresh(browser, second)).json()

    assert len({tokens["refresh_token"] for tokens in (first, second, third)}) == 3
    assert (await service.client(third["access_token"]).get("/me")).status_code == 200


async def test_an_old_refresh_token_ends_the_sign_in(browser, service):
    first = await browser.tokens()
    second = (await refresh(browser, first)).json()

    stolen = await refresh(browser, first)

    assert stolen.json()["error"] == "invalid_grant"
    assert (await refresh(browser, second)).json()["error"] == "invalid_grant"
    assert (await service.client(second["access_token"]).get("/me")).status_code == 401
    assert answered(await browser.authorize(prompt="none"))["error"] == "login_required"
    assert len(await service.published(SessionRevoked)) == 1


async def test_a_refresh_whose_answer_was_lost_can_be_asked_again(browser, service):
    first = await browser.tokens()
    lost = (await refresh(browser, first, request_name="n1")).json()

    again = (await refresh(browser, first, request_name="n1")).json()

    assert again["refresh_token"] != lost["refresh_token"]
    assert (await refresh(browser, again)).status_code == 200


async def test_by_another_name_it_is_another_request(browser):
    first = await browser.tokens()
    second = (await refresh(browser, first, request_name="n1")).json()

    stolen = await refresh(browser, first, request_name="n2")

    assert stolen.json()["error"] == "invalid_grant"
    assert (await refresh(browser, second)).json()["error"] == "invalid_grant"


async def test_an_answer_that_was_used_was_not_lost(browser):
    first = await browser.tokens()
    second = (await refresh(browser, first, request_name="n1")).json()
    third = (await refresh(browser, second)).json()

    again = await refresh(browser, first, request_name="n1")

    assert again.json()["error"] == "invalid_grant"
    assert (await refresh(browser, third)).json()["error"] == "invalid_grant"


async def test_what_was_given_for_a_lost_answer_ends_the_sign_in(browser):
    first = await browser.tokens()
    lost = (await refresh(browser, first, request_name="n1")).json()
    again = (await refresh(browser, first, request_name="n1")).json()

    found = await refresh(browser, lost)

    assert found.json()["error"] == "invalid_grant"
    assert (await refresh(browser, again)).json()["error"] == "invalid_grant"


async def test_another_client_cannot_refresh(browser, service):
    await register_client(service, "other")
    tokens = await browser.tokens()

    assert (await refresh(Browser(service, "other"), tokens)).json()["error"] == "invalid_grant"
    assert (await refresh(browser, tokens)).status_code == 200


async def test_the_next_token_carries_a_new_level(browser, service):
    tokens = await browser.tokens()
    async with service.session() as session:
        (await session.execute(select(Person))).scalar_one().proofing = 4

    renewed = (await refresh(browser, tokens)).json()

    assert (await service.runtime.tokens.verify(renewed["access_token"])).proofing == 4


async def test_signing_out_by_hint_ends_everything_and_goes_back(browser, service):
    tokens = await browser.tokens()

    hint = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": f"{ISSUER}/", "state": "bye"}
    answer = await browser.http.get("/oauth2/logout", params=hint)

    assert answer.headers["location"] == f"{ISSUER}/?state=bye"
    assert (await refresh(browser, tokens)).status_code == 400
    assert (await service.client(tokens["access_token"]).get("/me")).status_code == 401
    assert (await browser.authorize()).headers["location"].startswith("/sign-in?")
    assert len(await service.published(SessionRevoked)) == 1


async def test_without_a_hint_the_person_is_asked_first(browser, service):
    tokens = await browser.tokens()

    asked = await browser.http.get("/oauth2/logout")
    assert "退出登录" in asked.text
    assert (await service.client(tokens["access_token"]).get("/me")).status_code == 200

    token = asked.text.split('name="form_token" value="')[1].split('"')[0]
    done = await browser.http.post("/oauth2/logout", data={"form_token": token})
    assert "您已退出登录" in done.text
    assert (await service.client(tokens["access_token"]).get("/me")).status_code == 401


async def test_signing_out_never_leads_elsewhere(browser):
    tokens = await browser.tokens()

    away = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://evil.example/"}
    answer = await browser.http.get("/oauth2/logout", params=away)

    assert (answer.status_code, "location" in answer.headers) == (200, False)


async def test_a_revoked_refresh_token_ends_the_sign_in(browser, service):
    tokens = await browser.tokens()

    answer = await browser.http.post("/oauth2/revoke", data=credentials() | {"token": tokens["refresh_token"]})

    assert answer.status_code == 200
    assert (await refresh(browser, tokens)).status_code == 400


async def test_revoking_an_unknown_token_is_fine_and_an_access_token_is_not_supported(browser):
    tokens = await browser.tokens()

    unknown = await browser.http.post("/oauth2/revoke", data=credentials() | {"token": "nothing"})
    access = await browser.http.post("/oauth2/revoke", data=credentials() | {"token": tokens["access_token"]})

    assert (unknown.status_code, access.json()["error"]) == (200, "unsupported_token_type")


async def test_changing_the_password_signs_out_everywhere_else(browser, service):
    here, there = await browser.tokens(), await Browser(service).tokens()
    me = service.client(here["access_token"])

    answer = await me.put("/me/password", json={"current": "a long secret", "new": "another long secret"})

    assert answer.status_code == 204
    assert (await me.get("/me")).status_code == 200
    assert (await service.client(there["access_token"]).get("/me")).status_code == 401
    assert (await Browser(service).sign_in()).status_code == 401
    assert (await Browser(service).sign_in(password="another long secret")).status_code == 303


async def test_the_present_password_is_needed_to_change_it(browser, service):
    me = service.client((await browser.tokens())["access_token"])

    assert (await me.put("/me/password", json={"current": "guess", "new": "another long secret"})).status_code == 403


async def test_one_sign_in_can_be_ended_from_another(browser, service):
    here, there = await browser.tokens(), await Browser(service).tokens()
    me = service.client(here["access_token"])
    others = [one["id"] for one in (await me.get("/me/sign-ins")).json() if not one["is_this"]]

    assert (await me.delete(f"/me/sign-ins/{others[0]}")).status_code == 204
    assert (await service.client(there["access_token"]).get("/me")).status_code == 401
    assert (await me.delete(f"/me/sign-ins/{others[0]}")).status_code == 404


async def test_rotated_keys_sign_while_old_tokens_stay_good(browser, service):
    before = await browser.tokens()
    await rotate_keys(service.runtime, [])
    await service.runtime.room(IssuerKeys).read()
    after = (await refresh(browser, before)).json()

    for tokens in (before, after):
        assert (await service.client(tokens["access_token"]).get("/me")).status_code == 200
    assert len((await browser.http.get("/oauth2/jwks")).json()["keys"]) == 3  # with the tests' own


async def test_the_denylist_outlives_the_process(browser, service):
    tokens = await browser.tokens()
    sid = (await service.runtime.tokens.verify(tokens["access_token"])).sid
    await browser.http.get("/oauth2/logout", params={"id_token_hint": tokens["id_token"]})

    service.runtime.tokens.denylist.replace({})
    await load_denylist(service.runtime)
    assert sid in service.runtime.tokens.denylist


async def test_userinfo_speaks_of_the_person(browser, service):
    tokens = await browser.tokens()

    claims = (await service.client(tokens["access_token"]).get("/oauth2/userinfo")).json()

    assert (claims["name"], claims["acr"], claims["kind"]) == ("李晓雯", "proofing-basic", "person")
