"""How little a question says to the database, and that what is said only once or remembered is right all the same."""

import asyncio

import pytest
from sqlalchemy import select, update

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest, heard
from contracts.events.sharing import AccessRecorded, SharingStepAnswered
from contracts.events.workflow import ApplicationDiscarded, CaseSubmitted, StepCancelled, StepRequested, SubmittedBranch
from contracts.steps import Capability, Outcome
from demo.city import interfaces as bodies
from demo.city.interfaces import CIVIL_AFFAIRS, POLICE
from svc_sharing.jobs.exchange import PerformExchange, Said
from svc_sharing.models import Connector, Department, Exchange
from svc_sharing.use_cases import departments

from . import acting, newborn
from .acting import MOTHER, Peers, answer_to, query, submission


@pytest.fixture
async def population(service: ServiceUnderTest, healthy, peers):
    program = healthy["population"]
    await acting.configure(service, "population", bodies.population.connector(program.url, patience=0), program.secret)
    await acting.describe(service, "population", bodies.RESOURCES["population"])
    await acting.grant(service, bodies.GRANTS[2])
    return program


async def exchange_of(service: ServiceUnderTest, step: StepRequested) -> Exchange:
    async with service.session() as session:
        return (await session.scalars(select(Exchange).where(Exchange.request_id == step.request_id))).one()


async def asked(service: ServiceUnderTest, step: StepRequested) -> tuple[PerformExchange, Said]:
    """The department has answered, and the answer is not kept yet."""
    await service.receive(step)
    job = PerformExchange(exchange_id=(await exchange_of(service, step)).id)
    async with service.session() as session:
        plan = await job.prepare(session)
    assert plan is not None
    return job, await job.call(service.runtime, plan)


def besides_the_job(said: list[str]) -> list[str]:
    own = [statement for statement in said if "job" not in statement and "outbox" not in statement]
    return [statement.split(maxsplit=2)[0] for statement in own]


async def test_a_question_is_one_reading_one_writing_and_two_for_the_ledger(service, population):
    case_id = new_id()
    assert (await answer_to(service, query(case_id, "population"))).outcome is Outcome.DONE
    await service.receive(query(case_id, "population"))

    with heard(service) as said:
        assert await service.run_jobs() == 1

    assert besides_the_job(said) == ["SELECT", "UPDATE", "SELECT", "WITH"]


async def test_all_references_of_a_submission_are_one_reading_more(service, town, peers: Peers):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    values = newborn.certificate(known)
    step = submission(
        case_id, "birth-certificate-request", values, purpose="newborn/birth-certificate", form_code="code"
    )
    peers.forms[f"code/{step.request_id}"] = {"child_name": newborn.NAME}
    await service.receive(step)

    with heard(service, "FROM exchange") as said:
        await service.run_jobs()

    assert (await service.published(SharingStepAnswered))[-1].outcome is Outcome.DONE
    assert len(said) == 2


async def test_questions_that_come_together_are_kept_in_one_statement_each_once(service, population):
    case_id, asked_before = new_id(), query(new_id(), "population")
    await service.receive(asked_before)
    again = query(asked_before.case_id, "population", request_id=asked_before.request_id)
    fresh = [query(case_id, "population") for _ in range(3)]
    twice = query(case_id, "population", request_id=fresh[0].request_id)

    with heard(service, "INSERT INTO exchange") as said:
        await service.receive(again, *fresh, twice)
    await service.run_jobs()

    assert len(said) == 1
    answers = [answer.request_id for answer in await service.published(SharingStepAnswered)]
    assert sorted(answers) == sorted(step.request_id for step in [asked_before, *fresh])


async def test_a_system_that_was_configured_anew_is_asked_as_it_is_now_whoever_changed_it(service, population):
    assert (await answer_to(service, query(new_id(), "population"))).outcome is Outcome.DONE

    async with service.session() as session:  # as another process does
        moved = bodies.population.connector("http://127.0.0.1:9", patience=0)
        await session.execute(update(Connector).where(Connector.code == "population").values(config=moved))

    assert (await answer_to(service, query(new_id(), "population"))).reason == "department-down"


async def test_an_unchanged_system_is_not_read_again(service, population):
    await answer_to(service, query(new_id(), "population"))

    with heard(service, "connector.config") as said:
        await answer_to(service, query(new_id(), "population"))

    assert said == []


async def test_a_case_erased_while_its_department_is_asked_keeps_nothing(service, population):
    step = query(new_id(), "population")
    job, said = await asked(service, step)
    await service.receive(ApplicationDiscarded(application_id=step.case_id, applicant_id=MOTHER))

    async with service.session() as session:
        await job.finish(session, said)

    exchange = await exchange_of(service, step)
    assert (exchange.state, exchange.records, exchange.record_keys) == ("failed", None, [])
    (answer,) = await service.published(SharingStepAnswered)
    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "erased")
    assert len(await service.published(AccessRecorded)) == 1


async def test_nobody_is_asked_for_a_case_that_was_erased(service, population):
    step = query(new_id(), "population")
    await service.receive(ApplicationDiscarded(application_id=step.case_id, applicant_id=MOTHER))

    answer = await answer_to(service, step)

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "erased")
    assert await service.published(AccessRecorded) == []


async def test_a_question_cancelled_while_its_department_is_asked_is_not_answered(service, population):
    step = query(new_id(), "population")
    job, said = await asked(service, step)
    await service.receive(
        StepCancelled(request_id=step.request_id, case_id=step.case_id, capability=Capability.SHARING_QUERY)
    )

    async with service.session() as session:
        await job.finish(session, said)

    exchange = await exchange_of(service, step)
    assert (exchange.state, exchange.records) == ("cancelled", None)
    assert await service.published(SharingStepAnswered) == []
    assert len(await service.published(AccessRecorded)) == 1


def handed_in(*parts: dict[str, str]) -> CaseSubmitted:
    branches = [SubmittedBranch(branch=f"b{n}", item_code="A", title="b", **part) for n, part in enumerate(parts)]
    facts = {"case_id": new_id(), "case_number": "440199-2026-000001", "applicant_id": MOTHER}
    return CaseSubmitted(**facts, bundle_code="newborn", title="新生儿出生一件事", branches=branches)


async def name_of(service: ServiceUnderTest, code: str) -> str:
    async with service.session() as session:
        return await departments.name_of(session, code)


async def test_a_name_that_is_known_locks_nothing_and_a_new_one_is_learnt(service):
    await service.receive(handed_in(POLICE, CIVIL_AFFAIRS, POLICE))
    held = select(Department).where(Department.code == POLICE["department"]).with_for_update()

    async with service.session() as session:
        await session.execute(held)
        assert await asyncio.wait_for(service.receive(handed_in(POLICE)), 5)
    await service.receive(handed_in({**POLICE, "department_name": "云溪市公安局（新）"}))

    assert await name_of(service, POLICE["department"]) == "云溪市公安局（新）"
    assert await name_of(service, CIVIL_AFFAIRS["department"]) == CIVIL_AFFAIRS["department_name"]


async def test_the_branches_of_a_case_are_written_together_once(service):
    submitted = handed_in(POLICE, CIVIL_AFFAIRS)

    with heard(service, "INSERT INTO case_branch") as said:
        await service.receive(submitted)
        await service.receive(CaseSubmitted(**submitted.model_dump()))

    assert len(said) == 2
