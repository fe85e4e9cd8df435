"""The transports under test, each behind the same few handles."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from chassis.bus import Bus, open_bus, prepare
from chassis.bus.kafka.cluster import Cluster
from launcher.kafka import Broker as KafkaBroker
from launcher.ports import free_house_port, free_port
from launcher.postgres import Server

DATABASE = "onedoor_bus_test"
# One thread for all the session: a server ends with the thread that started it.
STARTER = ThreadPoolExecutor(1)
# So long that only a wake-up can explain a message that arrives.
NO_POLL = 3600.0


class Broker(Protocol):
    """A broker of the test's own, which it may stop and start. Doing either twice is fine."""

    async def stop(self) -> None: ...
    async def start(self) -> None: ...
    @property
    def transport(self) -> "Transport": ...


@dataclass(frozen=True)
class Transport:
    kind: str
    url: str

    def open(self, **options: Any) -> Bus:
        """A bus as another process would have it."""
        if self.kind == "kafka":
            return open_bus("", self.kind, cluster=Cluster(self.url), **options)
        return open_bus(self.url, self.kind, **{"database": DATABASE, "poll_seconds": NO_POLL, **options})

    @asynccontextmanager
    async def process(self, group: str, topics: list[str], **options: Any) -> AsyncIterator["Process"]:
        """A member in a process of its own, which can be killed and frozen."""
        program = Path(__file__).with_name("member.py")
        wanted = json.dumps({"transport": asdict(self), "group": group, "topics": topics, "options": options})
        child = await asyncio.create_subprocess_exec(
            sys.executable, program, wanted, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            yield Process(child)
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()


def on_postgres(url: str) -> Transport:
    asyncio.run(prepare(url, database=DATABASE))
    return Transport("postgres", url)


@dataclass(frozen=True)
class Process:
    child: asyncio.subprocess.Process

    async def ask(self, command: str) -> Any:
        self.tell(command)
        return await self.answer()

    def tell(self, command: str) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(command.encode() + b"\n")

    async def answer(self) -> Any:
        assert self.child.stdout is not None
        return json.loads(await self.child.stdout.readline())

    async def kill(self) -> None:
        self.child.kill()
        await self.child.wait()

    async def stall(self) -> None:
        """Freeze it right before a commit; `thaw` it, and its answer tells how the commit ended."""
        self.tell("stall")
        while not _is_stopped(self.child.pid):
            await asyncio.sleep(0.005)

    def thaw(self) -> None:
        self.child.send_signal(signal.SIGCONT)


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"


async def _on_starter(work: Callable[[], None]) -> None:
    await asyncio.get_running_loop().run_in_executor(STARTER, work)


class OwnPostgres:
    def __init__(self, folder: Path) -> None:
        self._server = Server(folder / "data", free_port(), durable=False)
        self._running = False

    async def start(self) -> None:
        if not self._running:
            await _on_starter(self._server.start)
            await prepare(self._server.url, database=DATABASE)
            self._running = True

    async def stop(self) -> None:
        await _on_starter(self._server.stop)
        self._running = False

    @property
    def transport(self) -> Transport:
        return Transport("postgres", self._server.url)


class OwnKafka:
    def __init__(self, folder: Path) -> None:
        self._broker = KafkaBroker(folder / "kafka", free_house_port([1]))
        self._running = False

    async def start(self) -> None:
        if not self._running:
            await _on_starter(self._broker.start)
            self._running = True

    async def stop(self) -> None:
        await _on_starter(self._broker.stop)
        self._running = False

    @property
    def transport(self) -> Transport:
        return Transport("kafka", self._broker.bootstrap_servers)


BROKERS = {"postgres": OwnPostgres, "kafka": OwnKafka}
