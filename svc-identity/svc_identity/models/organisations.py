"""Departments and their staff; companies (法人)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from svc_identity.models.base import Base


class Department(Base):
    """A body that handles items, by its unified social credit code."""

    __tablename__ = "department"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    division: Mapped[str | None]


class Staff(Base):
    """Somebody who works in a department at a post; the roles say what they may."""

    __tablename__ = "staff"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), index=True)
    post: Mapped[str]
    roles: Mapped[list[str]]


class Company(Base):
    """A legal person, by its unified social credit code."""

    __tablename__ = "company"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    legal_representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())
