"""The statements of agreements, made once: what a statement costs is for the most part its making.

Whoever closes a step or an agreement locks the step first and then the agreement, so that no two wait for each other.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    LargeBinary,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from svc_identity.models import Base

TABLES = Base.metadata.tables
CONSENT, STEP, ASKER = TABLES["consent"], TABLES["step"], TABLES["person"].alias("asker")
# What is no UUID was refused when the step was taken (use_cases.requests).
ASKED_BY = STEP.c.arguments["asked_by"].astext.cast(Uuid).label("asked_by")
ABOUT = (CONSENT.c.id, CONSENT.c.request_id, CONSENT.c.person_id, STEP.c.case_id, STEP.c.purpose, ASKED_BY)
"""What the events of an agreement tell."""
_OPEN = (STEP.c.request_id == bindparam("request")) & (STEP.c.state == "open")

_SHOWN = (
    select(*ABOUT, *(CONSENT.c[name] for name in ("title", "state", "asked_at", "expires_at", "decided_at")))
    .add_columns(ASKER.c.name.label("asker"))
    .join(STEP, STEP.c.request_id == CONSENT.c.request_id)
    .outerjoin(ASKER, ASKER.c.id == ASKED_BY)
    .where(CONSENT.c.person_id == bindparam("me"))
)
ONE = _SHOWN.where(CONSENT.c.id == bindparam("consent"))
SOME = _SHOWN.where(CONSENT.c.id == any_(bindparam("some", type_=ARRAY(Uuid)))).order_by(CONSENT.c.id.desc())
_STATE = bindparam("state", type_=Text)
NEWEST = (
    _SHOWN.where(or_(_STATE.is_(None), CONSENT.c.state == _STATE))
    .order_by(CONSENT.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
"""`me`, `state` (None: in any), `most`."""

OPEN_AND_NUMBER = (
    select(STEP.c.case_id, STEP.c.purpose, STEP.c.arguments)
    .add_columns(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))
    .where(_OPEN)
    .with_for_update(of=STEP)
)
"""The step `request` if it still waits for us, locked, and the number with it (use_cases.persons.lock_of)."""
ASK = insert(CONSENT)
HAND_OVER = (
    update(CONSENT)
    .where(
        CONSENT.c.number_fingerprint == any_(bindparam("numbers", type_=ARRAY(LargeBinary))),
        CONSENT.c.person_id.is_(None),
        CONSENT.c.state == "asked",
        STEP.c.request_id == CONSENT.c.request_id,
    )
    .values(person_id=bindparam("person"))
    .returning(*ABOUT)
)

_ENDED: dict[str, Any] = {"state": bindparam("to"), "decided_at": bindparam("at")}
_answered = update(STEP).where(_OPEN).values(state="answered").returning(STEP.c.request_id).cte("answered")
CLOSE = (
    update(CONSENT)
    .where(CONSENT.c.request_id == _answered.c.request_id, CONSENT.c.state == "asked")
    .values(_ENDED)
    .returning(CONSENT.c.id)
)
"""The step `request` and its agreement, if both are open. For an agreement that was seen before: one that appears while this
waits for the step is not found."""
WITHDRAW = (
    update(CONSENT).where(CONSENT.c.request_id == bindparam("request"), CONSENT.c.state == "asked").values(_ENDED)
)
LAPSED: Select[Any] = (
    select(*ABOUT)
    .join(STEP, STEP.c.request_id == CONSENT.c.request_id)
    .where(CONSENT.c.state == "asked", CONSENT.c.expires_at <= bindparam("now"), STEP.c.state == "open")
    .order_by(CONSENT.c.expires_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=STEP, skip_locked=True)
)
