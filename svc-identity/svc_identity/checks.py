"""What svc-identity proves: one person a number, one answer a question, one good refresh token a session."""

from sqlalchemy import exists, func, select

from chassis.verification import counted, doubled, never
from svc_identity.models import Account, Consent, Family, Guardianship, Person, RefreshToken, Staff, Step

_HOLDER = exists().where(Person.id == Account.id) | exists().where(Staff.id == Account.id)
_DECIDED = Consent.state.in_(["given", "declined", "expired"])
_GOOD = select(RefreshToken.family_id).where(RefreshToken.used_at.is_(None)).group_by(RefreshToken.family_id)

checks = [
    counted("people", select(Person.id)),
    counted("agreements", select(Consent.id)),
    counted("guardianships", select(Guardianship.id)),
    doubled("people with one number", Person.number_fingerprint),
    doubled("agreements asked twice", Consent.request_id),
    doubled("guardianships established twice", Guardianship.guardian_id, Guardianship.child_id),
    never("accounts of nobody", select(Account.id).where(~_HOLDER)),
    never(
        "decided agreements whose question is open",
        select(Consent.id).join(Step, Step.request_id == Consent.request_id).where(_DECIDED, Step.state == "open"),
    ),
    never(
        "agreements that are open though their question is not",
        select(Consent.id)
        .join(Step, Step.request_id == Consent.request_id)
        .where(Consent.state == "asked", Step.state != "open"),
    ),
    never(
        "sessions with two good refresh tokens",
        select(Family.id).where(Family.ended_at.is_(None), Family.id.in_(_GOOD.having(func.count() > 1))),
    ),
]
