"""What departments offer, how they are reached, and who may read it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from chassis.sealing import SealedText
from svc_sharing.models.base import Base


class Department(Base):
    """Names of the bodies we met, as people know them."""

    __tablename__ = "department"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Connector(Base):
    """A department's system: where it is, how it wants to be spoken to, its secret."""

    __tablename__ = "connector"
    code: Mapped[str] = mapped_column(primary_key=True)
    config: Mapped[dict[str, Any]]
    secret: Mapped[str | None] = mapped_column(SealedText("connector.secret"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Resource(Base):
    """A data set or an interface that a department shares, under conditions (数据资源)."""

    __tablename__ = "resource"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    department: Mapped[str]
    department_name: Mapped[str]
    kind: Mapped[str]
    sharing_type: Mapped[str]
    fields: Mapped[list[str]]
    record_key_fields: Mapped[list[str]]
    result_codes: Mapped[list[str]]
    connector: Mapped[str | None] = mapped_column(ForeignKey("connector.code"))
    legal_basis: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class GrantApplication(Base):
    """A department asks to read fields of another's resource for a purpose."""

    __tablename__ = "grant_application"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    department: Mapped[str]
    department_name: Mapped[str]
    resource_code: Mapped[str] = mapped_column(ForeignKey("resource.code"), index=True)
    purpose: Mapped[str]
    fields: Mapped[list[str]]
    until: Mapped[datetime]
    legal_basis: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class Grant(Base):
    """A department may read these fields for this purpose until then."""

    __tablename__ = "data_grant"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("grant_application.id"), unique=True)
    resource_code: Mapped[str] = mapped_column(ForeignKey("resource.code"))
    department: Mapped[str]
    department_name: Mapped[str]
    purpose: Mapped[str]
    fields: Mapped[list[str]]
    approved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (Index("data_grant_use", "resource_code", "purpose"),)
