"""What operators are told. Identifiers, codes and counts only."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.schemas import Answer

JobState = Literal["waiting", "running", "done", "incident"]


class OutboxOut(Answer):
    waiting: int = Field(description="Events committed but not yet taken by the bus")
    oldest_at: datetime | None = Field(description="Since when the oldest of them waits")


class ConsumerOut(Answer):
    group: str
    topics: list[str]
    lag: int | None = Field(
        description="Events on the bus that the group has not handled yet; null: the bus does not answer"
    )


class JobCount(Answer):
    kind: str
    state: JobState
    count: int
    retried: int = Field(description="How many of them have failed at least once")
    first_run_at: datetime = Field(description="When the first of them was or is due")


class OverviewOut(Answer):
    """`jobs` counts what is not done; what is done is counted by the service's metrics."""

    service: str
    version: str
    roles: list[str] = Field(description="Of the process that answers")
    started_at: datetime
    outbox: OutboxOut
    consumer: ConsumerOut | None = Field(description="Null: the service handles no events")
    jobs: list[JobCount]
    dead_letters: int = Field(description="Those that nobody replayed yet")


class JobOut(Answer):
    id: UUID
    kind: str
    state: JobState
    attempts: int
    run_at: datetime
    error: str | None
    created_at: datetime
    done_at: datetime | None


class GivenUpJobOut(Answer):
    id: UUID
    kind: str
    attempts: int
    error: str | None
    created_at: datetime


class DeadLetterOut(Answer):
    id: int
    topic: str
    key: str
    type: str | None = Field(description="The event's type; null when it cannot be read")
    reason: str
    error: str
    dead_at: datetime
    replayed_at: datetime | None


class ReplayOut(Answer):
    outcome: Literal["handled", "needed-nothing"] = Field(
        description="`needed-nothing`: it was handled or replayed before, or nobody handles its type any more"
    )
