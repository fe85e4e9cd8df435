"""Bad input by name: whoever sends what, the answer is a problem that says what to do, and nothing else happens."""

import asyncio
import json
import time

import asyncpg
import httpx
import pytest
import pytest_asyncio

from demo.seed.people import PASSWORD
from launcher.house import House

from .family import clerk, visitor
from .outside import SERVICES, address, claims_of, minted, program, stolen_token, with_token
from .people import Visitor, key, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
JSON = {"content-type": "application/json"}
NEWCOMER = {"name": "温故新", "number": "440196197001010019", "phone": "13901979901", "username": "wenguxin"}
"""Nobody in the city knows this person: an account, and nothing proven."""
READS = {
    "identity": "/me",
    "workflow": "/cases",
    "sharing": "/accesses",
    "logistics": "/parcels",
    "profile": "/home",
    "feedback": "/work-orders",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newcomer(house: House):
    async with program(house) as operator:
        await operator.post("identity", "/persons", {**NEWCOMER, "password": PASSWORD})
    person = await visitor(house, NEWCOMER["username"])
    yield person
    await person.close()


def is_problem(answer: httpx.Response, status: int, slug: str) -> bool:
    body = answer.json()
    assert (answer.status_code, body.get("type", "").rpartition("/")[2]) == (status, slug), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return body["status"] == status and bool(body["title"]) and bool(body["instance"])


def places(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


# ---------------------------------------------------------------------- who asks


async def test_an_unknown_session_is_refused(house):
    async with httpx.AsyncClient(base_url=house.url, trust_env=False, cookies={"onedoor": "nobody"}) as browser:
        for service, path in READS.items():
            assert is_problem(await browser.get(f"/api/{service}/v1{path}"), 401, "session-ended")


async def test_no_session_is_refused(house):
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as browser:
        for service, path in READS.items():
            assert is_problem(await browser.get(f"/api/{service}/v1{path}"), 401, "unauthenticated")


async def test_an_idle_session_ends(house, newcomer):
    idle = await visitor(house, NEWCOMER["username"])
    connection = await asyncpg.connect(f"{house.database_url.rpartition('/')[0]}/onedoor_gateway")
    await connection.execute(
        "UPDATE browser_session SET seen_at = now() - interval '30 days' WHERE csrf = $1", idle.csrf
    )
    await connection.close()

    refused = await until(
        lambda: idle.request("GET", "workflow", "/cases"), lambda answer: answer.status_code == 401, "the session's end"
    )

    assert is_problem(refused, 401, "session-ended")
    assert (await newcomer.request("GET", "workflow", "/cases")).status_code == 200
    await idle.close()


async def test_after_signing_out_every_service_refuses_the_old_token(house, newcomer):
    leaving = await visitor(house, NEWCOMER["username"])
    token = await stolen_token(house, leaving)
    before = {service: (await with_token(house, token, service, path)).status_code for service, path in READS.items()}

    await leaving.browser.post("/session/end", data={"csrf": leaving.csrf})

    for direct in (False, True):
        for service, path in READS.items():
            refused = await until(
                lambda service=service, path=path, direct=direct: with_token(
                    house, token, service, path, direct=direct
                ),
                lambda answer: answer.status_code == 401,
                f"the end of the token at {service}",
            )
            assert is_problem(refused, 401, "unauthenticated")
    assert before == dict.fromkeys(READS, 200)
    assert (await leaving.request("GET", "workflow", "/cases")).status_code == 401
    assert (await newcomer.request("GET", "workflow", "/cases")).status_code == 200
    await leaving.close()


async def test_tokens_that_are_not_good_here(house, newcomer):
    """All signed by the issuer's key: each is refused for the one thing that is wrong with it."""
    good = claims_of(await stolen_token(house, newcomer))
    now = int(time.time())
    wrong = {
        "expired": {"iat": now - 600, "exp": now - 300},
        "another audience": {"aud": "another-city"},
        "another issuer": {"iss": "https://elsewhere.example"},
        "a service's audience for a person": {"aud": "svc-workflow"},
        "no person at all": {"kind": "somebody"},
    }
    tokens = minted(house, good, *({**good, **changed} for changed in wrong.values()))

    answers = [await with_token(house, token, "workflow", "/cases", direct=True) for token in tokens]
    through_gateway = [await with_token(house, token, "workflow", "/cases") for token in tokens]

    assert [answer.status_code for answer in answers] == [200] + [401] * len(wrong)
    assert [answer.status_code for answer in through_gateway] == [200] + [401] * len(wrong)
    assert all(is_problem(answer, 401, "unauthenticated") for answer in (*answers[1:], *through_gateway[1:]))


async def test_a_services_token_is_good_at_that_service_alone(house):
    async with program(house, "svc-sharing") as sharing:
        token = await sharing.token("identity")

    for service in SERVICES:
        answer = await with_token(house, token, service, READS.get(service, "/imports"), direct=True)
        # At identity it is taken for what it is: a program, which has no page of its own.
        assert answer.status_code == (403 if service == "identity" else 401), (service, answer.text)


async def test_no_client_gets_a_token_for_what_it_has_no_right_to(house):
    async with program(house, "hospital") as hospital:
        with pytest.raises(AssertionError, match="invalid_target"):
            await hospital.token("identity")


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("workflow", "GET", "/tasks"),
        ("workflow", "GET", "/incidents"),
        ("workflow", "PUT", "/calendars/2026"),
        ("catalog", "POST", "/items"),
        ("sharing", "GET", "/grants"),
        ("sharing", "POST", "/licences"),
        ("identity", "POST", "/persons"),
        ("logistics", "GET", "/inbound-parcels"),
        ("workflow", "GET", "/operations/dead-letters"),
    ],
)
async def test_a_citizen_lacks_the_scopes_of_staff_and_programs(newcomer, service, method, path):
    assert is_problem(
        await newcomer.request(method, service, path, json=None if method == "GET" else {}), 403, "forbidden"
    )


async def test_a_clerk_is_no_citizen(house):
    police = await clerk(house, "police.clerk")
    for service, method, path in (("workflow", "POST", "/applications"), ("logistics", "GET", "/parcels")):
        assert is_problem(await police.visitor.request(method, service, path, json={}), 403, "forbidden")
    await police.visitor.close()


async def test_too_little_assurance_names_what_is_wanted(newcomer):
    refused = await newcomer.request("POST", "workflow", "/cases", json={"application_id": key()})

    assert is_problem(refused, 401, "assurance-too-low")
    assert refused.json()["acr_values"] == "proofing-high"
    assert refused.headers["www-authenticate"] == (
        'Bearer error="insufficient_user_authentication", acr_values="proofing-high"'
    )


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"x-csrf-token": "guessed"},
     {"sec-fetch-site": "same-origin", "x-csrf-token": "guessed"}],
)  # fmt: skip
async def test_a_change_from_another_site_is_refused(newcomer, headers):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await newcomer.browser.request(method, "/api/workflow/v1/applications", headers=headers, json={})
        assert is_problem(answer, 403, "cross-site-request")


# ---------------------------------------------------------------------- what they send


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{nope", {"#": "malformed-json"}),
        (b'{"bundle_code":"\xff\xfe"}', {"#": "malformed-body"}),
        (b"[" * 100_000, {"#": "malformed-body"}),
        (b'{"bundle_code":' + b"9" * 5_000 + b"}", {"#": "malformed-body"}),
        (b"", {"#": "missing"}),
        (b"null", {"#": "model-attributes-type"}),
        (b"{}", {"#/bundle_code": "missing"}),
        (b'{"bundle_code":7}', {"#/bundle_code": "string-type"}),
        (b'{"bundle_code":NaN}', {"#/bundle_code": "string-type"}),
        (b'{"bundle_code":"\\ud800"}', {"#/bundle_code": "string-unicode"}),
        (b'{"bundle_code":"new\\u0000born"}', {"#/bundle_code": "nul-character"}),
        (b'{"bundle_code":"newborn","bundel":1}', {"#/bundel": "extra-forbidden"}),
        (b'{"bundle_code":"nothing"}', {"#/bundle_code": "unknown-bundle"}),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else "",
)
async def test_bodies_are_refused_where_they_are_wrong(newcomer, body, where):
    answer = await newcomer.request("POST", "workflow", "/applications", content=body, headers=JSON)

    assert is_problem(answer, 400, "invalid-input")
    assert places(answer) == where


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/cases/not-a-uuid", "#path/case_id"),
        ("/cases?limit=9999", "#query/limit"),
        ("/cases?limit=x", "#query/limit"),
        ("/cases?cursor=nonsense", "#query/cursor"),
        ("/cases?cursor=a%00b", "#query/cursor"),
    ],
)
async def test_addresses_are_refused_where_they_are_wrong(newcomer, path, where):
    answer = await newcomer.request("GET", "workflow", path)

    assert is_problem(answer, 400, "invalid-input")
    assert list(places(answer)) == [where]


async def test_a_body_too_large_is_refused_announced_or_not(newcomer):
    async def pieces(size: int):
        for _ in range(0, size, 100_000):
            yield b"x" * 100_000

    for size in (2_000_000, 12_000_000):
        for content in (b"x" * size, pieces(size)):
            headers = JSON | {"connection": "close"}
            answer = await newcomer.request("POST", "workflow", "/applications", content=content, headers=headers)
            assert is_problem(answer, 413, "body-too-large")


async def test_a_picture_too_large_is_refused_too(newcomer):
    files = {"file": ("photo.jpg", b"\xff\xd8" + b"x" * 3_000_000, "image/jpeg")}
    answer = await newcomer.request("POST", "workflow", "/applications", files=files, headers={"connection": "close"})

    assert is_problem(answer, 413, "body-too-large")


async def test_what_was_sent_is_not_repeated(house, newcomer):
    secrets = {"recipient": "不该出现的名字", "phone": "13812345678x", "street": 5, "division": "不该出现的地方"}
    address_refused = await newcomer.request(
        "POST", "logistics", "/addresses", json={**secrets, "不该出现的键" * 40: 1}
    )
    async with program(house) as operator:
        number = {"name": "不该出现的名字", "number": "440196199504120025"}
        number_refused = await operator.request("POST", "identity", "/persons", json=number)

    assert [address_refused.status_code, number_refused.status_code] == [400, 400]
    assert "不该出现的名字" not in address_refused.text + number_refused.text
    assert "13812345678x" not in address_refused.text
    assert "440196199504120025" not in number_refused.text


async def test_a_wrong_check_digit_is_told_at_its_field(house):
    async with program(house) as operator:
        number = await operator.request(
            "POST", "identity", "/persons", json={"name": "无此人", "number": "440196199504120025"}
        )
        code = await operator.request(
            "PUT", "identity", "/companies/11440199MB2Y00056H",
            json={"name": "无此公司", "legal_representative": "440196199504120025"},
        )  # fmt: skip
        department = await operator.request(
            "PUT", "identity", "/departments/11440199MB2Y00056H", json={"name": "无此部门", "division": "440199"}
        )

    assert all(is_problem(answer, 400, "invalid-input") for answer in (number, code, department))
    assert list(places(number)) == ["#/number"]
    assert set(places(code)) == {"#path/code", "#/legal_representative"}
    assert list(places(department)) == ["#path/code"]


async def test_a_key_of_repetition_means_one_request(newcomer):
    once = {"headers": {"Idempotency-Key": key()}}
    body = {"recipient": "温故新", "phone": "13901979901", "division": "440196", "street": "听雨巷 9 号"}
    first = await newcomer.request("POST", "logistics", "/addresses", json=body, **once)
    other = await newcomer.request("POST", "logistics", "/addresses", json={**body, "street": "听雨巷 10 号"}, **once)
    long = await newcomer.request("POST", "logistics", "/addresses", json=body, headers={"Idempotency-Key": "x" * 129})

    assert first.status_code == 201
    assert is_problem(other, 422, "idempotency-key-reused")
    assert is_problem(long, 400, "invalid-input")


# ---------------------------------------------------------------------- where they send it


async def test_methods_that_are_not_there(newcomer):
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = await newcomer.request(method, "workflow", "/cases")
        assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
        assert answer.headers["allow"]
    for method in ("TRACE", "PROPFIND"):
        assert is_problem(await newcomer.request(method, "workflow", "/cases"), 501, "method-not-supported")
    head = await newcomer.request("HEAD", "workflow", "/cases")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/api/workflow/v1/nothing", "/api/nothing/v1/cases", "/api/workflow/v2/cases", "/nothing"]
)
async def test_addresses_that_are_not_there(house, path):
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as outside:
        for method in ("GET", "POST"):
            answer = await outside.request(method, path, headers={"accept": "application/json"})
            assert answer.status_code in ((404,) if method == "GET" or path.startswith("/api") else (404, 405))
            assert answer.headers["content-type"] == "application/problem+json"


async def test_what_services_tell_their_operators_is_not_told_outside(house):
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as outside:
        for service in SERVICES:
            for path in ("/metrics", "/health/live", "/health/ready"):
                assert is_problem(await outside.get(f"/api/{service}/v1{path}"), 404, "not-found")
        assert is_problem(await outside.get("/metrics"), 404, "not-found")


async def test_a_mistyped_link_is_a_page_that_is_not_there(newcomer):
    for path in ("/rate/xyz", "/search?q=%00", "/cases/nothing"):
        answer = await newcomer.browser.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), path


async def test_people_get_a_page_for_an_address_that_is_not_there(house):
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as browser:
        answer = await browser.get("/nothing", headers={"accept": "text/html,application/xhtml+xml"})

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "target",
    ["/api/workflow/v1/../../identity/v1/persons", "/api//workflow/v1/cases", "/api/workflow/v1/cases%2f..", "/%00"],
)
async def test_targets_that_could_be_read_in_two_ways(house, target):
    """Sent as they are: a client library would tidy them up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(f"GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()

    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["type"].endswith("/malformed-target")


async def test_a_service_behind_the_gateway_trusts_nobody_for_where_they_came_from(house):
    """Headers that some proxies set are worth nothing without a token."""
    claims = {
        "x-forwarded-user": "operator",
        "x-user-id": key(),
        "x-onedoor-subject": key(),
        "forwarded": "for=127.0.0.1",
    }
    async with httpx.AsyncClient(trust_env=False, headers=claims) as outside:
        for service, path in READS.items():
            assert is_problem(await outside.get(address(house, service) + path), 401, "unauthenticated")


async def test_sign_in_refuses_rubbish_without_falling(house):
    stranger = Visitor(house.url)
    for form in ({}, {"form_token": "x", "name": "a\0b", "password": "c\0d"}, {"name": "x" * 100_000}):
        answer = await stranger.browser.post("/sign-in", data=form)
        assert 400 <= answer.status_code < 500, answer.text
    for query in (
        "",
        "?client_id=%00",
        "?client_id=gateway&redirect_uri=https://elsewhere.example/",
        "?x=" + "y" * 5_000,
    ):
        answer = await stranger.browser.get(f"/oauth2/authorize{query}")
        assert 400 <= answer.status_code < 500, answer.text
    for form in ({}, {"grant_type": "\0"}, {"grant_type": "authorization_code", "code": "a\0b", "client_id": "c\0d"}):
        answer = await stranger.browser.post("/oauth2/token", data=form)
        assert answer.status_code in (400, 401), answer.text
        assert answer.json()["error"]
    await stranger.close()
