"""Reports of imports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from svc_catalog.models.base import Base


class ImportRun(Base):
    """What an import did, line by line where a line was refused or is doubtful."""

    __tablename__ = "import_run"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mapping: Mapped[str]
    lines: Mapped[int]
    created: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[list[dict[str, Any]]]
    warned: Mapped[list[dict[str, Any]]]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = {"info": APPEND_ONLY}  # noqa: RUF012
