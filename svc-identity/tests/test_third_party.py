"""A client of somebody else: people are asked what it may do, and can take it back."""

import pytest

from svc_identity.models import Client

from .browser import FORM_TOKEN, GATEWAY, Browser, answered

BACK = "https://school.example/back"
WANTS = {"scope": "openid offline_access profile:home:read workflow:case:submit", "redirect_uri": BACK}


@pytest.fixture
async def school(browser, service):
    operator = service.as_client("demo-operator", "identity:client:write")
    client = {
        "name": "市一小报名系统", "jwks": {"keys": [GATEWAY.public.to_jwk()]}, "redirect_uris": [BACK],
        "person_scopes": ["profile:home:read"],
    }  # fmt: skip
    assert (await operator.put("/clients/school", json=client)).status_code == 200
    visitor = Browser(service, "school")
    await visitor.sign_in(**WANTS)
    return visitor


async def decide(browser: Browser, decision: str):
    page = await browser.http.get("/consent", params=browser.request(**WANTS))
    token = FORM_TOKEN.search(page.text)[1]
    form = {"form_token": token, "decision": decision}
    return page, await browser.http.post("/consent", params=browser.request(**WANTS), data=form)


async def test_the_person_is_asked_and_the_token_carries_only_what_was_allowed(school, service):
    asked = await school.authorize(**WANTS)
    assert asked.headers["location"].startswith("/consent?")

    page, decided = await decide(school, "allow")
    assert "市一小报名系统" in page.text
    assert decided.headers["location"].startswith("/oauth2/authorize?")

    back = answered(await school.authorize(**WANTS))
    tokens = (await school.exchange(back["code"], redirect_uri=BACK)).json()
    assert tokens["scope"] == "openid offline_access profile:home:read"
    assert "refresh_token" in tokens


async def test_not_allowing_is_told_to_the_client(school):
    _, decided = await decide(school, "deny")

    assert decided.headers["location"].startswith(BACK)
    assert answered(decided)["error"] == "access_denied"


async def test_an_approval_can_be_taken_back(school, service):
    await decide(school, "allow")
    back = answered(await school.authorize(**WANTS))
    tokens = (await school.exchange(back["code"], redirect_uri=BACK)).json()
    claims = await service.runtime.tokens.verify(tokens["access_token"])
    me = service.as_person(claims.person_id, "identity:account:read", "identity:account:write")

    assert [one["client_name"] for one in (await me.get("/me/approvals")).json()] == ["市一小报名系统"]
    assert (await me.delete("/me/approvals/school")).status_code == 204

    refused = await school.token("refresh_token", refresh_token=tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    assert (await school.authorize(**WANTS)).headers["location"].startswith("/consent?")


async def test_asking_silently_is_answered_with_consent_required(school):
    assert answered(await school.authorize(**WANTS, prompt="none"))["error"] == "consent_required"


async def test_without_asking_to_stay_there_is_no_refresh_token(school):
    await decide(school, "allow")
    code = answered(await school.authorize(**WANTS | {"scope": "openid profile:home:read"}))["code"]

    assert "refresh_token" not in (await school.exchange(code, redirect_uri=BACK)).json()


async def test_a_client_of_somebody_else_has_no_business_of_its_own(school, service):
    async with service.session() as session:
        assert (await session.get(Client, "school")).audiences == {}
    assert (await school.token("client_credentials", resource="svc-sharing")).json()["error"] == "invalid_target"
