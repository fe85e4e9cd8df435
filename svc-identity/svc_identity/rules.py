"""Pure decisions: no database, no clock, no randomness."""

from collections.abc import Collection
from datetime import datetime, timedelta

from contracts.claims import Kind, Proofing
from contracts.scopes import PERSON, STAFF

FORGET_AFTER = timedelta(hours=24)
"""So long after the last attempt counting begins anew."""
FIRST_WAIT = timedelta(seconds=15)


def wait_after(attempts: int, free: int, longest: timedelta) -> timedelta:
    """How long nobody may try after this many attempts: nothing while they are free, then doubling."""
    if attempts < free:
        return timedelta(0)
    doublings = min(attempts - free, 20)
    return min(FIRST_WAIT * (1 << doublings), longest)


def attempts_so_far(attempts: int, last_at: datetime, now: datetime) -> int:
    return 0 if now - last_at > FORGET_AFTER else attempts


def level_from(evidence: Collection[tuple[str, str]]) -> Proofing:
    """The level that lines of evidence (kind, outcome) carry, of one proofing.

    Guangdong's trust levels: two elements match the register, MIDDLE; register and live person, HIGH; seen at a counter,
    CERTIFIED. A live face alone proves nothing about whose it is.
    """
    if ("counter", "passed") in evidence:
        return Proofing.CERTIFIED
    if ("register", "yes") not in evidence:
        return Proofing.BASIC
    return Proofing.HIGH if ("face", "live") in evidence else Proofing.MIDDLE


FACE_UNDECIDED = ("opening", "waiting", "checking")


def proofing_state(register: str, face: str, expires_at: datetime, now: datetime) -> str:
    """`open` while something can still come, `done`, `failed`, or `expired`."""
    if register == "yes" and face == "live":
        return "done"
    if register in ("no", "unknown") or (face != "live" and face not in FACE_UNDECIDED):
        return "failed"
    return "expired" if expires_at <= now else "open"


def allowed_scopes(kind: Kind, roles: Collection[str]) -> list[str]:
    """What a person, or a staff member with these roles, may do; sorted."""
    if kind is Kind.PERSON:
        return sorted(PERSON)
    return sorted({scope for role in roles for scope in STAFF.get(role, [])})
