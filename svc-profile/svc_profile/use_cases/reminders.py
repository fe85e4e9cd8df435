"""Reminders and tags; and the silence after a death, which no late event breaks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.events.profile import ReminderSet, ReminderSilenced, TagAdded
from svc_profile.models import CaseCard, Reminder, SilencedSubject, StepNote, Tag
from svc_profile.use_cases import cases, messages


async def note_request(session: AsyncSession, request_id: UUID, case_id: UUID, purpose: str) -> bool:
    """A submission was asked for; True when its answer is here already."""
    return await _note(session, request_id, case_id, purpose=purpose)


async def note_answer(session: AsyncSession, request_id: UUID, case_id: UUID, exchange_id: UUID) -> bool:
    """A schedule was brought; True when it is known what it was asked for."""
    return await _note(session, request_id, case_id, exchange_id=exchange_id)


async def _note(session: AsyncSession, request_id: UUID, case_id: UUID, **facts: Any) -> bool:
    row = insert(StepNote).values(request_id=request_id, case_id=case_id, **facts)
    both = row.on_conflict_do_update(index_elements=["request_id"], set_=facts).returning(
        StepNote.purpose, StepNote.exchange_id
    )
    return None not in (await session.execute(both)).one()


async def set_for_case(
    session: AsyncSession, case_id: UUID, kind: str, source: str, on: date, parameters: dict[str, Any]
) -> None:
    """For everyone the case concerns, once for each source."""
    card = await session.get_one(CaseCard, case_id)
    silenced = card.subject_key is not None and await session.get(SilencedSubject, card.subject_key) is not None
    if card.silenced or silenced:
        return
    for person in await cases.persons(session, case_id):
        values = {
            "id": new_id(),
            "person_id": person,
            "case_id": case_id,
            "subject_key": card.subject_key,
            "kind": kind,
        }
        new = insert(Reminder).values(**values, source=source, parameters=parameters, on=on, state="set")
        made = (await session.execute(new.on_conflict_do_nothing().returning(Reminder.id))).scalar()
        if made is not None:
            emit(session, ReminderSet(person_id=person, reminder_id=made, kind=kind, on=on))


async def remind(session: AsyncSession, reminder: Reminder) -> None:
    reminder.state = "sent"
    await messages.send(
        session,
        reminder.person_id,
        reminder.kind,
        f"reminder/{reminder.id}",
        case_id=reminder.case_id,
        link="/reminders",
        on=reminder.on.isoformat(),
        **reminder.parameters,
    )


async def silence_case(session: AsyncSession, case_id: UUID, subject_key: str) -> None:
    card = await session.get(CaseCard, case_id, with_for_update=True)
    if card is not None:
        card.silenced = True
    await cases.settle_kinds(session, case_id)
    await silence_subject(session, subject_key)


async def silence_subject(session: AsyncSession, subject_key: str) -> None:
    """Every reminder about the child falls silent, now and for what comes later."""
    await session.execute(insert(SilencedSubject).values(subject_key=subject_key).on_conflict_do_nothing())
    of_child = (Reminder.subject_key == subject_key) & (Reminder.state == "set")
    silenced = update(Reminder).where(of_child).values(state="silenced").returning(Reminder.id, Reminder.person_id)
    for reminder, person in await session.execute(silenced):
        emit(session, ReminderSilenced(person_id=person, reminder_id=reminder))
    about = select(CaseCard).where(CaseCard.subject_key == subject_key).with_for_update()
    for card in await session.scalars(about):
        card.silenced = True
        await cases.settle_kinds(session, card.id)


async def add_tag(
    session: AsyncSession, person: UUID, tag: str, source: str, since: datetime, until: datetime | None = None
) -> None:
    new = insert(Tag).values(person_id=person, tag=tag, source=source, since=since, until=until)
    if (await session.execute(new.on_conflict_do_nothing().returning(Tag.tag))).scalar() is not None:
        emit(session, TagAdded(person_id=person, tag=tag, source=source))
