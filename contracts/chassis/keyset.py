"""Verifying keys published elsewhere as a JWKS: fetched when first needed, kept when the publisher is down."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx

from chassis.jose import InvalidKey, KeySet, VerifyingKey

MAX_DOCUMENT_BYTES = 64 * 1024
_log = logging.getLogger(__name__)


class RemoteKeySet:
    """The keys behind one URL.

    Ask `current()` for the keys; when a token names none of them, ask `refresh()` and try once more. However many ask, one
    request is under way at a time, and the next starts at the earliest `cooldown` seconds after a success (`retry` after a
    failure), so that tokens with invented key ids cannot make us hammer the publisher. Keys older than `max_age` seconds
    are fetched anew in the background, so that a withdrawn key dies here too. A failed fetch changes nothing: the old keys stay.
    """

    def __init__(
        self,
        url: str,
        client: httpx.AsyncClient,
        *,
        cooldown: float = 10,
        retry: float = 1,
        max_age: float = 600,
        timeout: float = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._client, self._timeout, self._clock = url, client, timeout, clock
        self._cooldown, self._retry, self._max_age = cooldown, retry, max_age
        self._keys = KeySet()
        self._fetched_at: float | None = None
        self._next_at = clock()
        self._under_way: asyncio.Task[None] | None = None

    async def current(self) -> KeySet:
        """The keys at hand; only the first caller and those beside it wait for a fetch."""
        if self._fetched_at is None:
            return await self.refresh()
        if self._clock() - self._fetched_at >= self._max_age:
            self._start()
        return self._keys

    async def refresh(self) -> KeySet:
        """The keys after a fresh look, if one is due."""
        self._start()
        if self._under_way is not None:
            await asyncio.shield(self._under_way)  # whoever asked may go away; the others still want the answer
        return self._keys

    def _start(self) -> None:
        if self._under_way is None and self._clock() >= self._next_at:
            self._under_way = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                self._keys = self._accepted(await self._download())
            self._fetched_at = self._clock()
            self._next_at = self._fetched_at + self._cooldown
        except Exception as error:  # of whatever class: with the old keys the service still works
            self._next_at = self._clock() + self._retry
            _log.warning("keys not fetched from %s, keeping %d: %s", self._url, len(self._keys), type(error).__name__)
        finally:
            self._under_way = None

    async def _download(self) -> Any:
        async with self._client.stream("GET", self._url, headers={"accept": "application/json"}) as response:
            if response.status_code != httpx.codes.OK:
                raise ValueError("not a key set")
            document = bytearray()
            async for chunk in response.aiter_bytes():
                document += chunk
                if len(document) > MAX_DOCUMENT_BYTES:
                    raise ValueError("too large a key set")
        return json.loads(document)

    def _accepted(self, document: Any) -> KeySet:
        """The keys we can use. One we cannot is left out (RFC 7517, 5); so is one whose private half was published."""
        entries = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(entries, list):
            raise InvalidKey("not a key set")
        known = {key.kid: key for key in self._keys}
        accepted = []
        for entry in entries:
            try:
                key = VerifyingKey.parse(entry if isinstance(entry, dict) else {})
            except InvalidKey as refusal:
                _log.warning("a key of %s is refused: %s", self._url, refusal)
                continue
            accepted.append(known[key.kid] if known.get(key.kid) == key else key)
        return KeySet(accepted)
