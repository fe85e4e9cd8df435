"""Keys from a real server: fetched once, refetched with restraint, kept when the server is down."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from joserfc.jwk import ECKey, OctKey, RSAKey

from chassis import jose
from chassis.jose import SigningKey, TokenVerifier, UnknownKey
from chassis.keyset import RemoteKeySet

FIRST, SECOND = SigningKey.generate(), SigningKey.generate()
NOW = 1_780_000_000
CLAIMS = {"exp": NOW + 60, "iat": NOW, "iss": "issuer", "aud": "onedoor", "sub": "s", "jti": "j"}


class Publisher:
    """A small server that answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.status, self.body, self.requests = 200, b"", 0
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()
        self.url = ""
        self.publish(FIRST.public.to_jwk())

    def publish(self, *keys: dict[str, Any]) -> None:
        self.status, self.body = 200, json.dumps({"keys": keys}).encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.requests += 1
        self.asked.set()
        await self.open.wait()
        headers = [(b"content-type", b"application/json"), (b"location", b"/elsewhere")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    app = Publisher()
    listening = socket.create_server(("127.0.0.1", 0))
    app.url = f"http://127.0.0.1:{listening.getsockname()[1]}/jwks"
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield app
    app.open.set()
    server.should_exit = True
    await serving


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def remote(publisher: Publisher, client: httpx.AsyncClient, clock: Clock) -> RemoteKeySet:
    return RemoteKeySet(publisher.url, client, cooldown=10, retry=1, max_age=600, clock=clock)


def kids(keys: jose.KeySet) -> list[str]:
    return [key.kid for key in keys]


async def test_keys_are_fetched_when_first_asked_for_and_only_then(publisher, remote):
    assert publisher.requests == 0

    assert kids(await remote.current()) == [FIRST.kid]
    assert await remote.current() is await remote.current()
    assert publisher.requests == 1


async def test_many_who_ask_at_once_share_one_request(publisher, remote):
    publisher.open.clear()
    asking = [asyncio.create_task(remote.current()) for _ in range(50)]
    await publisher.asked.wait()
    publisher.open.set()

    answers = await asyncio.gather(*asking)

    assert publisher.requests == 1
    assert {tuple(kids(answer)) for answer in answers} == {(FIRST.kid,)}


async def test_one_who_goes_away_does_not_spoil_it_for_the_others(publisher, remote):
    publisher.open.clear()
    leaving, staying = asyncio.create_task(remote.current()), asyncio.create_task(remote.current())
    await publisher.asked.wait()
    leaving.cancel()
    publisher.open.set()

    assert kids(await staying) == [FIRST.kid]
    assert publisher.requests == 1


async def test_a_token_of_a_new_key_is_verified_after_a_fresh_look(publisher, remote, clock):
    tokens = TokenVerifier(dict, issuer="issuer", audience="onedoor", typ="at+jwt")
    token = jose.sign(CLAIMS, SECOND, "at+jwt")
    with pytest.raises(UnknownKey):
        tokens.verify(token, await remote.current(), NOW)
    publisher.publish(FIRST.public.to_jwk(), SECOND.public.to_jwk())
    clock.now += 10

    assert tokens.verify(token, await remote.refresh(), NOW) == CLAIMS


async def test_invented_key_ids_do_not_hammer_the_publisher(publisher, remote, clock):
    await remote.current()

    for _ in range(100):
        clock.now += 0.09
        await remote.refresh()
    assert publisher.requests == 1
    clock.now += 1.5
    await remote.refresh()
    assert publisher.requests == 2


async def test_a_key_read_again_stays_the_same_object(publisher, remote, clock):
    before = (await remote.current()).get(FIRST.kid)
    publisher.publish(SECOND.public.to_jwk(), FIRST.public.to_jwk())
    clock.now += 10

    after = await remote.refresh()

    assert after.get(FIRST.kid) is before
    assert kids(after) == [SECOND.kid, FIRST.kid]


async def test_a_withdrawn_key_dies_of_age_without_making_anyone_wait(publisher, remote, clock):
    await remote.current()
    publisher.publish(SECOND.public.to_jwk())
    publisher.open.clear()
    clock.now += 600

    assert kids(await remote.current()) == [FIRST.kid]
    publisher.open.set()
    assert kids(await remote.refresh()) == [SECOND.kid]
    assert publisher.requests == 2


FAILURES = {
    "error": (503, b"{}"),
    "redirect": (302, b'{"keys":[]}'),
    "not json": (200, b"<html>"),
    "not utf-8": (200, b"\xff\xff\xff"),
    "a list": (200, b"[]"),
    "no keys": (200, b"{}"),
    "keys is text": (200, b'{"keys":"a"}'),
    "too deep": (200, b"[" * 60_000),
    "too large": (200, b'{"keys":[]}' + b" " * 70_000),
    "one name twice": (
        200,
        json.dumps({"keys": [SECOND.public.to_jwk(), {**FIRST.public.to_jwk(), "kid": SECOND.kid}]}).encode(),
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_old_keys_stay_when_the_answer_is_no_key_set(publisher, remote, clock, failure):
    await remote.current()
    publisher.status, publisher.body = FAILURES[failure]
    clock.now += 10

    assert kids(await remote.refresh()) == [FIRST.kid]
    assert publisher.requests == 2


async def test_a_publisher_that_hangs_is_given_up(publisher, client, caplog):
    publisher.open.clear()
    remote = RemoteKeySet(publisher.url, client, timeout=0.05)

    assert kids(await remote.current()) == []
    assert "TimeoutError" in caplog.text


async def test_after_a_failure_the_next_look_comes_soon(publisher, remote, clock):
    publisher.status = 503
    assert kids(await remote.current()) == []
    publisher.publish(FIRST.public.to_jwk())

    assert kids(await remote.current()) == []
    clock.now += 1
    assert kids(await remote.current()) == [FIRST.kid]
    assert publisher.requests == 2


async def test_a_publisher_that_is_not_there_leaves_no_keys_and_no_exception(client):
    assert kids(await RemoteKeySet("http://127.0.0.1:1/jwks", client).current()) == []


@pytest.mark.parametrize(
    "unwanted",
    [
        RSAKey.generate_key(2048, {"kid": "rsa"}, private=False).as_dict(private=False),
        OctKey.generate_key(256, {"kid": "secret"}).as_dict(private=True),
        ECKey.generate_key("P-384", {"kid": "p384"}).as_dict(private=False),
        {**SECOND.public.to_jwk(), "alg": "ES384"},
        {**SECOND.public.to_jwk(), "use": "enc"},
        {**SECOND.public.to_jwk(), "x": FIRST.public.x},
        SECOND.to_jwk(),
        {},
        "text",
        None,
    ],
    ids=["rsa", "symmetric", "p-384", "es384", "encryption", "not on the curve", "private", "empty", "text", "null"],
)
async def test_a_key_we_cannot_use_is_left_out_and_the_others_stay(publisher, remote, caplog, unwanted):
    publisher.publish(unwanted, FIRST.public.to_jwk())

    assert kids(await remote.current()) == [FIRST.kid]
    assert "is refused" in caplog.text
    assert SECOND.to_jwk()["d"] not in caplog.text
