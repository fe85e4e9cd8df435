"""The whole bundle, from the first question to the last parcel, and what changes on the way."""

from contracts.events.workflow import BranchEnded, CaseClosed, CaseWithdrawn, StepCancelled, StepRequested

from .city import City, Family, ok

ALL = ["birth-certificate", "birth-registration", "vaccination", "medical-insurance", "social-card"]


async def insure(city, case_id) -> None:
    await city.exchange(case_id, "insurance-enrolment", premium=40000)
    await city.pay(case_id)
    await city.exchange(case_id, "insurance-payment")


async def make_card(city, case_id) -> None:
    await city.decide("social-card", "receive")
    await city.decide("social-card", "approve")
    await city.exchange(case_id, "social-card-order")
    await city.parcel(case_id, "out:social-card")


async def test_five_departments_do_their_part(service, city, family):
    case_id = await family.registered()
    await city.exchange(case_id, "vaccination-record")
    await insure(city, case_id)
    await make_card(city, case_id)
    await city.parcel(case_id, "out:household-book")

    case = await family.case(case_id)
    assert await family.states(case_id) == dict.fromkeys(ALL, "granted")
    assert (case["state"], case["outcome"], case["may_withdraw"]) == ("closed", "granted", False)
    [closed] = await service.published(CaseClosed)
    assert (closed.outcome, set(closed.branches.values())) == ("granted", {"granted"})


async def test_dependants_wait_for_the_certificate_and_then_for_the_registration(service, city, family):
    case_id = await family.apply()
    assert await asked(service, case_id) == ["birth-certificate-request"]

    await city.exchange(case_id, "birth-certificate-request")
    await city.licence(case_id)
    assert await asked(service, case_id) == ["birth-certificate-request", "vaccination-record"]
    assert await city.tasks("social-card") == []


async def test_where_the_certificate_is_enough_insurance_does_not_wait(service):
    city = await City(service).open(insurance_timing="certificate")
    case_id = await Family(city).certified()

    assert "insurance-enrolment" in await asked(service, case_id)


async def test_the_certificate_may_arrive_before_the_hospital_says_that_it_took_the_request(city, family):
    case_id = await family.apply()

    await city.licence(case_id)
    await city.exchange(case_id, "birth-certificate-request")

    assert (await family.states(case_id))["birth-certificate"] == "granted"


async def test_a_leaf_refused_leaves_the_rest_standing(service, city, family):
    case_id = await family.registered()
    await city.exchange(case_id, "vaccination-record")
    await insure(city, case_id)
    await city.parcel(case_id, "out:household-book")
    await city.decide("social-card", "receive")
    await city.decide("social-card", "refuse", reason="photo-unusable")

    card = await family.branch(case_id, "social-card")
    assert (card["state"], card["reason"]) == ("refused", "photo-unusable")
    assert (await family.case(case_id))["outcome"] == "partly-granted"
    [closed] = await service.published(CaseClosed)
    assert closed.outcome == "partly-granted"


async def test_the_root_refused_ends_what_depends_on_it_with_the_reason(service, city, family):
    case_id = await family.accepted()
    await city.decide("birth-registration", "refuse", reason="household-mismatch")
    await city.exchange(case_id, "vaccination-record")

    assert await family.states(case_id) == {
        "birth-certificate": "granted",
        "birth-registration": "refused",
        "vaccination": "granted",
        "medical-insurance": "prerequisite-refused",
        "social-card": "prerequisite-refused",
    }
    ended = {event.branch: event.reason for event in await service.published(BranchEnded)}
    assert ended["birth-registration"] == "household-mismatch"
    assert ended["social-card"] == ended["medical-insurance"] == "birth-registration-refused"
    assert (await family.case(case_id))["outcome"] == "partly-granted"


async def test_nothing_granted_is_refused(city, family):
    case_id = await family.apply()
    await city.answer(case_id, "birth-certificate-request", "refused", reason="delivery-unknown")

    assert (await family.case(case_id))["outcome"] == "refused"
    assert (await family.branch(case_id, "birth-certificate"))["reason"] == "delivery-unknown"
    assert (await family.branch(case_id, "vaccination"))["state"] == "prerequisite-refused"


async def test_withdrawn_midway_stops_the_undecided_and_facts_stand(service, city, family):
    case_id = await family.accepted()

    case = ok(await family.mother.post(f"/cases/{case_id}/withdrawal"))

    states = {branch["branch"]: branch["state"] for branch in case["branches"]}
    assert states == {**dict.fromkeys(ALL, "withdrawn"), "birth-certificate": "granted"}
    assert (case["state"], case["outcome"]) == ("closed", "withdrawn")
    assert await city.tasks("birth-registration") == []
    [cancelled] = await service.published(StepCancelled)
    assert cancelled.request_id == (await city.asked(case_id, "vaccination-record")).request_id
    assert len(await service.published(CaseWithdrawn)) == 1


async def test_a_second_withdrawal_finds_nothing_left(family):
    case_id = await family.apply()
    ok(await family.mother.post(f"/cases/{case_id}/withdrawal"))

    again = await family.mother.post(f"/cases/{case_id}/withdrawal")

    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "nothing-undecided")


async def test_an_answer_after_the_withdrawal_changes_nothing(city, family):
    case_id = await family.apply()
    ok(await family.mother.post(f"/cases/{case_id}/withdrawal"))

    await city.exchange(case_id, "birth-certificate-request")

    assert await family.states(case_id) == dict.fromkeys(ALL, "withdrawn")


async def asked(service, case_id) -> list[str]:
    """Resources that were asked for the case itself, in order."""
    steps = [step for step in await service.published(StepRequested) if str(step.case_id) == case_id]
    return [str(step.arguments["resource"]) for step in steps if step.branch and "resource" in step.arguments]
