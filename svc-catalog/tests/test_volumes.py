"""What is asked for most comes first."""

from chassis.identifiers import new_id
from contracts.events.workflow import (
    BranchEnded,
    BranchOutcome,
    CaseClosed,
    CaseOutcome,
    CaseSubmitted,
    SubmittedBranch,
)

from .invented import HEALTH, NAMES, POLICE, bundle, item, publish, publish_bundle

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
