"""The whole bundle, from the first question to the last parcel, and what changes on the way."""

from contracts.events.workflow import CaseClosed


async def certified(city, family) -> str:
    """A case whose birth certificate is there."""
    case_id = await family.apply()
    await city.exchange(case_id, "birth-certificate-request")
    await city.licence(case_id)
    return case_id


async def registered(city, family) -> str:
    case_id = await certified(city, family)
    await city.decide("birth-registration", "receive")
    await city.decide("birth-registration", "accept")
    await city.decide("birth-registration", "approve")
    await city.parcel(case_id, "in:household-book")
    await city.exchange(case_id, "birth-registration")
    await city.answer(case_id, "identity.guardianship", child_id="01920000-0000-7000-8000-00000000000c")
    return case_id


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
    case_id = await registered(city, family)
    await city.exchange(case_id, "vaccination-record")
    await insure(city, case_id)
    await make_card(city, case_id)
    await city.parcel(case_id, "out:household-book")

    case = await family.case(case_id)
    assert {branch["branch"]: branch["state"] for branch in case["branches"]} == dict.fromkeys(
        ["birth-certificate", "birth-registration", "vaccination", "medical-insurance", "social-card"], "granted"
    )
    assert (case["state"], case["outcome"]) == ("closed", "granted")
    [closed] = await service.published(CaseClosed)
    assert closed.outcome == "granted"
