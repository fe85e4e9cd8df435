"""httpx over aiohttp: what goes out is what was given, and what goes wrong is httpx' own error."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from chassis.line import Line

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    url: str = ""
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def server(*answers: bytes, closing: bool = False) -> AsyncIterator[Server]:
    """Gives one answer to each request, the last to all that follow; empty: it hangs up instead."""
    here, left = Server(), list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                here.heard.append(head)
                sizes = [
                    line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
                ]
                here.bodies.append(await reader.readexactly(int(sizes[0])) if sizes else b"")
                answer = left.pop(0) if len(left) > 1 else left[0]
                writer.write(answer)
                await writer.drain()
                if closing or not answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        here.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield here


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line(httpx.create_ssl_context(trust_env=False))
    yield line
    await line.aclose()


def asked(method: str, url: str, **more: object) -> httpx.Request:
    patience = {"timeout": {"connect": 5.0, "read": 0.3, "write": 5.0, "pool": 5.0}}
    return httpx.Request(method, url, extensions=patience, **more)  # type: ignore[arg-type]


async def read(line: Line, request: httpx.Request) -> bytes:
    response = await line.handle_async_request(request)
    try:
        return await response.aread()
    finally:
        await response.aclose()


async def test_address_head_and_body_go_out_as_they_were_given(line):
    async with server(OK) as here:
        path = "/a%2Fb/%e5%8C%97?q=a+b%20c&x=%7E;y"
        assert await read(line, asked("POST", here.url + path, content=b"abc", headers={"X-Sign": "s"})) == b"ok"

    first, *fields = here.heard[0].decode().strip().split("\r\n")
    assert first == f"POST {path} HTTP/1.1"
    host = here.url.removeprefix("http://")
    assert sorted(fields) == ["Content-Length: 3", f"Host: {host}", "X-Sign: s"]
    assert here.bodies == [b"abc"]


async def test_connections_are_used_again_and_cookies_are_nobodys(line):
    with_cookie = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=hers\r\n\r\n")
    async with server(with_cookie) as here:
        for _ in range(3):
            assert await read(line, asked("GET", here.url)) == b"ok"

    assert here.connections == 1
    assert not any(b"ookie" in head for head in here.heard)


async def test_a_client_follows_no_redirect_and_unpacks_what_is_packed():
    packed = gzip.compress(b"small")
    head = f"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    line = Line(httpx.create_ssl_context(trust_env=False))
    async with server(head.encode() + packed) as here, httpx.AsyncClient(transport=line) as client:
        response = await client.get(here.url)

    assert (response.status_code, response.headers["location"], response.content) == (302, "/there", b"small")
    assert len(here.heard) == 1


async def test_nobody_there_is_a_connect_error(line):
    async with server(OK) as here:
        pass
    with pytest.raises(httpx.ConnectError):
        await read(line, asked("GET", here.url))


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("POST", 1)])
async def test_who_hangs_up_without_an_answer_is_an_error(line, method, times):
    async with server(b"") as here:
        with pytest.raises(httpx.RemoteProtocolError):
            await read(line, asked(method, here.url))

    assert len(here.heard) == times


async def test_a_post_whose_connection_dies_is_not_sent_twice(line):
    async with server(OK, b"", OK) as here:
        await read(line, asked("POST", here.url, content=b"1"))
        with pytest.raises(httpx.RemoteProtocolError):
            await read(line, asked("POST", here.url, content=b"2"))
        assert await read(line, asked("POST", here.url, content=b"3")) == b"ok"

    assert here.bodies == [b"1", b"2", b"3"]


async def test_a_connection_that_the_other_side_closed_meanwhile_is_not_used(line):
    async with server(OK, closing=True) as here:
        for _ in range(3):
            assert await read(line, asked("POST", here.url, content=b"x")) == b"ok"
            await asyncio.sleep(0.05)

    assert here.connections == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", httpx.ReadTimeout),  # the rest never comes
        (b"HTTP/1.1 200 OK\r\nContent-Le", httpx.ReadTimeout),
        (b"NONSENSE\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", httpx.RemoteProtocolError),
    ],
)
async def test_what_is_no_whole_answer_is_an_error(line, answer, error):
    async with server(answer) as here:
        with pytest.raises(error):
            await read(line, asked("GET", here.url))


async def test_an_answer_cut_off_is_an_error(line):
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", closing=True) as here:
        with pytest.raises(httpx.RemoteProtocolError):
            await read(line, asked("GET", here.url))


async def test_a_body_that_is_not_read_to_its_end_costs_its_connection_and_nothing_else(line):
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 200_000
    async with server(long, OK) as here:
        response = await line.handle_async_request(asked("GET", here.url))
        async for _ in response.aiter_bytes():
            break
        await response.aclose()
        assert await read(line, asked("GET", here.url)) == b"ok"

    assert here.connections == 2


async def test_who_has_given_up_waiting_leaves_no_half_read_connection_behind(line):
    slow = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"
    async with server(slow, OK) as here:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await read(line, asked("GET", here.url))
        assert await read(line, asked("GET", here.url)) == b"ok"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http:///x"])
async def test_an_address_that_is_none_is_refused(line, url):
    with pytest.raises(httpx.UnsupportedProtocol):
        await read(line, asked("GET", url))


async def test_a_line_that_was_closed_opens_anew(line):
    async with server(OK) as here:
        await read(line, asked("GET", here.url))
        await line.aclose()
        assert await read(line, asked("GET", here.url)) == b"ok"


async def test_a_mistake_of_ours_stays_what_it_is(line):
    async with server(OK) as here:
        with pytest.raises(ValueError, match="header") as mistake:
            await read(line, asked("GET", here.url, headers={"X-Two": "a\r\nb: c"}))

    assert mistake.value.__cause__ is not mistake.value
    assert here.heard == []
