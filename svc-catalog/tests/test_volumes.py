"""What is asked for most comes first."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import select

from chassis.identifiers import new_id
from chassis.testing import heard
from contracts.events.workflow import (
    BranchEnded,
    BranchOutcome,
    CaseClosed,
    CaseOutcome,
    CaseSubmitted,
    SubmittedBranch,
)
from svc_catalog.models import Offer, Volume
from svc_catalog.use_cases import volumes

from .invented import HEALTH, NAMES, POLICE, bundle, item, publish, publish_bundle

NOW = datetime(2026, 3, 5, 4, tzinfo=UTC)
REGISTRATION = item("birth-registration", "出生登记（国内出生）")
PERMIT = item("residence-permit", "居住登记", serial=2)


def facts() -> dict[str, object]:
    return {"case_id": new_id(), "case_number": "440199-2026-000001", "applicant_id": new_id()}


def submitted(bundle_code: str, *items: dict[str, object]) -> CaseSubmitted:
    branches = [
        SubmittedBranch(
            branch=str(one["slug"]),
            item_code=str(one["implementation_code"]),
            title=str(one["name"]),
            department=POLICE,
            department_name=NAMES[POLICE],
        )
        for one in items
    ]
    return CaseSubmitted(**facts(), bundle_code=bundle_code, title="一件事", branches=branches)


async def test_cases_make_things_hot_once_each(service):
    await publish(service, REGISTRATION)
    await publish(service, PERMIT)
    await publish_bundle(service, "newborn", bundle({"branch": "registration", "item": "birth-registration"}))
    first = submitted("newborn", REGISTRATION)

    await service.receive(first)
    await service.receive(first)
    await service.receive(submitted("newborn", REGISTRATION), submitted("moving", PERMIT))

    hot = (await service.http.get("/hot-items")).json()["items"]
    assert [(one["offer"]["slug"], one["submitted"]) for one in hot] == [
        ("newborn", 2),
        ("birth-registration", 2),
        ("residence-permit", 1),
    ]


async def test_a_batch_is_counted_in_two_statements(service):
    await publish(service, REGISTRATION)
    await publish_bundle(service, "newborn", bundle({"branch": "registration", "item": "birth-registration"}))
    cases = [submitted("newborn", REGISTRATION) for _ in range(5)]

    with heard(service, "volume") as counted, heard(service, "UPDATE offer") as asked:
        await service.receive(*cases)

    assert (len(counted), len(asked)) == (1, 1)
    hot = (await service.http.get("/hot-items")).json()["items"]
    assert [(one["offer"]["slug"], one["submitted"]) for one in hot] == [("newborn", 5), ("birth-registration", 5)]
    async with service.session() as session:
        assert set(await session.scalars(select(Offer.cases))) == {5}


async def test_processes_that_count_the_same_things_do_not_wait_in_a_ring(service):
    """Whatever the order their events come in."""
    one, other = REGISTRATION, PERMIT
    forth = [submitted("newborn", one) for _ in range(10)] + [submitted("moving", other) for _ in range(10)]
    back = [submitted("moving", other) for _ in range(10)] + [submitted("newborn", one) for _ in range(10)]

    async def counting(events: list[CaseSubmitted]) -> None:
        async with service.session() as session:
            for event in events:
                things = [("bundle", event.bundle_code), *[("item", branch.item_code) for branch in event.branches]]
                volumes.count_submitted(session, things, NOW)

    await asyncio.gather(*(counting(events) for events in (forth, back) * 10))

    async with service.session() as session:
        assert set(await session.scalars(select(Volume.submitted))) == {200}


async def test_what_is_rolled_back_is_not_counted(service):
    async with service.runtime.sessions.open() as session:
        await session.execute(select(Volume))
        volumes.count_submitted(session, [("bundle", "gone")], NOW)
        await session.rollback()
        volumes.count_ended(session, [("bundle", "kept")], NOW)
        await session.commit()

    async with service.session() as session:
        assert (await session.execute(select(Volume.code, Volume.submitted, Volume.ended))).all() == [("kept", 0, 1)]


async def test_ends_are_counted_beside(service):
    await publish(service, REGISTRATION)
    case = submitted("newborn", REGISTRATION)
    same = {"case_id": case.case_id, "case_number": case.case_number, "applicant_id": case.applicant_id}
    ended = BranchEnded(
        **same,
        branch="registration",
        item_code=REGISTRATION["implementation_code"],
        department=HEALTH,
        outcome=BranchOutcome.GRANTED,
    )
    closed = CaseClosed(**same, bundle_code="newborn", title="一件事", outcome=CaseOutcome.GRANTED, branches={})

    await service.receive(case, ended, closed)

    [hot] = (await service.http.get("/hot-items")).json()["items"]
    assert (hot["submitted"], hot["ended"]) == (1, 1)


async def test_what_is_asked_for_often_is_found_first(service):
    await publish(service, REGISTRATION)
    await publish(service, PERMIT | {"name": "居住地在外地的居民变更后登记"})
    before = [one["slug"] for one in (await service.http.get("/search", params={"q": "登记"})).json()["items"]]

    await service.receive(*[submitted("moving", PERMIT) for _ in range(9)])

    after = [one["slug"] for one in (await service.http.get("/search", params={"q": "登记"})).json()["items"]]
    assert (before, after) == (["birth-registration", "residence-permit"], ["residence-permit", "birth-registration"])
