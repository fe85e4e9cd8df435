"""Everything that happens to a house while its cases are under way."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from launcher.house import House
from tests.journeys.mishaps import killed_and_back
from tests.journeys.outside import is_ready, pid_of
from tests.journeys.people import until
from tests.load.crowd import Crowd

from .conftest import Database

POINTS = {
    "before-publish": ("logistics", "feedback"),
    "before-mark": ("identity", "sharing", "profile"),
    "before-offset": ("workflow", "logistics", "profile", "feedback", "catalog"),
    "before-call": ("identity", "profile"),
    "after-call": ("sharing", "logistics"),
    "before-answer": ("identity", "workflow", "sharing"),
    "before-short-answer": ("workflow",),
}
"""Each point more than once, but for the last, which nobody else comes by; nobody more than three times: whoever dies again and
again is started again ever later."""
EVERYONE = ("identity", "catalog", "workflow", "sharing", "logistics", "profile", "feedback", "gateway")
AWAY, FULL = 5.0, 8.0
"""Seconds for which the database is stopped, and its disk full."""


@dataclass
class Harm:
    house: House
    database: Database
    points: Path

    async def do(self, cases: Crowd) -> None:
        """Named points first, all of them; then, as cases are handed in, the database; then everybody at random."""
        self.name_points()
        say("points are named")
        await progress(cases, 0.25, lambda walked: walked.submitted)
        await self.stop_database()
        say("the database is stopped and started")
        await progress(cases, 0.5, lambda walked: walked.submitted)
        await self.kill_database()
        say("the database is killed and started")
        await progress(cases, 0.75, lambda walked: walked.submitted)
        await self.fill_disk()
        say("the disk was full")
        if self.house.broker() is not None:
            for sign in (signal.SIGTERM, signal.SIGKILL):
                await self.end_broker(sign)
                say(f"the broker ended by {sign.name} and is back")
        await progress(cases, 0.1, lambda walked: walked.closed)
        for service in random.sample(EVERYONE, len(EVERYONE)):
            await until(partial(is_ready, self.house, service), bool, f"{service}, before it is killed")
            await killed_and_back(self.house, service)
            say(f"{service} is killed and back")
        await self.points_met()
        say("everybody died where it was said")

    def name_points(self) -> None:
        for point, services in POINTS.items():
            for service in services:
                (self.points / f"svc_{service}.{point}").touch()

    async def points_met(self) -> None:
        """Everybody died where it was said."""
        for _ in range(100):
            if not (left := sorted(file.name for file in self.points.iterdir())):
                return
            await asyncio.sleep(1)
        raise AssertionError(f"nobody came by {left}")

    async def stop_database(self) -> None:
        await self._tell("stop")
        await asyncio.sleep(AWAY)
        await self._tell("start")

    async def kill_database(self) -> None:
        await self._tell("kill")
        await self._tell("start")

    async def fill_disk(self) -> None:
        await self._tell("fill")
        await asyncio.sleep(FULL)
        await self._tell("free")

    async def end_broker(self, sign: signal.Signals) -> None:
        """The launcher starts it again."""
        before = pid_of(self.house, "kafka")
        assert before is not None
        os.kill(before, sign)
        await until(partial(self._another_broker, before), bool, "another broker")

    async def _another_broker(self, before: int) -> bool:
        broker = self.house.broker()
        return pid_of(self.house, "kafka") not in (None, before) and broker is not None and broker.ready()

    async def _tell(self, word: str) -> None:
        await asyncio.to_thread(self.database, word)


async def progress(cases: Crowd, share: float, moment: Callable[..., float]) -> None:
    while sum(moment(walked) > 0 for walked in cases.walked) < share * len(cases.couples):
        await asyncio.sleep(0.2)


def say(what: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {what}\n")
