"""Licences, schedules, and who used a person's data."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import enqueue
from chassis.later import later
from contracts.events.sharing import (
    AccessRecorded,
    DeathReported,
    LicenceRegistered,
    LicenceStatus,
    LicenceStatusChanged,
    SharingStepAnswered,
)
from contracts.steps import Outcome
from svc_profile.handlers.registry import handlers
from svc_profile.jobs.schedules import FetchSchedule
from svc_profile.models import AccessLine, Base, LicenceCard, LicenceHolder
from svc_profile.use_cases import messages, reminders

NEW_LINE, NEW_LICENCE, NEW_HOLDER = (
    insert(model).on_conflict_do_nothing() for model in (AccessLine, LicenceCard, LicenceHolder)
)
_LICENCE = Base.metadata.tables["licence_card"]
CHANGE_LICENCE = update(_LICENCE).where(_LICENCE.c.id == bindparam("licence")).values(status=bindparam("now"))
NEWBORN = timedelta(days=3 * 365)


@handlers.on(LicenceRegistered)
async def licence_registered(event: LicenceRegistered, session: AsyncSession) -> None:
    card = event.model_dump(include={"kind", "title", "issuer_name", "case_id"})
    now = {"status": LicenceStatus.VALID, "registered_at": event.meta.time}
    later(session, NEW_LICENCE, {"id": event.licence_id, **card, **now})
    holders = [{"licence_id": event.licence_id, "person_id": person} for person in event.holders]
    later(session, NEW_HOLDER, *holders)
    if event.kind == "birth-certificate":
        source, until = f"{event.type}/{event.meta.id}", event.meta.time + NEWBORN
        await reminders.add_tag(session, event.holders, "parent-of-newborn", source, event.meta.time, until)
    words: dict[str, Any] = {"licence": event.title, "issuer": event.issuer_name}
    about = {"case_id": event.case_id, "link": f"/licences/{event.licence_id}", **words}
    for person in event.holders:
        await messages.send(session, person, "licence-registered", str(event.meta.id), **about)


@handlers.on(LicenceStatusChanged)
async def licence_status_changed(event: LicenceStatusChanged, session: AsyncSession) -> None:
    await session.execute(CHANGE_LICENCE, {"licence": event.licence_id, "now": event.status})


@handlers.on(AccessRecorded)
async def access_recorded(event: AccessRecorded, session: AsyncSession) -> None:
    line = event.model_dump(include={"person_id", "case_id", "source_name", "reader_name", "purpose", "fields", "at"})
    later(session, NEW_LINE, {"id": event.access_id, **line})


def brings_a_schedule(event: SharingStepAnswered) -> bool:
    fields = event.result.get("fields")
    return event.outcome is Outcome.DONE and isinstance(fields, list) and "schedule" in fields


@handlers.on(SharingStepAnswered, when=brings_a_schedule)
async def step_answered(event: SharingStepAnswered, session: AsyncSession) -> None:
    exchange = UUID(str(event.result["exchange_id"]))
    if await reminders.note_answer(session, event.request_id, event.case_id, exchange):
        await enqueue(session, FetchSchedule(request_id=event.request_id), key=str(event.request_id))


@handlers.on(DeathReported)
async def death_reported(event: DeathReported, session: AsyncSession) -> None:
    await reminders.silence_subject(session, event.subject_key)
