"""What can be asked of a running process. Values are JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Variables = Mapping[str, Any]

NOTHING: Variables = MappingProxyType({})


class Start(NamedTuple):
    variables: Variables = NOTHING


class CompleteTask(NamedTuple):
    """`task` is the id that `OpenTask` gave. Of the variables the task's declared results are kept."""

    task: str
    variables: Variables = NOTHING


class AnswerStep(NamedTuple):
    """`request` is the id that `RequestStep` gave; `done`, `failed` (an incident that can be retried), or another outcome,
    which is the code of an error that a boundary event may catch. `reason` is a code
    too; without it the result's own `reason` is taken."""

    request: str
    outcome: str = "done"
    result: Variables = NOTHING
    reason: str = ""


class Message(NamedTuple):
    """A message the process may wait for, now or later: one that comes early is kept."""

    name: str
    correlation: str = ""
    variables: Variables = NOTHING


class TimerFired(NamedTuple):
    timer: str


class CancelScope(NamedTuple):
    """Ends a running subprocess (by element id); the process goes on after it, and `reason` is its branch's outcome."""

    scope: str
    reason: str


class Withdraw(NamedTuple):
    """Stops the branches that are not decided yet (all of them when none is named): those running end, the others never
    start. What is decided stands. The process goes on to its end."""

    reason: str
    branches: tuple[str, ...] = ()


class RetryStep(NamedTuple):
    """Tries again what ended in an incident; `incident` is the id that `RaiseIncident` gave."""

    incident: str


class SetVariables(NamedTuple):
    """Corrects variables, in the process or in a running subprocess (by element id)."""

    variables: Variables
    scope: str = ""


Command = (
    Start | CompleteTask | AnswerStep | Message | TimerFired | CancelScope | Withdraw | RetryStep | SetVariables
)  # fmt: skip
