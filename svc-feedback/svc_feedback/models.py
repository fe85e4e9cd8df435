"""Tables of svc-feedback."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from chassis.sealing import SealedText


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[dict[str, str]]: JSONB,
    }


class RatedCase(Base):
    """What there is to rate: a case and its branches, as svc-workflow published them."""

    __tablename__ = "rated_case"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_number: Mapped[str]
    title: Mapped[str]
    person_id: Mapped[UUID]
    branches: Mapped[list[dict[str, str]]]
    closed_at: Mapped[datetime | None]
    silenced: Mapped[bool] = mapped_column(default=False)


class Invitation(Base):
    """A link that opens one rating; only the hash of its code is kept."""

    __tablename__ = "invitation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("rated_case.id"), unique=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]


class Rating(Base):
    __tablename__ = "rating"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("rated_case.id"), unique=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    reasons: Mapped[list[str]]
    comment: Mapped[str | None] = mapped_column(SealedText("rating.comment"))
    by_link: Mapped[bool]
    rated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = {"info": APPEND_ONLY}  # noqa: RUF012


class RatedBranch(Base):
    """A rating as it counts for one department and item."""

    __tablename__ = "rated_branch"
    rating_id: Mapped[UUID] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    branch: Mapped[str] = mapped_column(primary_key=True)
    item_code: Mapped[str]
    department: Mapped[str]
    department_name: Mapped[str]
    item_name: Mapped[str]
    level: Mapped[int] = mapped_column(SmallInteger)
    rated_on: Mapped[date]
    __table_args__ = (
        Index("rated_branch_department", "department", "rated_on"),
        Index("rated_branch_item", "item_code", "rated_on"),
        {"info": APPEND_ONLY},
    )


class WorkOrder(Base):
    """A bad review that a department must answer."""

    __tablename__ = "work_order"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    rating_id: Mapped[UUID] = mapped_column(ForeignKey("rating.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("rated_case.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    department: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    due: Mapped[date]
    answer: Mapped[str | None] = mapped_column(SealedText("work_order.answer"))
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    reopened: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        UniqueConstraint("rating_id", "department"),
        Index("work_order_department", "department", "state", "due"),
    )


class CalendarDay(Base):
    """A day on which offices do, or do not, work against the rule of the week."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]


class CalendarYear(Base):
    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
