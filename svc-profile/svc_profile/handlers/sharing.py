"""Licences, schedules, and who used a person's data."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import enqueue
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
from svc_profile.models import AccessLine, LicenceCard, LicenceHolder
from svc_profile.use_cases import messages, reminders

NEWBORN = timedelta(days=3 * 365)


@handlers.on(LicenceRegistered)
async def licence_registered(event: LicenceRegistered, session: AsyncSession) -> None:
    card = {"kind": event.kind, "title": event.title, "issuer_name": event.issuer_name, "case_id": event.case_id}
    row = insert(LicenceCard).values(
        id=event.licence_id, status=LicenceStatus.VALID, registered_at=event.meta.time, **card
    )
    await session.execute(row.on_conflict_do_nothing())
    source = f"{event.type}/{event.meta.id}"
    for person in event.holders:
        await session.execute(
            insert(LicenceHolder).values(licence_id=event.licence_id, person_id=person).on_conflict_do_nothing()
        )
        if event.kind == "birth-certificate":
            await reminders.add_tag(
                session, person, "parent-of-newborn", source, event.meta.time, event.meta.time + NEWBORN
            )
        words = {"licence": event.title, "issuer": event.issuer_name}
        link = f"/licences/{event.licence_id}"
        await messages.send(
            session, person, "licence-registered", str(event.meta.id), case_id=event.case_id, link=link, **words
        )


@handlers.on(LicenceStatusChanged)
async def licence_status_changed(event: LicenceStatusChanged, session: AsyncSession) -> None:
    await session.execute(update(LicenceCard).where(LicenceCard.id == event.licence_id).values(status=event.status))


@handlers.on(AccessRecorded)
async def access_recorded(event: AccessRecorded, session: AsyncSession) -> None:
    line = event.model_dump(include={"person_id", "case_id", "source_name", "reader_name", "purpose", "fields", "at"})
    await session.execute(insert(AccessLine).values(id=event.access_id, **line).on_conflict_do_nothing())


@handlers.on(SharingStepAnswered)
async def step_answered(event: SharingStepAnswered, session: AsyncSession) -> None:
    fields = event.result.get("fields")
    if event.outcome is not Outcome.DONE or not isinstance(fields, list) or "schedule" not in fields:
        return
    exchange = UUID(str(event.result["exchange_id"]))
    if await reminders.note_answer(session, event.request_id, event.case_id, exchange):
        await enqueue(session, FetchSchedule(request_id=event.request_id), key=str(event.request_id))


@handlers.on(DeathReported)
async def death_reported(event: DeathReported, session: AsyncSession) -> None:
    await reminders.silence_subject(session, event.subject_key)
