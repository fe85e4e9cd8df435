"""One request, one transaction; safe repetition; errors that a caller can act on."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi.responses import StreamingResponse
from sqlalchemy import BigInteger, Column, DateTime, Integer, Text

from chassis.identifiers import new_id
from chassis.methods import Head
from chassis.paging import _typed
from chassis.problems import InvalidInput
from chassis.testing import ServiceUnderTest, token
from contracts.claims import Proofing


def writer(service: ServiceUnderTest, **claims: object):
    return service.as_person(new_id(), "sample:note:write", **claims)


async def notes(service: ServiceUnderTest) -> list[str]:
    return [note["words"] for note in (await service.http.get("/notes")).json()["items"]]


async def test_what_is_answered_is_committed(service):
    answer = await writer(service).post("/notes", json={"words": "hello"})

    assert answer.status_code == 201
    assert (await service.http.get(f"/notes/{answer.json()['id']}")).json() == answer.json()


async def test_a_problem_leaves_nothing_behind(service):
    answer = await writer(service).post("/notes", json={"words": "fail"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert await notes(service) == []


async def test_a_problem_may_keep_what_it_changed(service):
    await writer(service).post("/notes", json={"words": "keep"})

    assert await notes(service) == ["keep"]


async def test_an_unexpected_failure_says_nothing_of_its_inside(service):
    answer = await writer(service).post("/notes", json={"words": "break"})

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert await notes(service) == []


async def test_the_same_key_makes_one_note(service):
    me = writer(service)
    first = await me.post("/notes", json={"words": "once"}, headers={"Idempotency-Key": "k1"})
    again = await me.post("/notes", json={"words": "once"}, headers={"Idempotency-Key": "k1"})

    assert again.json() == first.json()
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert await notes(service) == ["once"]


@pytest.mark.parametrize("key", ["k" * 129, "", " ", "schl\u00fcssel", "a\x7fb"])
async def test_a_key_is_visible_ascii_of_bounded_length(service, key):
    answer = await writer(service).post(
        "/notes", json={"words": "once"}, headers={"Idempotency-Key": key.encode("latin-1")}
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#header/Idempotency-Key"


async def test_the_same_key_with_another_body_is_refused(service):
    me = writer(service)
    await me.post("/notes", json={"words": "one"}, headers={"Idempotency-Key": "k1"})

    assert (await me.post("/notes", json={"words": "two"}, headers={"Idempotency-Key": "k1"})).status_code == 422


async def test_a_failure_is_not_remembered(service):
    me = writer(service)
    await me.post("/notes", json={"words": "fail"}, headers={"Idempotency-Key": "k1"})

    assert (await me.post("/notes", json={"words": "fine"}, headers={"Idempotency-Key": "k1"})).status_code == 201


async def test_another_caller_has_keys_of_their_own(service):
    await writer(service).post("/notes", json={"words": "mine"}, headers={"Idempotency-Key": "k1"})
    await writer(service).post("/notes", json={"words": "theirs"}, headers={"Idempotency-Key": "k1"})

    assert sorted(await notes(service)) == ["mine", "theirs"]


async def test_wrong_input_is_pointed_at(service):
    answer = await writer(service).post("/notes", json={"words": 5, "sords": "x"})

    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == {"#/words", "#/sords"}


async def test_malformed_json_is_said(service):
    answer = await writer(service).post("/notes", content=b"{", headers={"content-type": "application/json"})

    assert answer.json()["errors"] == [
        {"pointer": "#", "code": "malformed-json", "detail": "The body is not valid JSON"}
    ]


async def test_a_body_too_large_is_refused(service):
    assert (await writer(service).post("/notes", json={"words": "x" * 1_100_000})).status_code == 413


async def test_who_may_not_is_told_why(service):
    me = new_id()
    refused = {
        "no token": await service.http.post("/notes", json={"words": "x"}),
        "nonsense": await service.client("nonsense").post("/notes", json={"words": "x"}),
        "other audience": await service.client(token(me, "sample:note:write", audience="svc-other")).post(
            "/notes", json={}
        ),
        "expired": await service.client(token(me, "sample:note:write", iat=1, exp=2)).post("/notes", json={}),
        "missing scope": await service.as_person(me, "sample:note:read").post("/notes", json={"words": "x"}),
        "low assurance": await writer(service, proofing=Proofing.BASIC).post("/notes", json={"words": "x"}),
    }

    assert {name: answer.status_code for name, answer in refused.items()} == {
        "no token": 401, "nonsense": 401, "other audience": 401, "expired": 401, "missing scope": 403, "low assurance": 401,
    }  # fmt: skip
    assert "insufficient_user_authentication" in refused["low assurance"].headers["www-authenticate"]


async def test_pages_follow_one_another(service):
    for number in range(5):
        await writer(service).post("/notes", json={"words": str(number)})

    first = (await service.http.get("/notes", params={"limit": 3})).json()
    second = (await service.http.get("/notes", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    assert [note["words"] for note in first["items"] + second["items"]] == ["4", "3", "2", "1", "0"]
    assert second["next_cursor"] is None


async def test_a_cursor_of_nowhere_is_refused(service):
    for cursor in ("x", "WzFd", "bm9uc2Vuc2U"):
        assert (await service.http.get("/notes", params={"cursor": cursor})).status_code == 400


@pytest.mark.parametrize(("forged", "column"), [(2**31, Integer), (2**63, BigInteger), ("a\0b", Text), ("x", DateTime)])
def test_a_forged_cursor_is_the_callers_mistake(forged, column):
    with pytest.raises(InvalidInput):
        _typed(forged, Column("c", column()))


async def test_a_body_that_cannot_be_read_is_refused_with_a_pointer(service):
    bodies = {b"{nope": "malformed-json", b'{"words":"\xff"}': "malformed-body", b"[" * 100_000: "malformed-body"}

    for body, code in bodies.items():
        answer = await writer(service).post("/notes", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, [(one["pointer"], one["code"]) for one in answer.json()["errors"]]) == (
            400,
            [("#", code)],
        )


async def test_a_character_that_no_database_keeps_is_refused_where_it_stands(service):
    in_body = await writer(service).post("/notes", json={"words": "a\0b"})
    in_name = await writer(service).post("/notes", json={"words": "a", "list": [{"b\0": 1}]})
    in_query = await service.http.get("/notes", params={"cursor": "a\0b"})
    escaped_backslash = await writer(service).post("/notes", json={"words": "a\\u0000b"})

    pointers = [answer.json()["errors"][0]["pointer"] for answer in (in_body, in_name, in_query)]
    assert [answer.status_code for answer in (in_body, in_name, in_query)] == [400, 400, 400]
    assert pointers == ["#/words", "#/list/0", "#query/cursor"]
    assert escaped_backslash.status_code == 201


async def test_a_body_beyond_the_limit_is_refused_however_it_comes(service):
    async def pieces():
        for _ in range(20):
            yield b"x" * 100_000

    announced = await writer(service).post("/notes", content=b"x" * 1_500_000)
    found_out = await writer(service).post("/notes", content=pieces(), headers={"content-type": "application/json"})

    assert [(answer.status_code, answer.json()["limit"]) for answer in (announced, found_out)] == [(413, 1_000_000)] * 2


async def test_head_says_what_get_would_without_the_body(service):
    note = (await writer(service).post("/notes", json={"words": "hello"})).json()["id"]
    paths = [f"/notes/{note}", "/notes", f"/notes/{new_id()}", "/notes/nonsense"]

    asked = [(await service.http.get(path), await service.http.head(path)) for path in paths]

    assert [head.status_code for _, head in asked] == [get.status_code for get, _ in asked] == [200, 200, 404, 400]
    assert [head.content for _, head in asked] == [b""] * 4
    for name in ("content-type", "content-length"):
        assert [head.headers[name] for _, head in asked] == [get.headers[name] for get, _ in asked]


async def test_another_method_is_told_which_there_are(service):
    answer = await service.http.delete("/notes")
    single = await service.http.head("/operations/dead-letters/1/replay")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert (single.status_code, single.headers["allow"]) == (405, "POST")


async def test_head_of_a_stream_that_never_ends_is_answered_at_once():
    stopped = asyncio.Event()

    async def told() -> AsyncIterator[str]:
        try:
            while True:
                yield "data: still here\n\n"
                await asyncio.sleep(0)
        finally:
            stopped.set()

    stream = StreamingResponse(told(), media_type="text/event-stream")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=Head(stream)), base_url="http://service") as http:
        answer = await http.head("/events")

    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        200,
        "text/event-stream; charset=utf-8",
        b"",
    )
    assert stopped.is_set()
