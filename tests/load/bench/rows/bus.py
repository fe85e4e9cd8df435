"""Events through outbox, bus and inbox, on each transport."""

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol, cast

import uvloop

from chassis.bus import prepare
from chassis.outbox import rows as outbox_rows
from chassis.settings import Settings
from launcher.errors import LauncherError
from launcher.kafka import Broker
from launcher.ports import free_house_port
from launcher.tether import tether
from tests.load.bench.events.bare_kafka import BareKafka
from tests.load.bench.events.bare_postgres import BarePostgres
from tests.load.bench.events.service import events, furnish
from tests.load.bench.events.speaker import Speaker, speaking
from tests.load.bench.figures import ROUNDS, Aim, Row
from tests.load.bench.place import Place

MANY = 10_000
RATE = 1_000
STEADY = 3 * RATE


class Bare(Protocol):
    async def move(self, values: Sequence[bytes]) -> None: ...
    async def close(self) -> None: ...


def postgres(place: Place) -> list[Row]:
    url = place.database.url
    return uvloop.run(_measured(url, BarePostgres.open(url), "postgres"))


def kafka(place: Place) -> list[Row]:
    broker = Broker(place.folder / "kafka", free_house_port([1]))
    broker.start()
    place.exit.callback(broker.stop)
    servers = broker.bootstrap_servers
    more = {"KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_REPLICATION": "1"}
    return uvloop.run(_measured(place.database.url, BareKafka.open(servers), "kafka", **more))


async def _measured(url: str, opening: Awaitable[Bare], transport: str, **more: str) -> list[Row]:
    key = base64.b64encode(os.urandom(32)).decode()
    environment = {"DATABASE_URL": url, "BUS": transport, "SEALING_KEY": key, **more}
    settings = Settings.model_validate({name.lower(): value for name, value in environment.items()})
    await prepare(url)
    await furnish(settings)
    bare, hearer = await opening, await Hearer.start(environment)
    many, reference, p50, p99 = [], [], [], []
    values = [cast(bytes, row["value"]) for row in outbox_rows(events(MANY), "bench")]
    async with speaking(settings) as speaker:
        await _through(speaker, hearer, 2 * RATE)
        for _ in range(ROUNDS):
            reference.append(await _bare(bare, values))
            many.append(await _through(speaker, hearer, MANY))
        for _ in range(ROUNDS):
            await speaker.say_steadily(events(STEADY), RATE)
            said = await hearer.line()
            p50.append(said["p50"])
            p99.append(said["p99"])
    await hearer.end()
    await bare.close()
    how = (
        f"{MANY:,} events committed to one service's outbox in batches, until the other has committed the last of them"
    )
    steady = f"from saying to handling, {RATE:,} events a second for {STEADY // RATE} s"
    return [
        Row(f"bus.{transport}", "events/s", many, how, Aim(10_000, "rate"), reference),
        Row(f"bus.{transport}.p50", "ms", p50, steady),
        Row(f"bus.{transport}.p99", "ms", p99, steady, Aim(10, "time")),
    ]


async def _through(speaker: Speaker, hearer: "Hearer", number: int) -> float:
    began = await speaker.say(events(number))
    ended: float = (await hearer.line())["at"]
    return number / (ended - began)


async def _bare(bare: Bare, values: Sequence[bytes]) -> float:
    began = time.monotonic()
    await bare.move(values)
    return len(values) / (time.monotonic() - began)


class Hearer:
    """The other service, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, environment: dict[str, str]) -> "Hearer":
        rounds = [2 * RATE, *[MANY] * ROUNDS, *[STEADY] * ROUNDS]
        command = [sys.executable, "-m", "tests.load.bench.events.hearer", *map(str, rounds)]
        process = await asyncio.create_subprocess_exec(
            *tether(command), env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE
        )
        hearer = cls(process)
        await hearer._said()
        return hearer

    async def line(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(await self._said())
        return said

    async def _said(self) -> bytes:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise LauncherError("the service that hears has ended; its words stand above")
        return line

    async def end(self) -> None:
        await self._process.wait()
