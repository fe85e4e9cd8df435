"""What operators of any service see and do: dead letters and jobs that became incidents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.jobs import retry_incident
from chassis.paging import PageQuery, page_of
from chassis.problems import NotFound, problems
from chassis.routing import TransactionalRoute
from chassis.schemas import Answer
from chassis.tables import DeadLetter, JobRow
from contracts.paging import Page


class GivenUpJobOut(Answer):
    id: UUID
    kind: str
    attempts: int
    error: str | None
    created_at: datetime


class DeadLetterOut(Answer):
    id: int
    topic: str
    key: str
    reason: str
    error: str
    dead_at: datetime
    replayed_at: datetime | None


def router(service: str) -> APIRouter:
    routes = APIRouter(prefix="/operations", tags=["operations"], route_class=TransactionalRoute)
    Reader = Annotated[Caller, requires(f"{service}:operations:read")]
    Operator = Annotated[Caller, requires(f"{service}:operations:write")]

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

    @routes.get("/dead-letters", summary="Events that could not be handled", responses=problems())
    async def list_dead_letters(operator: Reader, session: Session, paging: PageQuery) -> Page[DeadLetterOut]:
        """Dead letters, newest first. Replay them with the service's command `dead-letters replay`."""
        rows, cursor = await page_of(session, select(DeadLetter), [DeadLetter.id], paging)
        return Page(items=[DeadLetterOut.model_validate(row) for row in rows], next_cursor=cursor)

    return routes
