"""Reminders and tags; and the silence after a death, which no late event breaks."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.held import locked, read_all
from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.events.profile import ReminderSet, ReminderSilenced, TagAdded
from svc_profile.models import Base, CaseCard, Reminder, SilencedSubject
from svc_profile.use_cases import cases, messages
from svc_profile.use_cases.told import look_up

_NOTE, _REMINDER, _TAG = (Base.metadata.tables[name] for name in ("step_note", "reminder", "tag"))
NEW_REMINDERS = insert(_REMINDER).on_conflict_do_nothing().returning(_REMINDER.c.id)
NEW_TAGS = insert(_TAG).on_conflict_do_nothing().returning(_TAG.c.person_id)


def _noting(fact: str) -> Executable:
    note = insert(_NOTE)
    both = note.on_conflict_do_update(index_elements=["request_id"], set_={fact: note.excluded[fact]})
    return both.returning(_NOTE.c.purpose, _NOTE.c.exchange_id)


ASKED, BROUGHT = _noting("purpose"), _noting("exchange_id")


@dataclass(frozen=True)
class Dose:
    """When something is due, and the words' parameters; `source` tells it from every other."""

    source: str
    on: date
    parameters: dict[str, Any]


async def note_request(session: AsyncSession, request_id: UUID, case_id: UUID, purpose: str) -> bool:
    """A submission was asked for; True when its answer is here already."""
    return await _note(session, ASKED, request_id=request_id, case_id=case_id, purpose=purpose)


async def note_answer(session: AsyncSession, request_id: UUID, case_id: UUID, exchange_id: UUID) -> bool:
    """A schedule was brought; True when it is known what it was asked for."""
    return await _note(session, BROUGHT, request_id=request_id, case_id=case_id, exchange_id=exchange_id)


async def _note(session: AsyncSession, statement: Executable, **facts: Any) -> bool:
    return None not in (await session.execute(statement, facts)).one()


async def set_for_case(session: AsyncSession, case_id: UUID, kind: str, doses: Iterable[Dose]) -> None:
    """For everyone the case concerns, once for each source. A silence that comes meanwhile waits for the card, and finds them."""
    card = await locked(session, CaseCard, case_id)
    if card is None:
        raise NoResultFound(case_id)
    silenced = card.subject_key is not None and await session.get(SilencedSubject, card.subject_key) is not None
    if card.silenced or silenced:
        return
    persons = await cases.persons(session, case_id)
    about = {"case_id": case_id, "subject_key": card.subject_key, "kind": kind, "state": "set"}
    rows = [{"id": new_id(), "person_id": person, **about, **asdict(dose)} for dose, person in product(doses, persons)]
    if not rows:
        return
    made = set(await session.scalars(NEW_REMINDERS, rows))
    emit(
        session,
        *(
            ReminderSet(person_id=row["person_id"], reminder_id=row["id"], kind=kind, on=row["on"])
            for row in rows
            if row["id"] in made
        ),
    )


async def remind(session: AsyncSession, due: Sequence[Reminder]) -> None:
    """Reminders that this transaction has locked: a silence that comes meanwhile finds them sent."""
    await read_all(session, CaseCard, [reminder.case_id for reminder in due if reminder.case_id is not None])
    await look_up(session, map(_source, due), [reminder.person_id for reminder in due])
    for reminder in due:
        reminder.state = "sent"
        words = {"on": reminder.on.isoformat(), **reminder.parameters}
        about: dict[str, Any] = {"case_id": reminder.case_id, "link": "/reminders"}
        await messages.send(session, reminder.person_id, reminder.kind, _source(reminder), **about, **words)


def _source(reminder: Reminder) -> str:
    return f"reminder/{reminder.id}"


async def silence_case(session: AsyncSession, case_id: UUID, subject_key: str) -> None:
    await cases.lock(session, [case_id], [subject_key])
    card = await locked(session, CaseCard, case_id)
    if card is not None:
        card.silenced = True
    await cases.settle_kinds(session, case_id)
    await silence_subject(session, subject_key)


async def silence_subject(session: AsyncSession, subject_key: str) -> None:
    """Every reminder about the child falls silent, now and for what comes later. The cards are locked first: whoever sets
    reminders holds the card, and what he sets is found."""
    about = (await session.scalars(select(CaseCard.id).where(CaseCard.subject_key == subject_key))).all()
    await cases.lock(session, about)
    await session.execute(insert(SilencedSubject).values(subject_key=subject_key).on_conflict_do_nothing())
    of_child = (Reminder.subject_key == subject_key) & (Reminder.state == "set")
    silenced = update(Reminder).where(of_child).values(state="silenced").returning(Reminder.id, Reminder.person_id)
    for reminder, person in await session.execute(silenced):
        emit(session, ReminderSilenced(person_id=person, reminder_id=reminder))
    for case_id in about:
        if (card := await locked(session, CaseCard, case_id)) is not None:
            card.silenced = True
        await cases.settle_kinds(session, case_id)


async def add_tag(
    session: AsyncSession,
    persons: Iterable[UUID],
    tag: str,
    source: str,
    since: datetime,
    until: datetime | None = None,
) -> None:
    about = {"tag": tag, "source": source, "since": since, "until": until}
    rows = [{"person_id": person, **about} for person in sorted(set(persons))]
    if rows:
        new = await session.scalars(NEW_TAGS, rows)
        emit(session, *(TagAdded(person_id=person, tag=tag, source=source) for person in new))
