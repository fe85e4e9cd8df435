"""Service items and their versions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from svc_catalog.models.base import Base


class Item(Base):
    """One department's service in one place; what it says stands in its versions."""

    __tablename__ = "item"
    code: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str | None] = mapped_column(unique=True)
    latest: Mapped[int]
    current: Mapped[int | None]


class ItemVersion(Base):
    __tablename__ = "item_version"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    elements: Mapped[dict[str, Any]]
    warnings: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(default="editor")
    edited_by: Mapped[str]
    reviewed_by: Mapped[str | None]
    remark: Mapped[str | None]
    in_force_from: Mapped[date | None]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        UniqueConstraint("item_code", "version"),
        Index("item_version_scheduled", "in_force_from", postgresql_where=text("state = 'scheduled'")),
    )
