"""Many newborn cases at once, while everything that can die does. Then all is counted."""

import os
import subprocess
import sys
from asyncio import TaskGroup

from tests.load.crowd import crowd

from .counting import (
    EVERYONE,
    counted,
    in_offices,
    kept_of_each,
    lost_events,
    messages,
    one_of_each,
    quiet,
    unexpected,
    waiting,
)
from .harm import Harm, say

CASES = int(os.environ.get("CASES", "200"))
"""On each transport."""
PATIENCE = 900
"""Seconds, for each thing that a parent waits for."""


async def test_every_case_survives_every_mishap(harmed_house):
    house, database, points = harmed_house
    async with crowd(house, CASES, patience=PATIENCE) as cases, TaskGroup() as group:
        group.create_task(Harm(house, database, points).do(cases))
        walked = await cases.drive(CASES)
    say("every case is closed and everybody was killed")
    await quiet(house)
    say("all is quiet")

    assert {one.outcome for one in walked} == {"granted"}
    assert len({one.case_number for one in walked}) == CASES
    assert not unexpected(house)
    assert not [what for what in cases.seen if what.endswith(" 500")], cases.seen
    assert not await lost_events(house)
    assert in_offices(house) == one_of_each(CASES)
    assert await counted(house) == kept_of_each(CASES)
    assert await waiting(house) == {"rate": CASES}
    told, due = await messages(house, [one.case_id for one in walked])
    assert told == due
    assert verified(house) == (0, len(EVERYONE))


def verified(house) -> tuple[int, int]:
    """The code of `make verify`, and how many services said that all is well."""
    environment = {**os.environ, **house.overrides, "RUN_DIR": str(house.run_dir), "PORT": str(house.port)}
    line = [sys.executable, "-m", "launcher", "verify"]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode, done.stdout.count(": ok\n")
