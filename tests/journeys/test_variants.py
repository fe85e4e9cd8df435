"""Not every birth goes the straight way."""

import httpx
import pytest
import pytest_asyncio

from demo.city import births
from launcher.house import House

from .family import BRANCHES, Family, clerk, family_of
from .people import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def police(house: House):
    desk = await clerk(house, "police.clerk")
    yield desk
    await desk.visitor.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cards(house: House):
    desk = await clerk(house, "hr.clerk")
    yield desk
    await desk.visitor.close()


@pytest_asyncio.fixture(loop_scope="module")
async def family_at(house: House):
    """Families by their delivery's number; they close their browsers at the end, however it ends."""
    families = []

    async def open_family(delivery_no: str) -> Family:
        families.append(await family_of(house, delivery_no))
        return families[-1]

    yield open_family
    for family in families:
        await family.leave()


def outcomes(case: dict) -> dict[str, str]:
    return {branch["branch"]: branch["state"] for branch in case["branches"]}


async def registered(family: Family, police) -> None:
    await police.do(family, "receive", "receive")
    await police.do(family, "accept", "accept")
    await police.do(family, "decide", "approve")


async def test_a_leaf_refused_leaves_the_rest_standing(family_at, police, cards):
    family = await family_at("FM2026000003")
    await family.apply(child_name="周予乐")
    await registered(family, police)
    await family.pay()
    await cards.do(family, "receive", "receive")
    await cards.do(family, "decide", "refuse", reason="photo-unusable")

    closed = await family.until_closed()

    assert closed["outcome"] == "partly-granted"
    assert outcomes(closed) == {**dict.fromkeys(BRANCHES, "granted"), "social-card": "refused"}
    assert (await family.branch("social-card"))["reason"] == "photo-unusable"


async def test_the_root_refused_ends_what_depends_on_it_with_the_reason(family_at, police):
    family = await family_at("FM2026000004")
    await family.apply(child_name="周予宁")
    await police.do(family, "receive", "receive")
    await police.do(family, "accept", "accept")
    await police.do(family, "decide", "refuse", reason="parents-not-resident")

    closed = await family.until_closed()

    assert closed["outcome"] == "partly-granted"
    assert outcomes(closed) == {
        "birth-certificate": "granted",
        "birth-registration": "refused",
        "vaccination": "granted",
        "medical-insurance": "prerequisite-refused",
        "social-card": "prerequisite-refused",
    }
    assert (await family.branch("social-card"))["reason"] == "birth-registration-refused"


async def test_withdrawn_midway_stops_the_undecided_and_takes_no_fact_back(family_at, police):
    family = await family_at("FM2026000005")
    await family.apply(child_name="孙予晴")
    await family.until_branch("birth-certificate", "granted")
    await family.until_branch("vaccination", "granted")
    await police.do(family, "receive", "receive")

    await family.mother.post("workflow", f"/cases/{family.case}/withdrawal")

    closed = await family.until_closed()
    assert outcomes(closed) == {
        "birth-certificate": "granted",
        "vaccination": "granted",
        "birth-registration": "withdrawn",
        "medical-insurance": "withdrawn",
        "social-card": "withdrawn",
    }
    open_tasks = (await police.visitor.get("workflow", "/tasks", limit=100))["items"]
    assert family.case not in {task["case_id"] for task in open_tasks}


async def test_twins_are_two_children_and_do_not_clash(family_at):
    delivery_no = "FM2026000002"
    assert len([birth for birth in births() if birth.delivery_no == delivery_no]) == 2
    first = await family_at(delivery_no)
    await first.apply(child_name="吴予安", record=0)
    number = first.case_number
    await first.start()
    await first.answer(child_name="吴予平", record=1)
    await first.agree()
    await first.submit()

    licences = await until(
        lambda: first.mother.get("sharing", "/licences"), lambda page: len(page["items"]) == 2, "two certificates"
    )

    assert first.case_number != number
    assert {licence["kind"] for licence in licences["items"]} == {"birth-certificate"}


async def test_the_same_child_again_is_told_which_case(family_at):
    family = await family_at("FM2026000006")
    await family.apply(child_name="郑予诺")
    case, number = family.case, family.case_number
    await family.start()
    await family.answer(child_name="郑予诺")
    await family.agree()

    again = await family.mother.request("POST", "workflow", "/cases", json={"application_id": family.application})

    assert again.status_code == 409
    problem = again.json()
    assert problem["type"].endswith("/already-applied")
    assert (problem["case_id"], problem["case_number"]) == (case, number)


async def test_a_parent_who_declines_stops_the_submission(family_at):
    family = await family_at("FM2026000007")
    await family.prove_who_they_are()
    await family.start()
    await family.answer(child_name="冯予心")
    await family.agree("decline")

    refused = await family.mother.request("POST", "workflow", "/cases", json={"application_id": family.application})

    assert refused.json()["type"].endswith("/not-agreed")


async def test_when_the_child_dies_everything_falls_silent(house, family_at, police):
    family = await family_at("FM2026000008")
    await family.apply(child_name="卫予和")
    await family.until_branch("vaccination", "granted")
    await police.task(family, "receive")
    await until(lambda: family.mother.get("profile", "/reminders"), lambda page: page["items"], "the reminders")

    async with httpx.AsyncClient(trust_env=False) as outside:
        hospital = f"http://127.0.0.1:{house.port + house.program('hospital').offset}"
        told = await outside.post(f"{hospital}/demo/deaths", json={"deliveryNo": "FM2026000008", "birthOrder": 1})
        assert told.is_success, told.text

    for parent in (family.mother, family.father):
        await until(
            lambda parent=parent: parent.get("profile", "/home"),
            lambda home: home["reminders"] == [] and home["waiting"] == [],
            "silence",
        )
    case = await family.look()
    tasks = (await police.visitor.get("workflow", "/tasks", limit=100))["items"]
    assert case["state"] == "silenced"
    assert family.case not in {task["case_id"] for task in tasks}
