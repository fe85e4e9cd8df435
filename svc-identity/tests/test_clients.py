"""Programs: registered at set-up, and given tokens in their own name."""

import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.jose import SigningKey, sign
from chassis.testing import ISSUER
from contracts.scopes import CLIENTS
from svc_identity.commands import bootstrap

from .browser import credentials

SHARING = SigningKey.generate()


@pytest.fixture
async def set_up(service, tmp_path):
    """Keys as the launcher makes them: a service's under its short name."""
    for name in ("sharing", "gateway", "hospital", "demo-operator"):
        key = SHARING if name == "sharing" else SigningKey.generate()
        (tmp_path / f"{name}.pub.json").write_text(json.dumps(key.public.to_jwk()))
    assert await bootstrap(service.runtime, [str(tmp_path)]) == 0
    return service


async def ask(service, key: SigningKey = SHARING, **form: str):
    body = credentials("svc-sharing", key) | {"grant_type": "client_credentials", "resource": "svc-identity"} | form
    return await service.http.post("/oauth2/token", data=body)


async def test_a_client_gets_a_token_for_the_service_it_calls(set_up):
    answer = await ask(set_up)

    keys = KeySet.import_key_set((await set_up.http.get("/oauth2/jwks")).json())
    claims = jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"]).claims
    assert (claims["sub"], claims["aud"], claims["kind"]) == ("svc-sharing", "svc-identity", "client")
    assert claims["scope"].split() == CLIENTS["svc-sharing"]["svc-identity"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"resource": "svc-catalog"}, "invalid_target"),
        ({"resource": ""}, "invalid_request"),
        ({"scope": "identity:person:write"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "svc-nobody"}, "invalid_client"),
        ({"client_assertion_type": "basic"}, "invalid_client"),
        ({"client_assertion": "a.b.c"}, "invalid_client"),
    ],
)
async def test_what_a_client_may_not(set_up, form, error):
    assert (await ask(set_up, **form)).json()["error"] == error


async def test_an_assertion_works_once(set_up):
    assertion = credentials("svc-sharing", SHARING)["client_assertion"]

    assert (await ask(set_up, client_assertion=assertion)).status_code == 200
    again = await ask(set_up, client_assertion=assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


async def test_an_assertion_by_another_key_or_for_another_issuer_is_refused(set_up):
    claims = {"iss": "svc-sharing", "sub": "svc-sharing", "jti": "j", "iat": 1, "exp": 2_000_000_000}
    refused = [
        await ask(set_up, key=SigningKey.generate()),
        await ask(set_up, client_assertion=sign(claims | {"aud": "https://elsewhere.example"}, SHARING, "JWT")),
        await ask(set_up, client_assertion=sign(claims | {"aud": ISSUER}, SHARING, "JWT")),
    ]

    assert [answer.json()["error"] for answer in refused] == ["invalid_client"] * 3


async def test_setting_up_again_changes_nothing_but_keys(set_up, tmp_path):
    (tmp_path / "sharing.pub.json").write_text(json.dumps(SigningKey.generate().public.to_jwk()))
    await bootstrap(set_up.runtime, [str(tmp_path)])

    assert (await ask(set_up)).status_code == 401


async def test_a_department_is_given_to_its_client(set_up):
    operator = set_up.as_client("demo-operator", "identity:department:write", "identity:client:write")
    code = "11440199MB2D000212"
    await operator.put(f"/departments/{code}", json={"name": "云溪市妇幼保健院", "division": "440199"})

    answer = await operator.put("/clients/hospital", json={"department": code})

    assert (answer.status_code, answer.json()["department"]) == (200, code)
    assert answer.json()["audiences"] == CLIENTS["hospital"]


@pytest.mark.parametrize("client", ["gateway", "svc-sharing", "hospital", "svc-workflow"])
async def test_keys_of_clients_with_rights_of_their_own_cannot_be_changed_over_http(set_up, client):
    operator = set_up.as_client("demo-operator", "identity:client:write")
    mine = {"name": "mine", "jwks": {"keys": [SigningKey.generate().public.to_jwk()]}}

    keys = await operator.put(f"/clients/{client}", json=mine)
    elsewhere = await operator.put(f"/clients/{client}", json={"redirect_uris": ["https://evil.example/back"]})

    assert (keys.status_code, elsewhere.status_code) == (400, 400)
