"""Running processes: one small row each, their history, and narrow tables of what they wait for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from svc_workflow.models.base import Base


class Definition(Base):
    """A version of a process, named by the digest of its text. Instances keep the version they began with."""

    __tablename__ = "process_definition"
    digest: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    source: Mapped[bytes] = mapped_column(LargeBinary)
    deployed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("process_definition_version", "code", "version", unique=True), {"info": APPEND_ONLY})


class Instance(Base):
    """A case's process. Whoever advances it locks this row."""

    __tablename__ = "instance"
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    definition: Mapped[str]
    state: Mapped[bytes] = mapped_column(LargeBinary)
    """Packed by the engine."""
    sequence: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary)
    """Hash of the newest history row."""
    ended: Mapped[bool] = mapped_column(default=False)


class HistoryRow(Base):
    """What one advance did, chained by hash. Identifiers and codes only, so that it outlives every erasure."""

    __tablename__ = "case_history"
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = ({"info": APPEND_ONLY},)


class Task(Base):
    """Something a post of a department has to do."""

    __tablename__ = "task"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    branch: Mapped[str]
    element: Mapped[str]
    action: Mapped[str]
    department: Mapped[str]
    post: Mapped[str]
    decisions: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(default="open")
    """open, done or closed (nobody needs to do it any more)."""
    excluded: Mapped[bool]
    """A special procedure: the branch's time does not count while it is open."""
    due_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    """When it is due, or the end of time: what is late first comes first."""
    claimed_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    decision: Mapped[str | None]
    __table_args__ = (
        Index("task_inbox", "department", "state", "sort_at", "id"),
        Index("task_case", "case_id"),
        Index("task_open", "due_at", postgresql_where=text("state = 'open'")),
    )


class Step(Base):
    """Something asked of another service, and what it answered. Also for applications, before there is a case."""

    __tablename__ = "step"
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    applicant_id: Mapped[UUID]
    branch: Mapped[str | None]
    capability: Mapped[str]
    purpose: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    from_process: Mapped[bool]
    """Asked by the running process, which waits for the answer; otherwise by an application."""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, done, refused, failed or cancelled."""
    result: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    __table_args__ = (Index("step_case", "case_id"),)


class Subscription(Base):
    """A message that an instance waits for, by name and correlation value."""

    __tablename__ = "message_subscription"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    name: Mapped[str]
    correlation: Mapped[str]
    __table_args__ = (
        Index("message_subscription_wanted", "name", "correlation"),
        Index("message_subscription_case", "case_id"),
    )


class Timer(Base):
    __tablename__ = "timer"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    due_at: Mapped[datetime]
    __table_args__ = (Index("timer_due", "due_at"), Index("timer_case", "case_id"))


class Incident(Base):
    """A case that cannot go on without a person: a step failed, or the engine could not advance."""

    __tablename__ = "incident"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    branch: Mapped[str | None]
    department: Mapped[str | None]
    element: Mapped[str | None]
    """Where the process stands; None when the engine could not carry out `command` at all."""
    command: Mapped[list[Any] | None]
    reason: Mapped[str]
    """A stable code, for instance grant-expired."""
    detail: Mapped[str | None]
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    __table_args__ = (
        Index("incident_open", "department", "id", postgresql_where=text("resolved_at IS NULL")),
        Index("incident_case", "case_id"),
    )
