"""What svc-logistics does when something happened elsewhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from chassis.jobs import enqueue
from contracts.events.workflow import StepCancelled, StepRequested
from contracts.steps import Capability
from svc_logistics.jobs import OrderWaybill
from svc_logistics.use_cases import bills, parcels

handlers = Handlers()


@handlers.on(StepRequested)
async def take_step(event: StepRequested, session: AsyncSession) -> None:
    if event.capability is Capability.LOGISTICS_PARCEL:
        parcel = await parcels.request(session, event)
        if parcel is not None and parcel.handover != "hall":
            await enqueue(session, OrderWaybill(parcel_id=parcel.id), key=str(parcel.id))
    elif event.capability is Capability.LOGISTICS_BILL:
        await bills.request(session, event)


@handlers.on(StepCancelled)
async def drop_step(event: StepCancelled, session: AsyncSession) -> None:
    if event.capability is Capability.LOGISTICS_PARCEL:
        await parcels.cancel(session, event.request_id)
    elif event.capability is Capability.LOGISTICS_BILL:
        await bills.cancel(session, event.request_id)
