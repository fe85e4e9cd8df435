"""How the services stand, for operators: what each says of itself, and what they can set going again."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Away, Refusal
from gateway.portal.views.codes import JobState, Standing
from gateway.portal.views.confirm import Confirm, Deed
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import known
from gateway.portal.views.operations import (
    MOST_COUNTED,
    JobLine,
    JobPage,
    Jobs,
    JobsOfKind,
    JobTab,
    Operations,
    Overview,
    ProcessRole,
    Program,
    ProgramLine,
    ProgramPage,
    ProgramTab,
)
from gateway.portal.views.parts import Form, Pages, Tab
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/operations", route_class=PageRoute, dependencies=[public], include_in_schema=False)
PATIENCE = 4.0
"""Seconds until a program that hangs counts as one that does not answer."""
ADDRESSES = {
    ProgramTab.STANDING: "",
    ProgramTab.INCIDENTS: "/incidents",
    ProgramTab.DEAD_LETTERS: "/dead-letters",
    ProgramTab.JOBS: "/jobs",
}


@router.get("")
async def show_operations(visit: Visiting) -> Response:
    visit.operator()
    every = asyncio.gather(*(_line(visit, program) for program in Program))
    stuck, lines = await asyncio.gather(_stuck(visit), every)
    return await visit.show(Operations(looked_at=visit.now, lines=tuple(lines), stuck=stuck))


async def _stuck(visit: Visit) -> int | None:
    try:
        async with asyncio.timeout(PATIENCE):
            page = await visit.services.get("workflow", "/stuck-cases", limit=MOST_COUNTED)
    except (Away, Refusal, TimeoutError):
        return None
    return len(page["items"])


async def _line(visit: Visit, program: Program) -> ProgramLine:
    """Nothing that one program does, or does not do, keeps the others from being shown."""
    try:
        async with asyncio.timeout(PATIENCE):
            await visit.services.get(program, "/health/ready")
    except (Away, Refusal, TimeoutError) as error:
        answered = isinstance(error, Refusal) or (isinstance(error, Away) and error.answered)
        return ProgramLine(program=program, standing=Standing.NOT_READY if answered else Standing.UNREACHABLE)
    try:
        async with asyncio.timeout(PATIENCE):
            found = await visit.services.get(program, "/operations/overview")
    except (Away, Refusal, TimeoutError):
        return ProgramLine(program=program, standing=Standing.READY)
    return ProgramLine(program=program, standing=Standing.READY, overview=_overview(found))


def _overview(found: Mapping[str, Any]) -> Overview:
    consumer, oldest = found["consumer"], found["outbox"]["oldest_at"]
    return Overview(
        version=found["version"],
        roles=tuple(known(ProcessRole, role) for role in found["roles"]),
        started_at=moment(found["started_at"]),
        outbox=found["outbox"]["waiting"],
        oldest_at=moment(oldest) if oldest else None,
        handles_events=consumer is not None,
        lag=consumer["lag"] if consumer else None,
        jobs=tuple(_jobs_of_kind(one) for one in found["jobs"]),
        dead_letters=found["dead_letters"],
    )


def _jobs_of_kind(one: Mapping[str, Any]) -> JobsOfKind:
    return JobsOfKind(
        kind=one["kind"],
        state=JobState(one["state"]),
        count=one["count"],
        retried=one["retried"],
        first_run_at=moment(one["first_run_at"]),
    )


def tabs_of(program: Program, current: ProgramTab) -> tuple[Tab, ...]:
    return tuple(Tab(tab, f"/operations/{program.value}{end}", None, tab is current) for tab, end in ADDRESSES.items())


@router.get("/{program}")
async def show_program(visit: Visiting, program: Program) -> Response:
    visit.operator()
    line = await _line(visit, program)
    return await visit.show(ProgramPage(line=line, tabs=tabs_of(program, ProgramTab.STANDING)))


@router.get("/{program}/incidents")
async def show_incidents(visit: Visiting, program: Program, cursor: str | None = None) -> Response:
    return await _show_jobs(visit, program, ProgramTab.INCIDENTS, JobState.INCIDENT, cursor)


@router.get("/{program}/jobs")
async def show_jobs(
    visit: Visiting, program: Program, state: JobTab = JobTab.WAITING, cursor: str | None = None
) -> Response:
    return await _show_jobs(visit, program, ProgramTab.JOBS, JobState(state.value), cursor)


async def _show_jobs(visit: Visit, program: Program, tab: ProgramTab, state: JobState, cursor: str | None) -> Response:
    visit.operator()
    page = await visit.services.get(program, "/operations/jobs", state=state.value, cursor=cursor)
    at = f"/operations/{program.value}{ADDRESSES[tab]}"
    is_jobs = tab is ProgramTab.JOBS
    states = tuple(Tab(one, f"{at}?state={one.value}", None, one.value == state.value) for one in JobTab)
    more = {"state": state.value, "cursor": page["next_cursor"]}
    return await visit.show(
        Jobs(
            program=program,
            tab=tab,
            tabs=tabs_of(program, tab),
            states=states if is_jobs else (),
            lines=tuple(_job(program, one) for one in page["items"]),
            pages=Pages(next_at=f"{at}?{urlencode(more)}" if page["next_cursor"] else None),
        )
    )


def _job(program: Program, one: Mapping[str, Any]) -> JobLine:
    return JobLine(
        kind=one["kind"],
        state=JobState(one["state"]),
        attempts=one["attempts"],
        error=one["error"],
        created_at=moment(one["created_at"]),
        run_at=moment(one["run_at"]),
        at=f"/operations/{program.value}/jobs/{one['id']}",
    )


async def _found_job(visit: Visit, program: Program, job_id: UUID) -> Mapping[str, Any]:
    visit.operator()
    found: Mapping[str, Any] = await visit.services.get(program, f"/operations/jobs/{job_id}")
    return found


@router.get("/{program}/jobs/{job_id:uuid}")
async def show_job(visit: Visiting, program: Program, job_id: UUID) -> Response:
    found = await _found_job(visit, program, job_id)
    job = _job(program, found)
    is_incident = job.state is JobState.INCIDENT
    back = ADDRESSES[ProgramTab.INCIDENTS if is_incident else ProgramTab.JOBS]
    return await visit.show(
        JobPage(
            program=program,
            job=job,
            done_at=moment(found["done_at"]) if found["done_at"] else None,
            back_at=f"/operations/{program.value}{back}",
            retry_at=f"{job.at}/retry" if is_incident else None,
        )
    )


@router.get("/{program}/jobs/{job_id:uuid}/retry")
async def ask_retry(visit: Visiting, program: Program, job_id: UUID) -> Response:
    job = _job(program, await _found_job(visit, program, job_id))
    if job.state is not JobState.INCIDENT:
        return visit.go(job.at)
    return await visit.show(Confirm(deed=Deed.RETRY, what=job.kind, form=Form(f"{job.at}/retry"), back_at=job.at))


@router.post("/{program}/jobs/{job_id:uuid}/retry")
async def retry(visit: Visiting, program: Program, job_id: UUID) -> Response:
    visit.operator()
    at = f"/operations/{program.value}/jobs/{job_id}"
    try:
        await visit.services.post(program, f"/operations/incidents/{job_id}/retry", once=visit.once)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        return visit.go(at)  # somebody else was faster; its page says how it stands
    return visit.go(at, Flash.RETRIED)
