"""Names of bodies, learnt from whoever mentions them."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from svc_sharing.models import Department


async def learn(session: AsyncSession, code: str, name: str) -> None:
    row = insert(Department).values(code=code, name=name)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["code"], set_={"name": name}, where=Department.name.is_distinct_from(name)
        )
    )


async def name_of(session: AsyncSession, code: str) -> str:
    """The name people know; the code where nobody told us."""
    return await session.scalar(select(Department.name).where(Department.code == code)) or code
