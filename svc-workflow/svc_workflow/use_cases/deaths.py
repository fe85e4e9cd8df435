"""The child died: every open step falls silent, at once."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.workflow import CaseSilenced
from svc_workflow import clock
from svc_workflow.engine import Message, Withdraw
from svc_workflow.host import Work, at_work, attempt, definitions
from svc_workflow.models import Application, Case
from svc_workflow.use_cases.applications import throw_away

DECEASED = "child.deceased"


async def cases_of(session: AsyncSession, subject_keys: Iterable[str]) -> list[UUID]:
    """Cases that fall silent when these die."""
    cases = select(Case.id).where(Case.subject_key.in_(list(subject_keys)), Case.silenced_at.is_(None))
    return list((await session.execute(cases.order_by(Case.id))).scalars())


async def silence(session: AsyncSession, subject_key: str) -> None:
    drafts = select(Application).where(
        Application.state == "draft", Application.child["subject_key"].astext == subject_key
    )
    for application in (await session.execute(drafts.with_for_update())).scalars():
        await throw_away(session, application)
    for case_id in await cases_of(session, [subject_key]):
        async with at_work(session, case_id) as work:
            await _silence(work, subject_key)


async def _silence(work: Work, subject_key: str) -> None:
    work.case.silenced_at = clock.now()
    work.note("case-silenced")
    work.emit(CaseSilenced(**work.about(), subject_key=subject_key))
    if work.instance.ended:
        return
    graph = await definitions.graph_of(work.session, work.instance.definition)
    if DECEASED in graph.messages:
        await attempt(work, Message(DECEASED, subject_key))
    if not work.instance.ended:
        await attempt(work, Withdraw("ended"))
