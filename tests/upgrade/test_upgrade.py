"""A release replaces the last one while both serve: cases that were half-way, and new ones, end as they should, once."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest

from launcher.house import House
from tests.faults.counting import EVERYONE, ask, counted, in_offices, kept_of_each, lost_events, one_of_each, quiet
from tests.journeys.outside import SERVICES, metric
from tests.load.crowd import Couple, Crowd, Walked, crowd, hand_in, see_through

from .change import Change, change, is_error, is_misfit

FIRST = 200_000
"""From here on families that no other test needs."""
EACH = 2
"""Cases handed in under the last release alone, while it is migrated, and under both."""
CASES = 3 * EACH


@pytest.fixture(scope="module")
def changing() -> Iterator[Change]:
    with change() as one:
        one.begin()
        yield one


async def test_cases_go_on_while_a_release_replaces_the_last(changing):
    async with crowd(changing.whole, CASES, FIRST) as cases:
        early, middle, late = (cases.couples[start : start + EACH] for start in range(0, CASES, EACH))
        before = await handed_in(early)
        _, meanwhile = await asyncio.gather(asyncio.to_thread(changing.add_new), handed_in(middle))
        old_until_now = await work_of(changing.old)
        async with clerks(cases):
            await seen_through([*before, *meanwhile])
            beside = await handed_in(late)
            old_beside, new_beside = await work_of(changing.old) - old_until_now, await work_of(changing.new)
            await asyncio.gather(asyncio.to_thread(changing.end_old), seen_through(beside))
    await quiet(changing.new)

    walked = [one for _, one in (*before, *meanwhile, *beside)]
    assert [one.outcome for one in walked] == ["granted"] * CASES
    assert len({one.case_number for one in walked}) == CASES
    assert not [what for what in cases.seen if what.endswith(" 500")], cases.seen
    assert old_beside > 0
    assert new_beside > 0
    assert not await lost_events(changing.new)
    assert {service: await dead_letters(changing.new, service) for service in EVERYONE} == dict.fromkeys(EVERYONE, 0)
    assert in_offices(changing.new) == one_of_each(CASES)
    assert await counted(changing.new) == kept_of_each(CASES)
    assert [line for line in changing.said() if is_misfit(line) or is_error(line)] == []
    assert changing.verify() == (0, len(EVERYONE))


Begun = tuple[Couple, Walked]


async def handed_in(couples: Sequence[Couple]) -> list[Begun]:
    async def one(couple: Couple) -> Begun:
        walked = Walked(couple.family)
        await hand_in(couple, walked)
        return couple, walked

    return await asyncio.gather(*map(one, couples))


async def seen_through(begun: Sequence[Begun]) -> None:
    await asyncio.gather(*(see_through(couple, walked) for couple, walked in begun))


@asynccontextmanager
async def clerks(cases: Crowd) -> AsyncIterator[None]:
    """At their desks until the block ends; what goes wrong there ends the test."""
    async with asyncio.TaskGroup() as group:
        working = [group.create_task(desk.work()) for desk in cases.desks]
        yield
        for desk in working:
            desk.cancel()


async def work_of(house: House) -> float:
    """Events handled and jobs done by the house's programs since they began."""
    names = ("onedoor_events_handled_total", "onedoor_jobs_total")
    return sum([await metric(house, service, name) for service in SERVICES for name in names])


async def dead_letters(house: House, service: str) -> int:
    [(count,)] = await ask(house, service, "SELECT count(*) FROM dead_letter")
    return int(count)
