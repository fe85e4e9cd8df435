"""A task in a clerk's words, and a clerk's decision in the service's."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.portal.views.codes import DeskState
from gateway.portal.views.names import GROUNDS, Procedure
from gateway.portal.views.parts import Flaw, FlawCode
from gateway.portal.views.staff import Clock, ClockKind, Decision, Holder
from gateway.portal.visit import Visit

STATES = {
    "receive": DeskState.TO_RECEIVE,
    "accept": DeskState.TO_ACCEPT,
    "decide": DeskState.UNDER_REVIEW,
    "special-procedure": DeskState.SPECIAL_PROCEDURE,
}
CLOCKS = {"receive": ClockKind.ACCEPT, "accept": ClockKind.ACCEPT, "decide": ClockKind.DECIDE}
DECISIONS = {
    "receive": Decision.RECEIVE,
    "accept": Decision.ACCEPT,
    "refuse-to-accept": Decision.REFUSE_TO_ACCEPT,
    "supplement": Decision.SUPPLEMENT,
    "start-special-procedure": Decision.SPECIAL,
    "end-special-procedure": Decision.END_SPECIAL,
    "approve": Decision.APPROVE,
    "refuse": Decision.REFUSE,
}
SERVICE_WORDS = {decision: word for word, decision in DECISIONS.items()}
ROWS = 3


def state_of(task: Mapping[str, Any]) -> DeskState:
    if task["state"] != "open":
        return DeskState.DONE
    return STATES.get(task["action"], DeskState.UNDER_REVIEW)


def clock_of(task: Mapping[str, Any]) -> Clock | None:
    if task["due"] is None:
        return None
    return Clock(CLOCKS.get(task["action"], ClockKind.DECIDE), date.fromisoformat(task["due"]), task["late"])


def holder_of(task: Mapping[str, Any], me: str) -> Holder:
    if task["claimed_by"] is None:
        return Holder.NOBODY
    return Holder.YOU if task["claimed_by"] == me else Holder.COLLEAGUE


def choices_of(task: Mapping[str, Any]) -> tuple[Decision, ...]:
    """Claiming is offered beside deciding: whoever decides has claimed."""
    if task["state"] != "open":
        return ()
    claim = (Decision.CLAIM,) if task["claimed_by"] is None else ()
    return (*claim, *(DECISIONS[one] for one in task["decisions"] if one in DECISIONS))


def completion_of(visit: Visit, decision: Decision) -> tuple[dict[str, Any], tuple[Flaw, ...]]:
    """The decision as the service takes it, or what is missing."""
    body: dict[str, Any] = {"decision": SERVICE_WORDS.get(decision, decision.value)}
    match decision:
        case Decision.REFUSE | Decision.REFUSE_TO_ACCEPT:
            field = f"{decision.value}-ground"
            body["reason"] = visit.given(field)
            return body, () if body["reason"] in list(GROUNDS) else (Flaw(field, FlawCode.REASON_MISSING),)
        case Decision.SPECIAL:
            body["procedure"] = visit.given("kind")
            return body, () if body["procedure"] in list(Procedure) else (Flaw("kind", FlawCode.REASON_MISSING),)
        case Decision.SUPPLEMENT:
            return _supplement(visit, body)
    return body, ()


def _supplement(visit: Visit, body: dict[str, Any]) -> tuple[dict[str, Any], tuple[Flaw, ...]]:
    rows = [(row, visit.given(f"what-{row}"), visit.given(f"why-{row}")) for row in range(1, ROWS + 1)]
    asked = [one for one in rows if one[1] or one[2]]
    flaws = [Flaw(f"why-{row}", FlawCode.REASON_MISSING) for row, _, why in asked or rows[:1] if not why]
    body["items"] = [{"code": what if what else f"other_{row}", "note": why} for row, what, why in asked]
    return body, tuple(flaws)
