"""Somebody who speaks to OneDoor through the gateway and does not give up while something is being started again."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from .http import Answer, Client, Lost

PASSING = frozenset({429, 500, 502, 503, 504})
"""What may be otherwise a moment later."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


class Refused(Exception):
    """An answer that will not get better by asking again."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what}: {answer.status} {answer.body[:500].decode(errors='replace')}")
        self.answer = answer


class Impatient(Exception):
    """It did not happen in time; says what was seen last."""


class Caller:
    """`credentials`: the headers by which the gateway knows who it is. `seen` counts what was not a success, for everyone.

    Seconds: `patience` for each thing that is waited for, `longest` between two looks at it.
    """

    def __init__(
        self,
        client: Client,
        credentials: dict[str, str],
        seen: Counter[str],
        patience: float,
        longest: float = LONGEST_PAUSE,
    ) -> None:
        self._client, self._seen, self.patience, self._longest = client, seen, patience, longest
        self._headers = {"content-type": "application/json", **credentials}

    async def get(self, service: str, path: str) -> Any:
        return await self._insist("GET", service, path, None, {})

    async def post(self, service: str, path: str, body: Any = None) -> Any:
        """With one key however often it is sent."""
        key = {"idempotency-key": str(uuid4())}
        return await self._insist("POST", service, path, {} if body is None else body, key)

    async def patch(self, service: str, path: str, body: Any) -> Any:
        return await self._insist("PATCH", service, path, body, {})

    async def until(self, service: str, path: str, good: Callable[[Any], Any], what: str) -> Any:
        """Look again, less and less often; answers what `good` answered when it is true at last."""
        deadline, pause = time.monotonic() + self.patience, FIRST_PAUSE
        while True:
            seen = await self.get(service, path)
            if found := good(seen):
                return found
            if time.monotonic() > deadline:
                raise Impatient(f"{what} did not happen within {self.patience:.0f} s; last seen: {seen}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, self._longest)

    async def press(self, page: str) -> None:
        """The button on a page of somebody else's, a payment provider's for instance."""
        place = urlsplit(page)
        stranger = Client(place.hostname or "localhost", place.port or 80)
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = await stranger.ask("POST", place.path, {})
                if answer.status < 400:
                    return
            except Lost:
                answer = Answer()
            finally:
                stranger.close()
            if answer.status not in {0, *PASSING} or time.monotonic() > deadline:
                raise Refused(f"POST {page}", answer)
            await asyncio.sleep(FIRST_PAUSE)

    async def _insist(self, method: str, service: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        content = b"" if body is None else orjson.dumps(body)
        target, deadline, pause = f"/api/{service}/v1{path}", time.monotonic() + self.patience, FIRST_PAUSE
        while True:
            trouble = "lost"
            try:
                answer = await self._client.ask(method, target, {**self._headers, **headers}, content)
                if answer.status < 300:
                    return answer.json
                trouble = str(answer.status)
                if answer.status not in PASSING:
                    raise Refused(f"{method} {service} {path}", answer)
            except Lost:
                if time.monotonic() > deadline:
                    raise
            self._seen[f"{service} {trouble}"] += 1
            if time.monotonic() > deadline:
                raise Refused(f"{method} {service} {path}, for {self.patience:.0f} s", answer)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, self._longest)
