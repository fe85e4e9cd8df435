"""What a department does later: kept in its database, so that a restart forgets nothing; tried again until it works."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp
import httpx

from demo.base.store import Row, Store

SCHEMA = "CREATE TABLE agenda (id INTEGER PRIMARY KEY, kind TEXT, payload TEXT, due REAL, attempts INTEGER DEFAULT 0)"
LONGEST_WAIT = 60.0
AT_ONCE = 8

PATIENCE = 10.0
"""Seconds until whoever is asked must have begun to answer."""
log = logging.getLogger("demo.agenda")


class NotYet(Exception):
    """It did not work and may work later. The text goes to the log: no personal values."""


class Http(httpx.AsyncClient):
    """What a department asks others with, in whole; `line` alone, at less cost, where nothing but bytes is to be sent."""

    line: aiohttp.ClientSession

    def __init__(self) -> None:
        super().__init__(timeout=PATIENCE, trust_env=False)

    async def __aenter__(self) -> Self:
        patience = aiohttp.ClientTimeout(total=None, sock_connect=PATIENCE, sock_read=PATIENCE)
        self.line = aiohttp.ClientSession(timeout=patience, cookie_jar=aiohttp.DummyCookieJar())
        return await super().__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.line.close()
        await super().__aexit__(kind, error, trace)


Handler = Callable[[Http, Any], Awaitable[None]]


class Agenda:
    """A handler that raises NotYet or an httpx error is called again, after 1, 2, 4 … 60 seconds of the demo's time."""

    def __init__(self, store: Store, speed: float) -> None:
        self._store, self._speed = store, speed
        self._handlers: dict[str, Handler] = {}
        self._news = asyncio.Event()

    def does(self, kind: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._handlers[kind] = handler
            return handler

        return register

    def add(self, kind: str, payload: Any, after: float) -> None:
        due = time.time() + after / self._speed
        self._store.insert("agenda", {"kind": kind, "payload": json.dumps(payload), "due": due})
        self._news.set()

    async def run(self) -> None:
        async with Http() as http:
            while True:
                self._news.clear()
                due = self._store.all(
                    "SELECT * FROM agenda WHERE due <= ? ORDER BY due, id LIMIT ?", time.time(), AT_ONCE
                )
                await asyncio.gather(*(self._do(http, row) for row in due))
                if not due:
                    await self._wait()

    async def _do(self, http: Http, row: Row) -> None:
        try:
            await self._handlers[row["kind"]](http, json.loads(row["payload"]))
        except (NotYet, httpx.HTTPError) as error:
            reason = str(error) if isinstance(error, NotYet) else type(error).__name__
            log.info("%s %s not yet, attempt %s: %s", row["kind"], row["id"], row["attempts"] + 1, reason)
            self._put_off(row)
        except Exception:
            log.exception("%s %s failed", row["kind"], row["id"])
            self._put_off(row)
        else:
            self._store.run("DELETE FROM agenda WHERE id = ?", row["id"])

    def _put_off(self, row: Row) -> None:
        wait = min(LONGEST_WAIT, 2.0 ** row["attempts"]) / self._speed
        self._store.run(
            "UPDATE agenda SET attempts = attempts + 1, due = ? WHERE id = ?", time.time() + wait, row["id"]
        )

    async def _wait(self) -> None:
        following = self._store.one("SELECT min(due) AS due FROM agenda")
        due = following["due"] if following else None
        try:
            async with asyncio.timeout(None if due is None else max(0.0, due - time.time())):
                await self._news.wait()
        except TimeoutError:
            pass


async def post(http: Http, url: str, body: bytes, headers: dict[str, str]) -> None:
    """Anything but 2xx is NotYet."""
    named = {"Content-Type": "application/json", **headers}
    try:
        async with http.line.post(url, data=body, headers=named, allow_redirects=False) as response:
            await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NotYet(type(error).__name__) from error
    if not 200 <= response.status < 300:
        raise NotYet(f"answered {response.status}")
