"""Life-event bundles (一件事) and their versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from svc_catalog.models.base import Base


class Bundle(Base):
    __tablename__ = "bundle"
    code: Mapped[str] = mapped_column(primary_key=True)
    latest: Mapped[int]
    current: Mapped[int | None]


class BundleVersion(Base):
    __tablename__ = "bundle_version"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    bundle_code: Mapped[str] = mapped_column(ForeignKey("bundle.code"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    elements: Mapped[dict[str, Any]]
    edited_by: Mapped[str]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (UniqueConstraint("bundle_code", "version"),)
