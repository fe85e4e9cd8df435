"""From a closed case to a settled work order."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.feedback import CaseRated, RatingInvited, WorkOrderAnswered, WorkOrderClosed, WorkOrderOpened
from contracts.events.workflow import (
    BranchOutcome,
    CaseClosed,
    CaseOutcome,
    CaseSilenced,
    CaseSubmitted,
    SubmittedBranch,
)

POLICE, HEALTH = "11440199MB2D00010X", "11440199MB2D000284"
BRANCHES = [
    SubmittedBranch(
        branch="registration", item_code="A", title="出生登记", department=POLICE, department_name="云溪市公安局"
    ),
    SubmittedBranch(
        branch="vaccination", item_code="B", title="预防接种证", department=HEALTH, department_name="云溪市疾控中心"
    ),
]
PERSON = UUID("018f0000-0000-7000-8000-000000000001")
THIS_YEAR = datetime.now(UTC).year
YEARS = (THIS_YEAR, THIS_YEAR + 1)


def facts(case: UUID) -> dict[str, object]:
    return {
        "case_id": case,
        "case_number": "440199-2026-000001",
        "applicant_id": PERSON,
        "bundle_code": "newborn",
        "title": "新生儿",
    }


def submitted(case: UUID) -> CaseSubmitted:
    return CaseSubmitted(**facts(case), branches=BRANCHES)


def closed(case: UUID) -> CaseClosed:
    return CaseClosed(**facts(case), outcome=CaseOutcome.GRANTED, branches={"registration": BranchOutcome.GRANTED})


async def closed_case(service: ServiceUnderTest) -> tuple[UUID, str]:
    for year in YEARS:
        await service.as_client("demo-operator", "feedback:calendar:write").put(
            f"/calendars/{year}", json={"holidays": [], "working_days": []}
        )
    case = new_id()
    await service.receive(submitted(case), closed(case))
    return case, (await service.published(RatingInvited))[-1].code


async def rate(service: ServiceUnderTest, code: str, **body: object):
    return await service.http.post(f"/rating-invitations/{code}/rating", json={"level": 1, **body})


def clerk(service: ServiceUnderTest, department: str = POLICE):
    return service.as_staff(
        "feedback:work-order:read", "feedback:work-order:answer", department=department, post="户政岗"
    )


def mother(service: ServiceUnderTest, person: UUID = PERSON):
    return service.as_person(person, "feedback:rating:write", "feedback:work-order:read")


async def test_a_closed_case_invites_once(service):
    case = new_id()

    await service.receive(submitted(case))
    await service.receive(closed(case))
    await service.receive(closed(case))

    assert [event.case_id for event in await service.published(RatingInvited)] == [case]


async def test_a_silenced_case_never_invites(service):
    case = new_id()
    silenced = CaseSilenced(case_id=case, case_number="n", applicant_id=PERSON, subject_key="k")

    await service.receive(submitted(case), silenced, closed(case))

    assert await service.published(RatingInvited) == []


async def test_the_link_alone_shows_and_rates(service):
    _, code = await closed_case(service)

    shown = (await service.http.get(f"/rating-invitations/{code}")).json()
    answer = await rate(service, code, level=1, reasons=["quick"])

    assert [branch["title"] for branch in shown["branches"]] == ["出生登记", "预防接种证"]
    assert answer.status_code == 201
    assert [event.level for event in await service.published(CaseRated)] == [1]
    assert (await service.http.get(f"/rating-invitations/{code}")).json()["rated"] is True


async def test_a_case_is_rated_once(service):
    case, code = await closed_case(service)
    await rate(service, code)

    assert (await rate(service, code)).json()["type"].endswith("/already-rated")
    assert (await mother(service).post(f"/cases/{case}/rating", json={"level": 1})).status_code == 409


async def test_a_wrong_link_opens_nothing(service):
    assert (await service.http.get("/rating-invitations/AAAAAAAAAAAAAAAAAAAAAA")).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"level": 6}, "#/level"),
        ({"level": 2, "reasons": ["because"]}, "#/reasons/0"),
        ({"level": 2, "branches": {"pension": 1}}, "#/branches/pension"),
        ({"level": 2, "stars": 5}, "#/stars"),
    ],
)
async def test_wrong_input_is_pointed_at(service, body, pointer):
    _, code = await closed_case(service)

    assert (await rate(service, code, **body)).json()["errors"][0]["pointer"] == pointer


async def test_a_bad_review_opens_a_work_order_for_the_department_concerned(service):
    _, code = await closed_case(service)

    answer = await rate(service, code, level=2, branches={"registration": 5}, comment="补了两次")

    [opened] = await service.published(WorkOrderOpened)
    [listed] = (await clerk(service).get("/work-orders")).json()["items"]
    assert (opened.department, answer.json()["work_orders"]) == (POLICE, [str(opened.work_order_id)])
    assert (listed["comment"], listed["state"], listed["due"]) == ("补了两次", "open", opened.due.isoformat())
    assert (await clerk(service, HEALTH).get("/work-orders")).json()["items"] == []


async def test_a_good_review_opens_none(service):
    _, code = await closed_case(service)

    await rate(service, code, level=3)

    assert await service.published(WorkOrderOpened) == []


async def test_a_work_order_is_answered_and_settled(service):
    _, code = await closed_case(service)
    order = (await rate(service, code, level=4, branches={"vaccination": 1})).json()["work_orders"][0]

    answered = await clerk(service).post(f"/work-orders/{order}/answer", json={"text": "已电话致歉并改正"})
    settled = await mother(service).post(f"/work-orders/{order}/closing", json={"settled": True})

    assert (answered.json()["state"], settled.json()["state"]) == ("answered", "closed")
    assert len(await service.published(WorkOrderAnswered)) == len(await service.published(WorkOrderClosed)) == 1


async def test_an_unsettled_answer_goes_back_once(service):
    _, code = await closed_case(service)
    order = (await rate(service, code, level=4, branches={"vaccination": 1})).json()["work_orders"][0]
    states = []

    for _ in range(2):
        await clerk(service).post(f"/work-orders/{order}/answer", json={"text": "已电话致歉并改正"})
        states.append(
            (await mother(service).post(f"/work-orders/{order}/closing", json={"settled": False})).json()["state"]
        )

    assert states == ["open", "closed"]


async def test_others_see_nothing(service):
    _, code = await closed_case(service)
    order = (await rate(service, code, level=5, branches={"vaccination": 1})).json()["work_orders"][0]
    answer = {"text": "不是我们的事情"}

    assert (await clerk(service, HEALTH).post(f"/work-orders/{order}/answer", json=answer)).status_code == 404
    assert (await mother(service, new_id()).get(f"/work-orders/{order}")).status_code == 404
    assert (await mother(service).post(f"/work-orders/{order}/closing", json={"settled": True})).status_code == 409


async def test_figures_count_by_department_and_item(service):
    for level in (1, 2, 5):
        _, code = await closed_case(service)
        await rate(service, code, level=level, branches={"vaccination": 1})

    departments = (await service.http.get("/figures", params={"by": "department"})).json()["items"]
    items = (await service.http.get("/figures", params={"by": "item", "since": "2000-01-01"})).json()["items"]

    assert [(row["name"], row["ratings"], round(row["satisfied"], 2)) for row in departments] == [
        ("云溪市公安局", 3, 0.67),
        ("云溪市疾控中心", 3, 1.0),
    ]
    assert [row["code"] for row in items] == ["A", "B"]


async def test_without_a_calendar_a_bad_review_is_refused_loudly_and_nothing_is_lost(service):
    case = new_id()
    await service.receive(submitted(case), closed(case))
    code = (await service.published(RatingInvited))[-1].code

    assert (await rate(service, code, level=5)).json()["type"].endswith("/calendar-not-loaded")
    assert (await rate(service, code, level=1)).status_code == 201
