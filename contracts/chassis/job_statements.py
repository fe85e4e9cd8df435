"""What the worker says all day, to the driver itself: SQLAlchemy would take three times the time to say it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from chassis.tables import ChassisBase

ENQUEUE = insert(ChassisBase.metadata.tables["job"]).on_conflict_do_nothing(index_elements=["kind", "key"])


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of `job`, leased to us."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    traceparent: str | None
    case_id: UUID | None

    @property
    def ours(self) -> tuple[Any, ...]:
        """`$1` and `$2` below: only our attempt, for after our lease another may have begun."""
        return self.id, self.attempts


_CLAIM = """
with due as (
    select id from job
    where (state = 'waiting' or (state = 'running' and lease_until < now())) and kind = any($1::text[]) {when}
    order by run_at limit $2 for update skip locked
)
update job set state = 'running', attempts = attempts + 1, lease_until = now() + $3::interval
from due where job.id = due.id
returning job.id, kind, payload, attempts, traceparent, case_id
"""
CLAIM_DUE, CLAIM_WAITING = _CLAIM.format(when="and run_at <= now()"), _CLAIM.format(when="")
"""Kinds, how many at most, for how long; the second takes also what is not due yet."""
RENEW = """
update job set lease_until = now() + $3::interval from unnest($1::uuid[], $2::integer[]) as ours (id, attempt)
where job.id = ours.id and attempts = ours.attempt and state = 'running'
"""
SETTLE = """
update job set state = $3, error = $4, lease_until = null, done_at = now()
where id = $1 and attempts = $2 and state = 'running' returning id
"""
PLANT_AGAIN = """
update job set state = 'waiting', run_at = $3, error = $4, lease_until = null, attempts = 0, done_at = now()
where id = $1 and attempts = $2 and state = 'running' returning id
"""
PUT_OFF = """
update job set state = 'waiting', run_at = $3, error = $4, lease_until = null
where id = $1 and attempts = $2 and state = 'running'
"""
