"""States of a department's branch, and how they come about. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from contracts.events.workflow import BranchOutcome, CaseOutcome


class BranchState(StrEnum):
    WAITING = "waiting"
    """For what must come first, or for the department's answer."""
    RECEIVED = "received"
    SUPPLEMENT_ASKED = "supplement-asked"
    ACCEPTED = "accepted"
    SPECIAL_PROCEDURE = "special-procedure"
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not-accepted"
    PREREQUISITE_REFUSED = "prerequisite-refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Decision(StrEnum):
    RECEIVE = "receive"
    ACCEPT = "accept"
    REFUSE_TO_ACCEPT = "refuse-to-accept"
    SUPPLEMENT = "supplement"
    START_SPECIAL_PROCEDURE = "start-special-procedure"
    END_SPECIAL_PROCEDURE = "end-special-procedure"
    APPROVE = "approve"
    REFUSE = "refuse"


NEEDS_REASON = frozenset({Decision.REFUSE, Decision.REFUSE_TO_ACCEPT})
"""Refusing without reasons is irregular handling (a card's ground)."""
BEFORE_ACCEPTANCE = frozenset({BranchState.WAITING, BranchState.RECEIVED, BranchState.SUPPLEMENT_ASKED})
RUNNING = frozenset({BranchState.ACCEPTED, BranchState.SPECIAL_PROCEDURE})
DECIDED = frozenset(BranchState(outcome.value) for outcome in BranchOutcome)


def outcome_of_branch(said: str) -> BranchOutcome:
    """What a process calls its outcome; a branch that came to its end without one was carried out."""
    return BranchOutcome.GRANTED if said == "completed" else BranchOutcome(said)


def outcome_of_case(branches: Collection[BranchOutcome], *, withdrawn: bool) -> CaseOutcome:
    if withdrawn:
        return CaseOutcome.WITHDRAWN
    if all(outcome is BranchOutcome.GRANTED for outcome in branches):
        return CaseOutcome.GRANTED
    if any(outcome is BranchOutcome.GRANTED for outcome in branches):
        return CaseOutcome.PARTLY_GRANTED
    return CaseOutcome.REFUSED


def default_reason(outcome: BranchOutcome, outcomes: Mapping[str, str]) -> str | None:
    """Why a branch was decided when nobody said so."""
    if outcome is BranchOutcome.PREREQUISITE_REFUSED:
        refused = [code for code, state in outcomes.items() if state in ("refused", "not-accepted")]
        return f"{refused[0]}-refused" if refused else "prerequisite-refused"
    if outcome is BranchOutcome.WITHDRAWN:
        return "withdrawn-by-applicant"
    return None
