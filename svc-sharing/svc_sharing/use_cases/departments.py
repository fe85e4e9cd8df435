"""Names of bodies, learnt from whoever mentions them."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from svc_sharing.models import Department

OWN_NAMES = {
    "onedoor": "一门（政务服务平台）",
    "svc-identity": "一门（身份服务）",
    "svc-profile": "一门（我的主页）",
    "svc-sharing": "一门（数据共享）",
}
"""Services of OneDoor, as people meet them."""


async def learn(session: AsyncSession, code: str, name: str) -> None:
    row = insert(Department).values(code=code, name=name)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["code"], set_={"name": name}, where=Department.name.is_distinct_from(name)
        )
    )


async def name_of(session: AsyncSession, code: str) -> str:
    """The name people know; the code where nobody told us."""
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    return await session.scalar(select(Department.name).where(Department.code == code)) or code
