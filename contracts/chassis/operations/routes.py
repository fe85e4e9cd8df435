"""URLs of operations: the same for every service."""

import logging
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, status
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session, is_away
from chassis.inbox import NoLetter, replay_letter
from chassis.jobs import retry_incident
from chassis.logs import describe
from chassis.operations import queries
from chassis.operations.schemas import DeadLetterOut, GivenUpJobOut, JobOut, JobState, OverviewOut, ReplayOut
from chassis.paging import PageQuery, page_of
from chassis.problems import Conflict, NotFound, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import runtime_of
from chassis.tables import DeadLetter, JobRow
from contracts.paging import Page

logger = logging.getLogger(__name__)
LetterId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class StillFailing(Conflict):
    """The event failed again and stays a dead letter; mend the cause first. `cause` is the kind of failure."""

    slug = "still-failing"
    title = "The event could not be handled this time either"


def router(service: str) -> APIRouter:
    routes = APIRouter(prefix="/operations", tags=["operations"], route_class=TransactionalRoute)
    _overview(routes, service)
    _jobs(routes, service)
    _letters(routes, service)
    return routes


def _overview(routes: APIRouter, service: str) -> None:
    Reader = Annotated[Caller, requires(f"{service}:operations:read")]

    @routes.get("/overview", summary="How the service stands", responses=problems())
    async def read_overview(operator: Reader, session: Session, request: Request) -> OverviewOut:
        """The process that answers, what waits in the outbox and on the bus, jobs that are not done, dead letters."""
        state = request.app.state
        consumer = await queries.consumer(service, state.service.handlers, runtime_of(request).bus)
        return OverviewOut(
            service=service,
            version=request.app.version,
            roles=list(state.roles),
            started_at=state.started_at,
            outbox=await queries.outbox(session),
            consumer=consumer,
            jobs=await queries.undone_jobs(session),
            dead_letters=await queries.waiting_letters(session),
        )


def _jobs(routes: APIRouter, service: str) -> None:
    Reader = Annotated[Caller, requires(f"{service}:operations:read")]
    Operator = Annotated[Caller, requires(f"{service}:operations:write")]

    @routes.get("/jobs", summary="Calls to the outside", responses=problems())
    async def list_jobs(
        operator: Reader,
        session: Session,
        paging: PageQuery,
        state: Annotated[JobState, Query(description="Only those in this state")] = "waiting",
        kind: Annotated[str | None, Query(max_length=100, description="Only those of this kind")] = None,
    ) -> Page[JobOut]:
        """Jobs in one state, newest first."""
        query = select(JobRow).where(JobRow.state == state)
        query = query if kind is None else query.where(JobRow.kind == kind)
        rows, cursor = await page_of(session, query, [JobRow.id], paging)
        return Page(items=[JobOut.model_validate(row) for row in rows], next_cursor=cursor)

    @routes.get("/jobs/{job_id}", summary="One call to the outside", responses=problems(NotFound))
    async def read_job(job_id: UUID, operator: Reader, session: Session) -> JobOut:
        """A job, with the error of its last attempt."""
        row = await session.get(JobRow, job_id)
        if row is None:
            raise NotFound()
        return JobOut.model_validate(row)

    @routes.get("/incidents", summary="Jobs that need a person", responses=problems())
    async def list_given_up_jobs(operator: Reader, session: Session, paging: PageQuery) -> Page[GivenUpJobOut]:
        """Calls to the outside that were given up on, newest first."""
        rows, cursor = await page_of(session, select(JobRow).where(JobRow.state == "incident"), [JobRow.id], paging)
        return Page(items=[GivenUpJobOut.model_validate(row) for row in rows], next_cursor=cursor)

    @routes.post(
        "/incidents/{job_id}/retry",
        status_code=status.HTTP_204_NO_CONTENT,
        summary="Try a given-up call again",
        responses=problems(NotFound),
    )
    async def retry_given_up_job(job_id: Annotated[UUID, Path()], operator: Operator, session: Session) -> None:
        """Give a job another round of attempts."""
        if not await retry_incident(session, job_id):
            raise NotFound()
        logger.info("an operator retries a job", extra={"operator": operator.id, "job_id": str(job_id)})


def _letters(routes: APIRouter, service: str) -> None:
    Reader = Annotated[Caller, requires(f"{service}:operations:read")]
    Operator = Annotated[Caller, requires(f"{service}:operations:write")]

    @routes.get("/dead-letters", summary="Events that could not be handled", responses=problems())
    async def list_dead_letters(
        operator: Reader,
        session: Session,
        paging: PageQuery,
        replayed: Annotated[bool | None, Query(description="Only those that were replayed, or that were not")] = None,
    ) -> Page[DeadLetterOut]:
        """Dead letters, newest first. Nothing behind them is blocked; mend the cause, then replay them."""
        query = select(DeadLetter)
        if replayed is not None:
            query = query.where(DeadLetter.replayed_at.is_not(None) if replayed else DeadLetter.replayed_at.is_(None))
        rows, cursor = await page_of(session, query, [DeadLetter.id], paging)
        return Page(items=[queries.letter_out(row) for row in rows], next_cursor=cursor)

    @routes.get("/dead-letters/{letter_id}", summary="A dead letter", responses=problems(NotFound))
    async def read_dead_letter(letter_id: LetterId, operator: Reader, session: Session) -> DeadLetterOut:
        """Where the event came from, whom it is about by key, and why it could not be handled."""
        row = await session.get(DeadLetter, letter_id)
        if row is None:
            raise NotFound()
        return queries.letter_out(row)

    @routes.post(
        "/dead-letters/{letter_id}/replay", summary="Handle an event again", responses=problems(NotFound, StillFailing)
    )
    async def replay_dead_letter(
        letter_id: LetterId, operator: Operator, session: Session, request: Request
    ) -> ReplayOut:
        """The event is handled now and once, whatever came after it; when it fails again nothing has changed."""
        handlers = request.app.state.service.handlers
        try:
            handled = await replay_letter(session, handlers, letter_id)
        except NoLetter:
            raise NotFound() from None
        except Exception as error:
            if is_away(error):
                raise
            logger.warning("a dead letter fails again", extra={"letter_id": letter_id, "reason": describe(error)})
            raise StillFailing(cause=type(error).__name__) from None
        logger.info("an operator replays a dead letter", extra={"operator": operator.id, "letter_id": letter_id})
        return ReplayOut(outcome="handled" if handled else "needed-nothing")
