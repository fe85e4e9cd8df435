"""What the city and its catalogue tell us: calendars, places, and what is offered."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from svc_workflow.models.base import Base


class CalendarYear(Base):
    """One year of the city's calendar: which weekdays are free, which days of weekends are worked."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holidays: Mapped[list[Any]]
    make_up_days: Mapped[list[Any]]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Place(Base):
    """What differs from division to division."""

    __tablename__ = "place"
    division: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    insurance_timing: Mapped[str]


class Office(Base):
    """One of those that a person chooses from by code: a vaccination clinic, a bank that issues social cards."""

    __tablename__ = "office"
    kind: Mapped[str] = mapped_column(primary_key=True)
    """The field of the form that it answers."""
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    street: Mapped[str | None]
    closed: Mapped[bool] = mapped_column(default=False)


class ItemOffer(Base):
    """A service item as svc-catalog last published or withdrew it."""

    __tablename__ = "item_offer"
    item_code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    department: Mapped[str]
    department_name: Mapped[str]
    statutory_limit: Mapped[dict[str, Any] | None]
    promised_limit: Mapped[dict[str, Any] | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)


class BundleOffer(Base):
    __tablename__ = "bundle_offer"
    bundle_code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[str]
    process: Mapped[str | None]
    branches: Mapped[list[Any]]
    withdrawn: Mapped[bool] = mapped_column(default=False)
