"""What the host must do after an advance, in this order. Ids are those of `Env.new_id`; elements go by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class OpenTask(NamedTuple):
    """Without a department it is the branch's own. `limit` is (amount, unit) as the model sets it; `clock` is `excluded`
    while the task's time does not count."""

    id: str
    element: str
    name: str
    branch: str | None
    action: str
    department: str | None
    post: str
    decisions: tuple[str, ...]
    clock: str
    limit: tuple[int, str] | None
    arguments: Mapping[str, Any]


class CloseTask(NamedTuple):
    """`how` is `done`, or why the task is taken away."""

    id: str
    how: str


class RequestStep(NamedTuple):
    id: str
    element: str
    branch: str | None
    capability: str
    arguments: Mapping[str, Any]


class CloseStep(NamedTuple):
    """`how` is the outcome that was answered, or why nobody waits for an answer any more."""

    id: str
    how: str


class ScheduleTimer(NamedTuple):
    """`due` is ISO 8601 in UTC."""

    id: str
    element: str
    due: str


class CancelTimer(NamedTuple):
    id: str
    how: str


class Subscribe(NamedTuple):
    id: str
    element: str
    message: str
    correlation: str


class Unsubscribe(NamedTuple):
    id: str
    how: str


class RaiseIncident(NamedTuple):
    """The process cannot go on here until somebody mends it and says `RetryStep`."""

    id: str
    element: str
    branch: str | None
    reason: str


class ClearIncident(NamedTuple):
    id: str
    how: str


class OpenBranch(NamedTuple):
    branch: str


class DecideBranch(NamedTuple):
    """The branch's outcome is known, and a code for why where the model says one; its remaining work (parcels, say) may still run."""

    branch: str
    outcome: str
    reason: str = ""


class CloseBranch(NamedTuple):
    """Nothing of the branch runs any more. A branch may close without ever having opened."""

    branch: str
    outcome: str


class EndInstance(NamedTuple):
    """The process is over. `outcomes` says how each branch came out."""

    outcomes: Mapping[str, str]


Effect = (
    OpenTask | CloseTask | RequestStep | CloseStep | ScheduleTimer | CancelTimer | Subscribe | Unsubscribe
    | RaiseIncident | ClearIncident | OpenBranch | DecideBranch | CloseBranch | EndInstance
)  # fmt: skip
