"""What svc-catalog does when something happened elsewhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from contracts.events.workflow import BranchEnded, CaseClosed, CaseSubmitted
from svc_catalog.use_cases import volumes

handlers = Handlers()


@handlers.on(CaseSubmitted)
async def count_submitted(event: CaseSubmitted, session: AsyncSession) -> None:
    things = [("bundle", event.bundle_code), *[("item", branch.item_code) for branch in event.branches]]
    volumes.count_submitted(session, things, event.meta.time)


@handlers.on(BranchEnded)
async def count_ended_item(event: BranchEnded, session: AsyncSession) -> None:
    volumes.count_ended(session, [("item", event.item_code)], event.meta.time)


@handlers.on(CaseClosed)
async def count_ended_bundle(event: CaseClosed, session: AsyncSession) -> None:
    volumes.count_ended(session, [("bundle", event.bundle_code)], event.meta.time)
