"""Departments' systems as they are configured, parsed once for each version of the configuration.

A version is remembered by the transaction that wrote its row (PostgreSQL's `xmin`). It is used only where the transaction at
hand has read that the row is still of this version: what any process changed is seen at once.
"""

from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_sharing import connectors
from svc_sharing.connectors import HttpConnector, SqlConnector
from svc_sharing.models import Base

_C = Base.metadata.tables["connector"]
_CONFIGURED = select(_C.c.config, _C.c.secret, literal_column("connector.xmin::text").label("version")).where(
    _C.c.code == bindparam("connector")
)
MOST = 500


@dataclass(frozen=True, slots=True)
class System:
    version: str
    connector: HttpConnector | SqlConnector
    secret: str = field(repr=False)


_known: WeakKeyDictionary[Any, dict[str, System]] = WeakKeyDictionary()
"""By the database they were read from."""


async def system_of(session: AsyncSession, code: str, version: str) -> System | None:
    """`version`: as this transaction has read it. None: there is no such connector."""
    known = _known.setdefault(session.bind, {})
    if (system := known.get(code)) is not None and system.version == version:
        return system
    row = (await session.execute(_CONFIGURED, {"connector": code})).one_or_none()
    if row is None:
        return None
    if len(known) >= MOST:
        known.clear()
    known[code] = system = System(row.version, connectors.parse_config(row.config), row.secret or "")
    return system
