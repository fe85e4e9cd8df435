"""What svc-logistics does when something happened elsewhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from chassis.jobs import enqueue
from contracts.events.workflow import StepCancelled, StepRequested
from contracts.steps import Capability
from svc_logistics.jobs import OrderWaybill
from svc_logistics.use_cases import bills, parcels

handlers = Handlers()


def ours(event: StepRequested | StepCancelled) -> bool:
    return event.capability in (Capability.LOGISTICS_PARCEL, Capability.LOGISTICS_BILL)


@handlers.on(StepRequested, when=ours)
async def take_step(event: StepRequested, session: AsyncSession) -> None:
    if event.capability is Capability.LOGISTICS_PARCEL:
        parcel = await parcels.request(session, event)
        if parcel is not None and parcel.handover != "hall":
            await enqueue(session, OrderWaybill(parcel_id=parcel.id), key=str(parcel.id))
    else:
        await bills.request(session, event)


@handlers.on(StepCancelled, when=ours)
async def drop_step(event: StepCancelled, session: AsyncSession) -> None:
    if event.capability is Capability.LOGISTICS_PARCEL:
        await parcels.cancel(session, event.request_id)
    else:
        await bills.cancel(session, event.request_id)
