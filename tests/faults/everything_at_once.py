"""Many newborn cases at once, while everything that can die does. Then all is counted."""

import os
import subprocess
import sys
from asyncio import TaskGroup
from collections import Counter
from collections.abc import Mapping
from statistics import mode

from tests.load.crowd import crowd

from .counting import EVERYONE, ask, in_offices, lost_events, messages_by_case, quiet
from .harm import Harm

CASES = int(os.environ.get("CASES", "40"))
PATIENCE = 480
"""Seconds, for each thing that a parent waits for."""
PARCELS = 3
"""A case's: the household book comes and goes, the card goes."""
PASSING = {"parcel-coming", "parcel-waiting"}
"""What is said of a moment: when a carrier's report comes late, and the parcel is there already, it is not said any more."""


async def test_every_case_survives_every_mishap(harmed_house):
    house, database, points = harmed_house
    async with crowd(house, CASES, patience=PATIENCE) as cases, TaskGroup() as group:
        group.create_task(Harm(house, database, points).do(cases))
        walked = await cases.drive(CASES)
    await quiet(house)

    assert {one.outcome for one in walked} == {"granted"}
    assert len({one.case_number for one in walked}) == CASES
    assert not [what for what in cases.seen if what.endswith(" 500")], cases.seen
    assert not await lost_events(house)
    assert in_offices(house) == {
        "certificate": CASES,
        "registration": CASES,
        "archive": CASES,
        "enrolment": CASES,
        "card_order": CASES,
        "waybill": PARCELS * CASES,
        "payment": CASES,
    }
    assert await counted(house) == {
        "case_file": CASES,
        "licence": CASES,
        "parcel": PARCELS * CASES,
        "payment": CASES,
        "bill": CASES,
        "invitation": CASES,
        "guardianship": 2 * CASES,
    }
    told = await messages_by_case(house, [one.case_id for one in walked])
    assert unlike_the_others(told) == {}
    assert verified(house) == (0, len(EVERYONE))


def unlike_the_others(told: Mapping[str, Counter[str]]) -> dict[str, dict[str, tuple[int, int]]]:
    """By case and kind: how often somebody was told something, and how often most were."""
    kinds = {kind for messages in told.values() for kind in messages} - PASSING
    usual = {kind: mode(messages[kind] for messages in told.values()) for kind in kinds}
    faults = {
        case: {kind: (messages[kind], times) for kind, times in usual.items() if messages[kind] != times}
        for case, messages in told.items()
    }
    return {case: wrong for case, wrong in faults.items() if wrong}


async def counted(house) -> dict[str, int]:
    places = {
        "case_file": "workflow", "licence": "sharing", "parcel": "logistics", "payment": "logistics", "bill": "logistics",
        "invitation": "feedback", "guardianship": "identity",
    }  # fmt: skip
    return {
        table: (await ask(house, service, f"SELECT count(*) FROM {table}"))[0][0] for table, service in places.items()
    }


def verified(house) -> tuple[int, int]:
    """The code of `make verify`, and how many services said that all is well."""
    environment = {**os.environ, **house.overrides, "RUN_DIR": str(house.run_dir), "PORT": str(house.port)}
    line = [sys.executable, "-m", "launcher", "verify"]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode, done.stdout.count(": ok\n")
