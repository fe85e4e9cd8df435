"""Interfaces as data: paths, templates, bodies, signatures; and answers that mean no good."""

import gzip
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from demo.city import interfaces as bodies
from svc_sharing import connectors
from svc_sharing.connectors import Down, Failed, Misread, NotReady, Refused, parse_config
from svc_sharing.connectors.bodies import read, write
from svc_sharing.connectors.config import HttpOperation, SignedAuth
from svc_sharing.connectors.signing import credentials
from svc_sharing.connectors.templates import fill

from . import acting

HOSTS = frozenset({"department"})


def config(**operation: Any) -> Any:
    usual = {"path": "/ask", "request": {"no": "{number}"}, "fields": {"state": {"path": "state"}}}
    return parse_config(
        bodies.http("http://department", {"style": "none"}, {"thing": {**usual, **operation}}, most_bytes=1000)
    )


async def asked(
    answer: httpx.Response | Callable[[httpx.Request], httpx.Response], values=None, **operation: Any
) -> Any:
    handle = answer if callable(answer) else lambda request: answer
    async with httpx.MockTransport(handle) as transport:
        return await connectors.ask(transport, config(**operation), "secret", "thing", values or {"number": "1"}, HOSTS)


def test_a_fields_path_follows_the_records_own_lists():
    operation = HttpOperation.model_validate(bodies.hospital.OPERATIONS["hospital-deliveries"])
    child = {"sex": "F", "bornAt": "2026-11-14T06:42:00+08:00", "weightGrams": 1, "status": "alive"}
    answer = {
        "items": [
            {"deliveryNo": "A", "children": [{**child, "birthOrder": 1}, {**child, "birthOrder": 2}]},
            {"deliveryNo": "B", "children": [{**child, "birthOrder": 1, "status": "deceased"}]},
            {"deliveryNo": "C", "children": []},
        ]
    }

    records = connectors.answers.records_of(answer, operation, {})

    assert [(one["delivery_no"], one["birth_order"]) for one in records] == [("A", 1), ("A", 2)]


async def test_a_cookie_is_not_kept_and_nothing_of_one_question_goes_with_the_next():
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"state": "x"}, headers={"set-cookie": "session=1"})

    async with httpx.MockTransport(answer) as transport:
        for _ in range(2):
            await connectors.ask(transport, config(), "secret", "thing", {"number": "1"}, HOSTS)

    assert [("cookie" in headers, headers["host"]) for headers in seen] == [(False, "department")] * 2


async def test_a_compressed_answer_is_read_and_measured_as_it_is_meant():
    short, long = (gzip.compress(b'{"state": "' + b"x" * length + b'"}') for length in (5, 5000))

    records = await asked(httpx.Response(200, content=short, headers={"content-encoding": "gzip"}))
    with pytest.raises(Misread):
        await asked(httpx.Response(200, content=long, headers={"content-encoding": "gzip"}))

    assert records == [{"state": "xxxxx"}]


def test_a_lone_placeholder_keeps_its_type_and_an_object_of_nothing_is_null():
    template = {
        "order": "{order}",
        "text": "no {order}",
        "father": {"name": "{name}", "no": "{no}"},
        "list": ["{order}"],
    }

    assert fill(template, {"order": 2}) == {"order": 2, "text": "no 2", "father": None, "list": [2]}


def test_xml_is_written_and_read_without_surprises():
    written = write("xml", {"request": {"head": {"serial": "<&>"}, "body": {"left": None, "out": ""}}})

    assert read("xml", written) == {"head": {"serial": "<&>"}, "body": {"out": ""}}
    assert read("xml", b"<r><a>1</a><a>2</a><b><c>3</c></b></r>") == {"a": ["1", "2"], "b": {"c": "3"}}


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>',
        b"<r><a></r>",
        b"",
        b"\xff\xfe\x00",
    ],
)
def test_dangerous_or_broken_xml_is_unreadable(document):
    with pytest.raises(Misread):
        read("xml", document)


def test_a_signature_covers_what_both_sides_build():
    auth = SignedAuth.model_validate(bodies.population.AUTH)

    headers = credentials(auth, "secret", "POST", "/rkk/cxry", b"{}")

    lines = [
        "onedoor",
        headers["X-Timestamp"],
        headers["X-Nonce"],
        "POST",
        "/rkk/cxry",
        hashlib.sha256(b"{}").hexdigest(),
    ]
    assert headers["X-Sign"] == hmac.new(b"secret", "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    assert credentials(auth, "secret", "POST", "/", b"")["X-Nonce"] != headers["X-Nonce"]


async def test_a_redirect_is_not_followed():
    with pytest.raises(Failed) as failure:
        await asked(httpx.Response(302, headers={"location": "http://127.0.0.1:8081/"}))

    assert failure.value.reason == "department-error"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
async def test_a_front_server_in_trouble_is_worth_another_try(status):
    with pytest.raises(Down):
        await asked(httpx.Response(status, text="<html>503</html>"))


async def test_a_connection_that_breaks_is_worth_another_try():
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Down):
        await asked(broken)


@pytest.mark.parametrize("content", [b"<html>hello</html>", b"[1, 2", b'{"state": "' + b"x" * 2000 + b'"}'])
async def test_an_answer_of_another_shape_or_size_is_unreadable(content):
    with pytest.raises(Misread):
        await asked(httpx.Response(200, content=content))


async def test_a_refusal_carries_our_code_and_never_their_words():
    reason = {"path": "error", "codes": {"E1": "already-there"}}

    for said, ours in (("E1", "already-there"), ("王五 is registered", "department-refused")):
        with pytest.raises(Refused) as refusal:
            await asked(httpx.Response(409, json={"error": said}), statuses={"409": "refused"}, reason=reason)
        assert refusal.value.reason == ours


async def test_a_verdict_nobody_configured_is_a_failure_not_a_guess():
    with pytest.raises(Failed):
        await asked(httpx.Response(200, json={"code": 7}), verdict={"path": "code", "done": ["0"]})


async def test_work_in_progress_says_when_to_ask_again():
    until = {"path": "state", "values": ["made"], "every": 7}

    with pytest.raises(NotReady) as working:
        await asked(httpx.Response(200, json={"state": "making"}), until=until)

    assert working.value.after == 7


async def test_a_host_that_is_not_allowed_is_never_called():
    called: list[httpx.Request] = []
    async with httpx.MockTransport(lambda r: called.append(r) or httpx.Response(200)) as transport:
        with pytest.raises(Failed) as failure:
            await connectors.ask(transport, config(), "secret", "thing", {"number": "1"}, frozenset({"other"}))

    assert (failure.value.reason, called) == ("not-configured", [])


async def test_a_value_in_a_path_cannot_leave_it():
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path.decode())
        return httpx.Response(200, json={"state": "x"})

    await asked(
        answer, {"no": "../x?y=1#z"}, method="GET", path="/orders/{no}", inputs={"no": {}}, body=None, request=None
    )

    assert seen == ["/orders/..%2Fx%3Fy%3D1%23z"]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/{unknown}"},
        {"path": "/{number}"},
        {"path": "no-slash"},
        {"request": {"a": ["{unknown}"]}},
        {"verdict": {"path": "a", "ok": ["1"]}},
        {"fields": {"a": {"path": "a", "as": "money"}}},
    ],
)
def test_a_configuration_that_cannot_work_is_refused(change):
    with pytest.raises(ValidationError):
        config(**change)


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "ftp://127.0.0.1",
        "http://me@127.0.0.1",
        "http://127.0.0.1:99999/",
        "http://[::1",
        "http://127.0.0.1/\0",
    ],
)
async def test_an_address_that_is_none_is_refused(service, address):
    connector = await acting.operator(service).put("/connectors/x", json={"config": bodies.hospital.connector(address)})
    issuer = await acting.operator(service).put(
        "/issuers/12440199MB2Y00048J", json={"name": "医院", "jwks_url": address}
    )

    assert (connector.status_code, issuer.status_code) == (400, 400)


async def test_what_cannot_be_kept_is_refused(service):
    config = {**bodies.marriage.connector("127.0.0.1", 5432), "user": "reader\0"}

    refused = await acting.operator(service).put("/connectors/marriage", json={"config": config})

    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"host": "10.0.0.1"}, "#/config"),
        ({"user": "OURS"}, "#/config/database"),
        ({"database": "onedoor_identity"}, "#/config/database"),
    ],
)
async def test_a_connector_reaches_neither_strange_hosts_nor_our_own_databases(service, change, pointer):
    ours = make_url(service.runtime.settings.database_url).username
    config = {
        **bodies.marriage.connector("127.0.0.1", 5432),
        **{k: ours if v == "OURS" else v for k, v in change.items()},
    }
    body = {"config": config, "secret": "x"}

    refused = await acting.operator(service).put("/connectors/marriage", json=body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)


async def test_a_secret_is_kept_and_never_shown(service):
    operator = acting.operator(service)
    await acting.configure(service, "hospital", bodies.hospital.connector("http://127.0.0.1:1"), "the-secret")

    changed = await operator.put(
        "/connectors/hospital", json={"config": bodies.hospital.connector("http://127.0.0.1:2")}
    )
    shown = await operator.get("/connectors/hospital")

    assert changed.json()["has_secret"] is True
    assert shown.json()["config"]["base_url"] == "http://127.0.0.1:2"
    assert "the-secret" not in shown.text
