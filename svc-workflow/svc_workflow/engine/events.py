"""What happened in a process. The events of an instance, applied in order, make its state; see `history`.

Nodes and flows are numbers of the graph. A wait is an open task, step, message, timer or incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Started(NamedTuple):
    variables: Mapping[str, Any]


class Entered(NamedTuple):
    """A token stands on a node. `flow` is -1 where it did not come along a flow."""

    token: int
    node: int
    scope: int
    flow: int


class Left(NamedTuple):
    token: int
    node: int


class Waiting(NamedTuple):
    """Opened: a `task`, `step`, `message` (key: its name, value), `timer` (due), `incident` (reason, phase)."""

    id: str
    kind: str
    token: int
    node: int
    key: str = ""
    value: str = ""


class Closed(NamedTuple):
    """A wait is over: `done`, the outcome of a step, `retried`, or the reason why it was cancelled."""

    id: str
    how: str


class VariablesSet(NamedTuple):
    scope: int
    values: Mapping[str, Any]


class ScopeClosed(NamedTuple):
    """A subprocess ended; its variables stand in the parent's as one context under its id."""

    scope: int
    parent: int
    name: str


class OutcomeReached(NamedTuple):
    """A branch is decided. In `scope` the variable `<branch>.outcome` says how."""

    branch: str
    outcome: str
    scope: int
    reason: str = ""


class BranchStopped(NamedTuple):
    branch: str
    reason: str


class MessageKept(NamedTuple):
    """Nothing waited for the message yet."""

    name: str
    correlation: str
    variables: Mapping[str, Any]


class MessageHeard(NamedTuple):
    name: str
    correlation: str


class Ignored(NamedTuple):
    """A command changed nothing: a duplicate, or too late."""

    command: str
    reason: str


class Ended(NamedTuple):
    pass


Event = (
    Started | Entered | Left | Waiting | Closed | VariablesSet | ScopeClosed | OutcomeReached | BranchStopped
    | MessageKept | MessageHeard | Ignored | Ended
)  # fmt: skip
