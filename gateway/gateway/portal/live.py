"""Pages that follow what happens: server-sent events `changed` and, at last, `finished`.

A stream looks at what its page shows, again and again, with the visitor's own token; only a difference is told. It outlives
an outage of the services behind it, never the session, and does not keep a session alive that nobody uses.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from fastapi import Request
from fastapi.responses import StreamingResponse

from chassis.problems import TooManyRequests, Unauthenticated
from chassis.runtime import runtime_of
from gateway.portal.services import Away, Refusal, Services
from gateway.sessions.provider import ProviderAway
from gateway.sessions.store import SessionStore
from gateway.settings import GatewaySettings

PER_SESSION, IN_ALL = 4, 2000
SOONEST, LATEST = 2.0, 15.0
"""Seconds between two looks: the longer nothing changes, the fewer. Each look without news is a heartbeat."""
LIFE = 600.0
"""Seconds until a stream ends and the browser opens another, maybe at another process."""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no", "x-content-type-options": "nosniff"}
BEGIN, BEAT, FINISHED = "retry: 3000\n\n", ": nothing new\n\n", "event: finished\ndata: -\n\n"


@dataclass(frozen=True)
class Seen:
    """What a page shows, as a mark that changes with it; `finished` when nothing more will happen."""

    mark: str
    finished: bool


GONE = Seen("gone", finished=True)
Look = Callable[[Services], Awaitable[Seen]]


def mark_of(*shown: object) -> str:
    return sha256(repr(shown).encode()).hexdigest()[:16]


class Streams:
    """The open streams of this process, bounded for each session and in all."""

    def __init__(self) -> None:
        self._open: Counter[bytes] = Counter()
        self._stopping = asyncio.Event()

    @contextmanager
    def opened(self, session: bytes) -> Iterator[None]:
        self._open[session] += 1
        try:
            yield
        finally:
            self._open[session] -= 1
            if not self._open[session]:
                del self._open[session]

    def has_room(self, session: bytes) -> bool:
        return self._open[session] < PER_SESSION and self._open.total() < IN_ALL

    def stop(self) -> None:
        """The process ends: so do its streams, and browsers come back to another one."""
        self._stopping.set()

    async def stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False


async def follow(request: Request, look: Look, seen: str) -> StreamingResponse:
    """The stream. What it refuses ends it for good: 401 without a session, 429 with too many streams open already."""
    runtime = runtime_of(request)
    settings = cast(GatewaySettings, runtime.settings)
    streams = cast(Streams, runtime.room(Streams))
    store = cast(SessionStore, runtime.room(SessionStore))
    cookie = request.cookies.get(settings.cookie, "")
    session = sha256(cookie.encode("utf-8", "surrogatepass")).digest()
    if not streams.has_room(session):
        raise TooManyRequests(headers={"Retry-After": "60"})

    async def services() -> Services | None:
        try:
            signed = await store.glance(cookie) if cookie else None
        except ProviderAway as error:
            raise Away("identity") from error
        return Services(runtime.http, settings, signed.token) if signed else None

    try:
        if await services() is None:
            raise Unauthenticated()
    except Away:
        pass  # nobody knows yet; the stream will
    heard = request.headers.get("last-event-id") or seen
    told = _told(streams, session, services, look, heard)
    return StreamingResponse(told, media_type="text/event-stream", headers=HEADERS)


async def _told(
    streams: Streams, session: bytes, services: Callable[[], Awaitable[Services | None]], look: Look, seen: str
) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + LIFE, SOONEST
    if not streams.has_room(session):
        yield FINISHED
        return
    with streams.opened(session):
        yield BEGIN
        while loop.time() < until:
            now = await _looked(services, look)
            if now is not None and now is not GONE and now.mark != seen:
                seen, pause = now.mark, SOONEST
                yield f"event: changed\nid: {seen}\ndata: -\n\n"
            else:
                yield BEAT
            if now is not None and now.finished:
                yield FINISHED
                return
            if await streams.stops_within(pause):
                return
            pause = min(pause * 1.3, LATEST)


async def _looked(services: Callable[[], Awaitable[Services | None]], look: Look) -> Seen | None:
    """None: something is away for the moment. Whatever can be seen no more is finished."""
    try:
        found = await services()
        return await look(found) if found is not None else GONE
    except Away:
        return None
    except Refusal as refusal:
        return None if refusal.status >= 500 or refusal.status == 429 else GONE
