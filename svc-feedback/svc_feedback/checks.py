"""What svc-feedback proves: every closed case was invited to be rated once, and was rated once at most."""

from sqlalchemy import exists, select

from chassis.verification import counted, doubled, never
from svc_feedback.models import Invitation, RatedBranch, RatedCase, Rating, WorkOrder

_INVITED = exists().where(Invitation.case_id == RatedCase.id)

checks = [
    counted("cases", select(RatedCase.id)),
    counted("invitations", select(Invitation.id)),
    counted("ratings", select(Rating.id)),
    doubled("cases invited twice", Invitation.case_id),
    doubled("cases rated twice", Rating.case_id),
    doubled("work orders for one rating", WorkOrder.rating_id, WorkOrder.department),
    never(
        "closed cases that nobody may rate",
        select(RatedCase.id).where(RatedCase.closed_at.is_not(None), ~RatedCase.silenced, ~_INVITED),
    ),
    never("invitations before the end", select(RatedCase.id).where(RatedCase.closed_at.is_(None), _INVITED)),
    never("ratings of nothing", select(Rating.id).where(~exists().where(RatedBranch.rating_id == Rating.id))),
]
