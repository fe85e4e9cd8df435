"""What a batch of events says to the database: each table once, however many events and cases it is about."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.identifiers import new_id
from chassis.testing import heard
from contracts.events.sharing import AccessRecorded, DeathReported, SharingStepAnswered
from contracts.steps import Outcome
from svc_workflow.commands import broken_at
from svc_workflow.host import hold
from svc_workflow.host.calendars import load_calendar
from svc_workflow.models import Access, HistoryRow, Step, Subscription

from .city import MONDAY, Family, ok


def access(case_id, resource: str) -> AccessRecorded:
    return AccessRecorded(
        access_id=new_id(),
        person_id=new_id(),
        case_id=case_id,
        resource_code=resource,
        source_name="云溪市公安局",
        reader="svc-sharing",
        reader_name="一件事",
        purpose="newborn",
        grant_id=None,
        fields=["name"],
        at=MONDAY,
    )


async def collected(city, *steps) -> list:
    """What `steps` would have the service receive, one after the other."""
    events, receive = [], city.receive

    async def keep(*some):
        events.extend(some)

    city.receive = keep
    for step in steps:
        await step
    city.receive = receive
    return events


async def certificates(city, cases) -> list:
    """The hospital takes each case's submission, and its licence comes."""
    steps = [step for case in cases for step in (city.exchange(case, "birth-certificate-request"), city.licence(case))]
    return await collected(city, *steps)


def writes(said: list[str], table: str) -> list[str]:
    return [one.split()[0] for one in said if one.startswith((f"INSERT INTO {table} ", f"UPDATE {table} "))]


async def test_looks_at_data_are_written_together(service):
    cases = [new_id() for _ in range(3)]
    lines = [access(case_id, resource) for case_id in cases for resource in ("marriage", "population")]
    with heard(service, "case_access") as said:
        await service.receive(*lines, lines[0])
        await service.receive(lines[1])

    assert len(said) == 1
    async with service.session() as session:
        assert await session.scalar(select(func.count()).select_from(Access)) == len(lines)


async def test_the_answers_of_a_batch_are_read_and_written_together(service, city):
    cases = [await Family(city).apply() for _ in range(3)]
    events = await certificates(city, cases)
    with heard(service) as said:
        await city.receive(*events)

    selects = [one.rpartition("FROM ")[2].split()[0] for one in said if one.startswith("SELECT")]
    assert sorted(selects) == ["case_file", "instance", "step"]
    for table in ("instance", "branch", "step", "case_history"):
        assert len(writes(said, table)) == len(set(writes(said, table))), table
    async with service.session() as session:
        for case_id in cases:
            assert await broken_at(session, case_id) is None


@pytest.mark.parametrize("together", [True, False])
async def test_a_batch_leaves_what_its_events_leave_one_by_one(service, city, family, together):
    case_id = await family.apply()
    events = await certificates(city, [case_id])
    for batch in [events] if together else [[event] for event in events]:
        await city.receive(*batch)

    assert (await family.branch(case_id, "birth-certificate"))["state"] == "granted"
    async with service.session() as session:
        of_case = select(HistoryRow.sequence).where(HistoryRow.case_id == case_id).order_by(HistoryRow.sequence)
        assert list(await session.scalars(of_case)) == [1, 2, 3]
        waits = select(Subscription.name).where(Subscription.case_id == case_id)
        assert "licence.registered" not in list(await session.scalars(waits))
        step = (
            await session.scalars(select(Step).where(Step.case_id == case_id, Step.branch == "birth-certificate"))
        ).first()
        assert step is not None
        assert {"exchange_id", "licence_id"} <= step.result.keys()


async def test_an_answer_and_a_death_in_one_batch_are_both_heard(service, city, family):
    case_id = await family.apply()
    events = await certificates(city, [case_id])
    death = DeathReported(subject_key=family.children[0], source_name="云溪市公安局")
    with heard(service, "FROM instance", "FOR UPDATE") as said:
        await city.receive(death, *events)

    assert len(said) == 1
    assert ok(await family.mother.get(f"/cases/{case_id}"))["outcome"] == "ended"
    async with service.session() as session:
        assert await broken_at(session, case_id) is None


async def test_whoever_holds_several_cases_waits_for_the_first_before_taking_the_next(service, city):
    families = [Family(city) for _ in range(2)]
    drafts = [await family.ready() for family in families]
    for family, draft in reversed(list(zip(families, drafts, strict=True))):  # the rows lie the other way round
        ok(await family.submit(draft), 201)
    low, high = sorted(map(UUID, drafts))

    async with service.session() as first, service.session() as second:
        await hold(first, [low])
        waiting = asyncio.create_task(hold(second, [high, low]))
        await asyncio.sleep(0.3)
        async with asyncio.timeout(0.5):
            await hold(first, [high])
        assert not waiting.done()
        await first.commit()
        await waiting


async def test_an_answer_that_names_another_case_is_the_askers(service, city, family):
    """Whoever answers may err about the case: the request id decides."""
    case_id = await family.apply()
    step = await city.asked(case_id, "birth-certificate-request")
    result = {"exchange_id": str(new_id()), "records": 1}
    await city.receive(
        SharingStepAnswered(request_id=step.request_id, case_id=new_id(), outcome=Outcome.DONE, result=result)
    )

    assert (await family.branch(case_id, "birth-certificate"))["state"] == "accepted"


async def test_a_calendar_is_read_once_and_anew_when_a_year_is_put(service, city):
    async def last_day() -> object:
        async with service.session() as session:
            return (await load_calendar(session)).last_day(MONDAY, 1, "working-days")

    before = await last_day()
    with heard(service, "SELECT calendar_year") as said:
        assert await last_day() == before == MONDAY.date() + timedelta(days=1)
    assert said == []

    operator = service.as_client("demo-operator", "workflow:calendar:write")
    tuesday = {"holidays": [before.isoformat()], "make_up_days": []}
    ok(await operator.put("/calendars/2026", json=tuesday))
    assert await last_day() == before + timedelta(days=1)
