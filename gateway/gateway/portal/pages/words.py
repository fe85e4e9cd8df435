"""Codes of the services in the words of the pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.portal.views.names import Branch, Purpose, Reason, known
from gateway.portal.views.parts import Limit, LimitUnit


def purpose_of(purpose: str) -> str:
    """`newborn/vaccination` is the branch's name; `newborn/prefill` a purpose of its own."""
    part = purpose.rpartition("/")[2]
    branch = known(Branch, part)
    return branch if isinstance(branch, Branch) else known(Purpose, part)


def reason_of(reason: str, case: Mapping[str, Any]) -> str:
    """`birth-registration-refused` names the branch that stood before."""
    before = next((one["branch"] for one in case["branches"] if reason == f"{one['branch']}-refused"), None)
    return Reason.PREREQUISITE if before is not None else known(Reason, reason)


def limit_of(limit: Mapping[str, Any] | None, due: str | None = None, *, late: bool = False) -> Limit:
    """A service's time limit, with the date it means where that is known."""
    unit = LimitUnit(limit["unit"].replace("-", "_")) if limit else LimitUnit.NONE
    if limit is None or unit is LimitUnit.NONE:
        return Limit(unit=LimitUnit.NONE)
    if limit["amount"] == 0:
        return Limit(unit=LimitUnit.INSTANT)
    return Limit(unit=unit, amount=limit["amount"], due=date.fromisoformat(due) if due else None, late=late)
