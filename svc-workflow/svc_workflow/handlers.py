"""What svc-workflow does when something happened elsewhere."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from contracts.event import Event
from contracts.events.catalog import BundlePublished, BundleWithdrawn, ItemPublished, ItemWithdrawn
from contracts.events.identity import IdentityStepAnswered
from contracts.events.logistics import BillPaid, LogisticsStepAnswered, ParcelDelivered
from contracts.events.sharing import AccessRecorded, DeathReported, LicenceRegistered, SharingStepAnswered
from contracts.steps import StepAnswered
from svc_workflow.use_cases import accesses, answers, deaths, offers

handlers = Handlers()
_OF_STEPS = (StepAnswered, LicenceRegistered, ParcelDelivered, BillPaid)


@handlers.before
async def take_up_the_cases(events: Sequence[Event], session: AsyncSession) -> None:
    """All cases that a batch is about are locked at once and in order, those of the dead too."""
    about = [event for event in events if isinstance(event, _OF_STEPS)]
    cases = {event.case_id for event in about if event.case_id is not None}
    if dead := [event.subject_key for event in events if isinstance(event, DeathReported)]:
        cases |= set(await deaths.cases_of(session, dead))
    await answers.take_up(session, cases, [event.request_id for event in about if event.request_id is not None])


@handlers.on(SharingStepAnswered, IdentityStepAnswered, LogisticsStepAnswered)
async def go_on_with_the_answer(event: StepAnswered, session: AsyncSession) -> None:
    await answers.take_answer(session, event)


@handlers.on(LicenceRegistered)
async def hear_of_the_licence(event: LicenceRegistered, session: AsyncSession) -> None:
    facts = {"licence_id": str(event.licence_id), "licence_kind": event.kind, "issuer": event.issuer}
    await answers.take_message(session, "licence.registered", event.request_id, str(event.request_id), facts)


@handlers.on(ParcelDelivered)
async def hear_of_the_parcel(event: ParcelDelivered, session: AsyncSession) -> None:
    parcel_id = str(event.parcel_id)
    facts = {"parcel_id": parcel_id, "direction": event.direction, "contents": event.contents}
    await answers.take_message(session, "parcel.delivered", event.request_id, parcel_id, facts)


@handlers.on(BillPaid)
async def hear_of_the_payment(event: BillPaid, session: AsyncSession) -> None:
    bill_id = str(event.bill_id)
    facts = {"bill_id": bill_id, "payment_id": str(event.payment_id), "paid_at": event.meta.time.isoformat()}
    await answers.take_message(session, "payment.paid", event.request_id, bill_id, facts)


@handlers.on(AccessRecorded)
async def remember_the_access(event: AccessRecorded, session: AsyncSession) -> None:
    accesses.remember(session, event)


@handlers.on(DeathReported)
async def fall_silent(event: DeathReported, session: AsyncSession) -> None:
    await deaths.silence(session, event.subject_key)


@handlers.on(ItemPublished)
async def offer_item(event: ItemPublished, session: AsyncSession) -> None:
    await offers.item_published(session, event)


@handlers.on(ItemWithdrawn)
async def stop_offering_item(event: ItemWithdrawn, session: AsyncSession) -> None:
    await offers.item_withdrawn(session, event)


@handlers.on(BundlePublished)
async def offer_bundle(event: BundlePublished, session: AsyncSession) -> None:
    await offers.bundle_published(session, event)


@handlers.on(BundleWithdrawn)
async def stop_offering_bundle(event: BundleWithdrawn, session: AsyncSession) -> None:
    await offers.bundle_withdrawn(session, event)
