"""Messages, reminders and where a person wants them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_profile import queries
from svc_profile.models import Contact, Message, Reminder
from svc_profile.routes.parameters import Language
from svc_profile.schemas import ContactIn, ContactOut, MessageOut, ReminderOut
from svc_profile.use_cases import messages

router = APIRouter(tags=["messages"], route_class=TransactionalRoute)
Reader = Annotated[Caller, requires("profile:message:read", kinds=(Kind.PERSON,))]
Writer = Annotated[Caller, requires("profile:message:write", kinds=(Kind.PERSON,))]
Person = Annotated[Caller, requires("profile:contact:write", kinds=(Kind.PERSON,))]


@router.get("/messages", summary="The person's messages", responses=problems())
async def list_messages(
    reader: Reader, session: Session, paging: PageQuery, language: Language = None
) -> Page[MessageOut]:
    """Newest first, in the person's language."""
    spoken = await queries.language_of(session, reader.person_id, language)
    rows, cursor = await page_of(
        session, select(Message).where(Message.person_id == reader.person_id), [Message.id], paging
    )
    return Page(items=[queries.message_out(row, spoken) for row in rows], next_cursor=cursor)


@router.post("/messages/{message_id}/read", summary="Mark a message as read", responses=problems(NotFound))
async def read_message(message_id: UUID, writer: Writer, session: Session, language: Language = None) -> MessageOut:
    """The first time counts."""
    message = await messages.read(session, writer.person_id, message_id)
    return queries.message_out(message, await queries.language_of(session, writer.person_id, language))


@router.get("/reminders", summary="The person's reminders", responses=problems())
async def list_reminders(
    reader: Reader, session: Session, paging: PageQuery, language: Language = None
) -> Page[ReminderOut]:
    """Those still to come, soonest first."""
    spoken = await queries.language_of(session, reader.person_id, language)
    mine = queries.reminders(reader.person_id).order_by(None)
    rows, cursor = await page_of(session, mine, [Reminder.on, Reminder.id], paging, descending=False)
    return Page(items=[queries.reminder_out(row, spoken) for row in rows], next_cursor=cursor)


@router.get("/me/contact", summary="Where messages go", responses=problems())
async def read_contact(person: Person, session: Session) -> ContactOut:
    """In-app is always on; e-mail and SMS only when opted in."""
    return ContactOut.model_validate(await session.get(Contact, person.person_id) or ContactOut())


@router.put("/me/contact", summary="Say where messages shall go", responses=problems())
async def set_contact(body: ContactIn, person: Person, session: Session) -> ContactOut:
    """Kept sealed."""
    return ContactOut.model_validate(await messages.set_contact(session, person.person_id, body))
