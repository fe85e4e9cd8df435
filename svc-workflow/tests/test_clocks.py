"""Limits to the day: acceptance starts the clocks, a special procedure stops them, lateness is told."""

from contracts.events.workflow import (
    BranchAccepted,
    BranchEnded,
    BranchReceived,
    CardIssued,
    SpecialProcedureEnded,
    SpecialProcedureStarted,
)
from contracts.scopes import STAFF
from svc_workflow.jobs import CloseOverdueSupplements, DeemAccepted, IssueCards

from .city import POLICE, Caller, Family, ok

REGISTRATION = "birth-registration"


async def test_the_clocks_run_from_acceptance(service, city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    assert (await family.branch(case_id, REGISTRATION))["promised_due"] is None
    city.later(days=2)

    answer = await city.decide(REGISTRATION, "accept")

    # Accepted on Wednesday 4 March: five working days end on Wednesday 11, twenty on Wednesday 1 April.
    assert (answer["promised_due"], answer["statutory_due"]) == ("2026-03-11", "2026-04-01")
    branch = await family.branch(case_id, REGISTRATION)
    assert (branch["state"], branch["promised_due"]) == ("accepted", "2026-03-11")
    assert branch["promised_limit"] == {"amount": 5, "unit": "working-days"}
    accepted = next(event for event in await service.published(BranchAccepted) if event.branch == REGISTRATION)
    assert accepted.promised_due.isoformat() == "2026-03-11"


async def test_holidays_do_not_count(city, family):
    city.now = city.now.replace(month=9, day=29)
    await family.certified()
    await city.decide(REGISTRATION, "receive")

    # Tuesday 29 September; Thursday 1 October is free.
    assert (await city.decide(REGISTRATION, "accept"))["promised_due"] == "2026-10-07"


async def test_a_department_has_five_working_days_to_ask_for_more(service, city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")

    assert (await family.branch(case_id, REGISTRATION))["acceptance_due"] == "2026-03-09"
    [received] = await service.published(BranchReceived)
    assert received.acceptance_due.isoformat() == "2026-03-09"


async def test_silence_counts_as_acceptance_on_the_day_after(city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    city.later(days=7, hours=14)
    await city.run(DeemAccepted())
    assert (await family.branch(case_id, REGISTRATION))["state"] == "received"

    city.later(hours=1)
    await city.run(DeemAccepted())

    branch = await family.branch(case_id, REGISTRATION)
    assert (branch["state"], branch["promised_due"]) == ("accepted", "2026-03-17")
    [task] = await city.tasks(REGISTRATION)
    assert task["action"] == "decide"
    timeline = ok(await family.mother.get(f"/cases/{case_id}/timeline"))["entries"]
    assert [entry["deemed"] for entry in timeline if entry["kind"] == "branch-accepted"][-1] is True


async def test_who_was_asked_for_more_is_not_deemed_accepted(city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    await city.decide(REGISTRATION, "supplement", items=[{"code": "household", "note": "?"}])
    city.later(days=30)

    await city.run(DeemAccepted())

    assert (await family.branch(case_id, REGISTRATION))["state"] == "supplement-asked"


async def test_who_does_not_answer_in_time_is_decided_on_without(city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    await city.decide(REGISTRATION, "supplement", items=[{"code": "household", "note": "?"}])
    [supplement] = (await family.case(case_id))["supplements"]
    assert supplement["reply_by"] == "2026-03-17"
    city.now = city.now.replace(day=17, hour=15)
    await city.run(CloseOverdueSupplements())
    assert (await family.branch(case_id, REGISTRATION))["state"] == "supplement-asked"

    city.later(hours=1)
    await city.run(CloseOverdueSupplements())

    assert (await family.branch(case_id, REGISTRATION))["state"] == "received"
    [task] = await city.tasks(REGISTRATION)
    assert task["decisions"] == ["accept", "refuse-to-accept"]
    reply = {"json": {"answers": {"household": "father"}}}
    late = await family.mother.post(f"/cases/{case_id}/supplements/{supplement['id']}", **reply)
    assert late.json()["type"].endswith("/supplement-closed")


async def test_a_special_procedure_moves_the_due_dates_by_the_days_that_do_not_count(service, city, family):
    case_id = await family.accepted()
    assert (await family.branch(case_id, REGISTRATION))["promised_due"] == "2026-03-09"
    city.later(days=1)
    await city.decide(REGISTRATION, "start-special-procedure", procedure="appraisal")
    assert (await family.branch(case_id, REGISTRATION))["state"] == "special-procedure"
    city.later(days=2)

    answer = await city.decide(REGISTRATION, "end-special-procedure")

    assert (answer["branch_state"], answer["promised_due"]) == ("accepted", "2026-03-11")
    branch = await family.branch(case_id, REGISTRATION)
    [excluded] = branch["excluded"]
    assert (excluded["procedure"], excluded["started_at"][:10], excluded["ended_at"][:10]) == (
        "appraisal",
        "2026-03-03",
        "2026-03-05",
    )
    assert (branch["promised_due"], branch["statutory_due"]) == ("2026-03-11", "2026-04-01")
    [started] = await service.published(SpecialProcedureStarted)
    [ended] = await service.published(SpecialProcedureEnded)
    assert (started.procedure, ended.promised_due.isoformat()) == ("appraisal", "2026-03-11")
    assert (await city.tasks(REGISTRATION))[0]["due"] == "2026-03-11"


async def test_in_time_on_the_last_day_and_late_on_the_next(service, city):
    punctual, tardy = Family(city), Family(city)
    await punctual.accepted()
    city.later(days=7, hours=14, minutes=59)
    await city.decide(REGISTRATION, "approve")
    await tardy.accepted()
    city.later(days=7, hours=1)
    await city.decide(REGISTRATION, "approve")

    ended = [event.late for event in await service.published(BranchEnded) if event.branch == REGISTRATION]
    assert ended == [False, True]


async def test_cards_follow_each_other_and_each_is_issued_once(service, city, family):
    await family.accepted()
    for days in (3, 1, 0, 4, 0, 21, 0):
        city.later(days=days)
        await city.run(IssueCards())

    cards = [event for event in await service.published(CardIssued) if event.branch == REGISTRATION]
    assert [(card.card, card.reason) for card in cards] == [
        ("reminder", "promised-limit-near"),
        ("yellow", "promised-limit-exceeded"),
        ("red", "statutory-limit-exceeded"),
    ]
    supervisor = service.as_staff(*STAFF["supervisor"], department=POLICE, post="supervision")
    listed = ok(await Caller(city, supervisor).get("/cards", params={"card": "red"}))["items"]
    assert REGISTRATION in [card["branch"] for card in listed]


async def test_no_card_while_the_clock_stands_still(service, city, family):
    await family.accepted()
    await city.decide(REGISTRATION, "start-special-procedure", procedure="expert-review")
    city.later(days=60)

    await city.run(IssueCards())

    assert [event for event in await service.published(CardIssued) if event.branch == REGISTRATION] == []


async def test_no_card_after_the_decision(service, city, family):
    await family.accepted()
    await city.decide(REGISTRATION, "approve")
    city.later(days=60)

    await city.run(IssueCards())

    assert [event for event in await service.published(CardIssued) if event.branch == REGISTRATION] == []


async def test_an_instant_department_is_accepted_and_decided_at_once(family, city):
    case_id = await family.certified()
    await city.exchange(case_id, "vaccination-record")

    branch = await family.branch(case_id, "vaccination")
    assert (branch["state"], branch["late"], branch["promised_due"]) == ("granted", False, "2026-03-03")
