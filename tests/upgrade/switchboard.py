"""One address for each program, whichever release answers there: what a Service or a load balancer is in a city."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536


class Switchboard:
    """Listens at `port` plus each offset, in a thread of its own. A connection goes to one of the houses behind it in turn.

    `behind` may be changed at any time: by offset, the ports of the gateways of the houses that have this program.
    """

    def __init__(self, port: int, offsets: Iterable[int]) -> None:
        self.port, self._offsets = port, tuple(offsets)
        self.behind: Mapping[int, Sequence[int]] = {}
        self.passed: Counter[tuple[int, int]] = Counter()
        """Connections by offset and house."""
        self._turn: Counter[int] = Counter()
        self._talks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="switchboard")

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._servers = [await self._listen_at(offset) for offset in self._offsets]

    async def _listen_at(self, offset: int) -> asyncio.Server:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = asyncio.current_task()
            assert talk is not None
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)
            with suppress(asyncio.CancelledError):  # asyncio's own callback asks a cancelled one for its exception
                await self._connect(offset, reader, writer)

        return await asyncio.start_server(answer, ["127.0.0.1", "::1"], self.port + offset)

    async def _connect(self, offset: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there: asyncio.StreamWriter | None = None
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self._next(offset) + offset)
            await asyncio.gather(_pass(reader, there), _pass(back, writer))
        except OSError:
            return
        finally:
            writer.close()
            if there is not None:
                there.close()

    def _next(self, offset: int) -> int:
        houses = self.behind.get(offset, ())
        if not houses:
            raise ConnectionRefusedError(f"nobody is behind {offset}")
        self._turn[offset] += 1
        house = houses[self._turn[offset] % len(houses)]
        self.passed[offset, house] += 1
        return house

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the one side has no more to say; then the other side is told so."""
    with suppress(ConnectionError):
        while piece := await reader.read(CHUNK):
            writer.write(piece)
            await writer.drain()
    writer.close()
