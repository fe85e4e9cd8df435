"""Names of bodies, learnt from whoever mentions them."""

from collections.abc import Mapping

from sqlalchemy import ARRAY, Text, bindparam, column, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from svc_sharing.models import Base, Department

_D = Base.metadata.tables["department"]
_told = (
    func.unnest(bindparam("codes", type_=ARRAY(Text)), bindparam("names", type_=ARRAY(Text)))
    .table_valued(column("code", Text), column("name", Text), name="told")
    .render_derived()
)
_new = select(_told).where(~exists().where(_D.c.code == _told.c.code, _D.c.name == _told.c.name))
_into = insert(_D).from_select(["code", "name"], _new.order_by(_told.c.code))
_LEARNT = _into.on_conflict_do_update(index_elements=["code"], set_={"name": _into.excluded.name})
"""In one order, so that two who learn never wait for each other in a ring."""

OWN_NAMES = {
    "onedoor": "一门（政务服务平台）",
    "svc-identity": "一门（身份服务）",
    "svc-profile": "一门（我的主页）",
    "svc-sharing": "一门（数据共享）",
}
"""Services of OneDoor, as people meet them."""


async def learn(session: AsyncSession, names: Mapping[str, str]) -> None:
    """Names by codes. Only what is new is written: a row that is named so already is not even locked."""
    if names:
        await session.execute(_LEARNT, {"codes": list(names), "names": list(names.values())})


async def name_of(session: AsyncSession, code: str) -> str:
    """The name people know; the code where nobody told us."""
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    return await session.scalar(select(Department.name).where(Department.code == code)) or code
