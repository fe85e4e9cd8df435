"""The statements of jobs, made once: what a statement costs is for the most part its making."""

from typing import Any

from sqlalchemy import ARRAY, Integer, Interval, Text, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.tables import ChassisBase

JOB = ChassisBase.metadata.tables["job"]
_WRITTEN = ("id", "kind", "key", "payload", "run_at", "traceparent", "case_id")
ENQUEUE = (
    insert(JOB)
    .values({name: bindparam(name) for name in _WRITTEN})
    .on_conflict_do_nothing(index_elements=["kind", "key"])
)

_LEASED = func.now() + bindparam("lease", type_=Interval)
_FREE = or_(JOB.c.state == "waiting", (JOB.c.state == "running") & (JOB.c.lease_until < func.now()))
_OF_OURS = JOB.c.kind == any_(bindparam("kinds", type_=ARRAY(Text)))
_CLAIMABLE = (
    select(JOB.c.id)
    .where(_FREE, _OF_OURS)
    .order_by(JOB.c.run_at)
    .limit(bindparam("number", type_=Integer))
    .with_for_update(skip_locked=True)
)

_DUE = _CLAIMABLE.where(JOB.c.run_at <= func.now()).cte("due")
_WAITING = _CLAIMABLE.cte("due")
CLAIM_DUE, CLAIM_WAITING = (
    update(JOB)
    .where(JOB.c.id == some.c.id)
    .values(state="running", attempts=JOB.c.attempts + 1, lease_until=_LEASED)
    .returning(*JOB.c)
    for some in (_DUE, _WAITING)
)
"""`kinds`, `number`, `lease`; the second takes also what is not due yet."""

_OURS = (JOB.c.id == bindparam("job")) & (JOB.c.attempts == bindparam("attempt")) & (JOB.c.state == "running")
RENEW = update(JOB).where(_OURS).values(lease_until=_LEASED)
_ENDED: dict[str, Any] = {"error": bindparam("reason"), "lease_until": None}
SETTLE = update(JOB).where(_OURS).values(state=bindparam("to"), done_at=func.now(), **_ENDED).returning(JOB.c.id)
_AGAIN = {"state": "waiting", "run_at": bindparam("at"), **_ENDED}
PLANT_AGAIN = update(JOB).where(_OURS).values(attempts=0, done_at=func.now(), **_AGAIN).returning(JOB.c.id)
PUT_OFF = update(JOB).where(_OURS).values(**_AGAIN)
