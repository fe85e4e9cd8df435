"""Verifications, and deaths that departments report."""

from typing import Annotated

from fastapi import APIRouter, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.jobs import enqueue
from chassis.problems import Forbidden, InvalidInput, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_sharing.errors import NotGranted, ResourceUnknown
from svc_sharing.jobs.verification import Verify
from svc_sharing.schemas.verifications import DeathIn, VerificationIn, VerificationOut
from svc_sharing.use_cases import deaths, verifications

router = APIRouter(tags=["verifications"], route_class=TransactionalRoute)
Asker = Annotated[Caller, requires("sharing:verification:ask", kinds=(Kind.CLIENT,))]
Reporter = Annotated[Caller, requires("sharing:death:report", kinds=(Kind.CLIENT,))]


@router.post(
    "/verifications",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask whether values match a register",
    responses=problems(InvalidInput, NotGranted),
)
async def ask_verification(body: VerificationIn, asker: Asker, session: Session) -> VerificationOut:
    """The answer (yes, no or unknown) comes by event. The same reference again is the same question."""
    verification, is_new = await verifications.ask(session, body, asker.id)
    if is_new:
        await enqueue(session, Verify(verification_id=verification.id), key=str(verification.id))
    return VerificationOut.model_validate(verification)


@router.post(
    "/deaths",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Report a death",
    responses=problems(InvalidInput, Forbidden, ResourceUnknown),
)
async def report_death(body: DeathIn, reporter: Reporter, session: Session) -> None:
    """By the department that holds the record. Everything pending for the person falls silent; repeating is harmless."""
    await deaths.report(session, body, reporter)
