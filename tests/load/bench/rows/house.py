"""The whole house as `make run` starts it: how soon it is ready, what it weighs, how many cases it walks to their end."""

import asyncio
import time
from pathlib import Path

from launcher.house import House
from launcher.ports import free_house_port
from launcher.processes import POSTGRES_OFFSET, PROGRAMS
from launcher.status import report
from tests.load.bench.figures import ROUNDS, Aim, Row
from tests.load.bench.place import Place
from tests.load.bench.programs import seconds_of
from tests.load.crowd import Walked, crowd

FEW, MANY, AT_ONCE = 50, 100, 60
MIB = 2**20


def starts(place: Place) -> list[Row]:
    first: list[float] = []
    again: list[float] = []
    for number in range(ROUNDS):
        house = new_house(place.folder / f"start-{number}")
        for taken in (first, again):
            try:
                began = time.monotonic()
                house.up()
                taken.append(time.monotonic() - began)
            finally:
                house.down()
    how = "from the command until everything answers that it is ready, packages installed"
    return [
        Row("start.first", "s", first, f"{how}; nothing of its data there", Aim(15, "time")),
        Row("start.again", "s", again, f"{how}; after a stop", Aim(8, "time")),
    ]


def memory(place: Place) -> list[Row]:
    house = opened(place)
    weights = [_weight(house) for _ in range(ROUNDS)]
    asyncio.run(_walk(house, FEW, first=0))
    after = [_weight(house) for _ in range(ROUNDS)]
    how = "PSS of every program and its children, department programs, database and launcher included, a second apart"
    return [
        Row("memory.started", "MiB", weights, f"{how}; after a start", Aim(1.1 * 1024, "size")),
        Row("memory.used", "MiB", after, f"{how}; after {FEW} cases", Aim(1.1 * 1024, "size")),
    ]


def cases(place: Place) -> list[Row]:
    house = opened(place)
    rates, spent = [], []
    for number in range(ROUNDS):
        before = _processor(house)
        walked = asyncio.run(_walk(house, MANY, first=1_000 + number * MANY))
        spent.append((_processor(house) - before) / MANY * 1000)
        rates.append(MANY / max(one.closed for one in walked))
    how = f"{MANY} newborn cases, {AT_ONCE} at a time, from application to the last outcome, departments working 20 times as fast"
    return [
        Row("cases", "cases/s", rates, f"{how}; a walk's beginning and its end included", Aim(25, "rate")),
        Row("cases.processor", "ms per case", spent, f"{how}; processor time of the whole house"),
    ]


def new_house(folder: Path) -> House:
    overrides = {"PUBLIC_URL": "", "DATABASE_URL": "", "DEMO_SPEED": "20"}
    port = free_house_port([POSTGRES_OFFSET, *(program.offset for program in PROGRAMS)])
    return House(folder, port, overrides)


def opened(place: Place) -> House:
    """One house for all rows that need one; the first to ask starts it."""
    if not isinstance(house := place.rooms.get("house"), House):
        house = place.rooms["house"] = new_house(place.folder / "house")
        place.exit.callback(house.down)
        house.up()
    return house


async def _walk(house: House, number: int, first: int) -> list[Walked]:
    async with crowd(house, number, first, patience=600) as people:
        return await people.drive(AT_ONCE)


def _weight(house: House) -> float:
    time.sleep(1)
    weight: int = report(house.run_dir)["memory_bytes"]
    return weight / MIB


def _processor(house: House) -> float:
    state = house.state()
    return 0.0 if state is None else seconds_of(state.pid)
