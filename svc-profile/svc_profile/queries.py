"""What a person finds."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_profile.models import (
    AccessLine,
    BillCard,
    CaseCard,
    CasePerson,
    Contact,
    LicenceCard,
    LicenceHolder,
    Message,
    ParcelCard,
    Reminder,
    Waiting,
)
from svc_profile.schemas import (
    AccessOut,
    BillOut,
    BranchOut,
    CaseOut,
    HomeOut,
    LicenceOut,
    MessageOut,
    ParcelOut,
    ReminderOut,
    WaitingOut,
)
from svc_profile.use_cases.cases import CLOSED, UNDER_WAY
from svc_profile.words import words

FEW, MANY = 5, 50


async def home(session: AsyncSession, person: UUID, language: str | None) -> HomeOut:
    language = await language_of(session, person, language)
    unread = select(func.count()).select_from(Message).where(Message.person_id == person, Message.read_at.is_(None))
    return HomeOut(
        waiting=await waiting(session, person),
        under_way=[case_out(card) for card in await session.scalars(cases(person, UNDER_WAY).limit(MANY))],
        past=[case_out(card) for card in await session.scalars(cases(person, CLOSED).limit(FEW))],
        licences=[LicenceOut.model_validate(row) for row in await session.scalars(licences(person).limit(MANY))],
        parcels=[
            ParcelOut.model_validate(row) for row in await _newest(session, ParcelCard, person, ParcelCard.changed_at)
        ],
        bills=[BillOut.model_validate(row) for row in await _newest(session, BillCard, person, BillCard.issued_at)],
        messages=[message_out(row, language) for row in await _newest(session, Message, person, Message.id)],
        unread=await session.scalar(unread) or 0,
        reminders=[reminder_out(row, language) for row in await session.scalars(reminders(person).limit(FEW))],
        accesses=[AccessOut.model_validate(row) for row in await _newest(session, AccessLine, person, AccessLine.at)],
    )


async def waiting(session: AsyncSession, person: UUID) -> list[WaitingOut]:
    """Soonest due first, then the oldest."""
    query = select(Waiting, CaseCard).outerjoin(CaseCard, CaseCard.id == Waiting.case_id)
    mine = query.where(Waiting.person_id == person, Waiting.done.is_(False)).order_by(
        Waiting.due.nulls_last(), Waiting.since
    )
    return [_waiting_out(item, card) for item, card in (await session.execute(mine.limit(MANY))).all()]


def _waiting_out(item: Waiting, card: CaseCard | None) -> WaitingOut:
    branch = card.branches.get(item.branch) if card is not None and item.branch else None
    return WaitingOut.model_validate(
        {
            **{name: getattr(item, name) for name in ("id", "kind", "case_id", "branch", "due", "since", "facts")},
            "case_number": card.case_number if card else None,
            "title": card.title if card else None,
            "branch_title": branch["title"] if branch else None,
        }
    )


def cases(person: UUID, state: str | None = None) -> Select[CaseCard]:
    query = select(CaseCard).join(CasePerson, CasePerson.case_id == CaseCard.id).where(CasePerson.person_id == person)
    return (query if state is None else query.where(CaseCard.state == state)).order_by(CaseCard.id.desc())


def licences(person: UUID) -> Select[LicenceCard]:
    query = select(LicenceCard).join(LicenceHolder, LicenceHolder.licence_id == LicenceCard.id)
    return query.where(LicenceHolder.person_id == person).order_by(LicenceCard.id.desc())


def reminders(person: UUID) -> Select[Reminder]:
    return (
        select(Reminder).where(Reminder.person_id == person, Reminder.state == "set").order_by(Reminder.on, Reminder.id)
    )


async def language_of(session: AsyncSession, person: UUID, asked: str | None = None) -> str:
    return asked or await session.scalar(select(Contact.language).where(Contact.person_id == person)) or "zh"


async def _newest(session: AsyncSession, model: Any, person: UUID, by: Any) -> list[Any]:
    return list(await session.scalars(select(model).where(model.person_id == person).order_by(by.desc()).limit(FEW)))


def case_out(card: CaseCard) -> CaseOut:
    ordered = sorted(card.branches.items(), key=lambda entry: entry[1].get("order", 0))
    plain = {name: getattr(card, name) for name in CaseOut.model_fields if name != "branches"}
    return CaseOut(**plain, branches=[BranchOut.model_validate({"branch": code, **facts}) for code, facts in ordered])


def message_out(message: Message, language: str) -> MessageOut:
    subject, text = words(message.kind, message.parameters, language)
    plain = {name: getattr(message, name) for name in ("id", "kind", "link", "created_at", "read_at")}
    return MessageOut(**plain, subject=subject, text=text)


def reminder_out(reminder: Reminder, language: str) -> ReminderOut:
    _, text = words(reminder.kind, {**reminder.parameters, "on": reminder.on.isoformat()}, language)
    return ReminderOut(id=reminder.id, kind=reminder.kind, on=reminder.on, text=text)
