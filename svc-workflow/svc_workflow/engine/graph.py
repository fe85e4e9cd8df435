"""A process, compiled: nodes and flows by number, expressions as closures. Made once per version, shared, never changed.

Numbers follow the order of elements in the document, so the same document always gives the same numbers; states and
events hold numbers, effects hold element ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from svc_workflow.engine.feel import Expression

ROOT = 0
"""The scope of the process itself. Any other scope is numbered by the token that stands on its subprocess."""


class Kind(IntEnum):
    START = 0
    END = 1
    TERMINATE = 2
    THROW = 3
    ESCALATE = 4
    ERROR = 5
    EXCLUSIVE = 6
    PARALLEL = 7
    INCLUSIVE = 8
    TASK = 9
    STEP = 10
    MESSAGE = 11
    TIMER = 12
    SUBPROCESS = 13
    BOUNDARY = 14


Text = str | Expression
"""Written out in the model, or (after `=`) computed from the variables."""


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of an answer: the value of `source`, computed over the answer and the variables, as `name`."""

    name: str
    source: Expression


@dataclass(frozen=True, slots=True)
class Limit:
    """`unit` is `working-days`, `natural-days` or `hours`."""

    amount: Text
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """Work that another service does, named by the capability it takes."""

    capability: str
    arguments: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Work for a person. Without a department it is the branch's own. `clock` is `excluded` while the task is a special
    procedure (特别程序) whose time does not count."""

    action: str
    department: Text | None
    post: Text
    decisions: tuple[str, ...] = ()
    clock: str = "running"
    limit: Limit | None = None
    arguments: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message by name and by the value it must carry; without `correlation` the value is the empty text."""

    name: str
    correlation: Expression | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A point in time, a duration, or a limit on the city's calendar."""

    date: Text | None = None
    duration: Text | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a branch came out: `granted`, `refused`, …, and why, as a code."""

    value: Text
    branch: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a boundary event waits for. An error or escalation without `code` means any."""

    kind: str  # message, timer, error, escalation
    code: str | None = None
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    index: int
    id: str
    source: int
    target: int
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Node:
    index: int
    id: str
    name: str
    kind: Kind
    parent: int
    """The subprocess around it, -1 in the process itself."""
    branch: str | None
    incoming: tuple[int, ...]
    outgoing: tuple[int, ...]
    default: int = -1
    boundaries: tuple[int, ...] = ()
    attached: int = -1
    trigger: Trigger | None = None
    awaited: Awaited | None = None
    timer: Timer | None = None
    step: Step | None = None
    task: Task | None = None
    results: tuple[Result, ...] = ()
    outcome: Outcome | None = None
    code: str | None = None
    start: int = -1
    """A subprocess: its start event."""
    branches: tuple[str, ...] = ()
    """A subprocess: the branches in it, its own among them."""
    upstream: dict[int, frozenset[int]] = field(default_factory=dict)
    """An inclusive join: from which nodes each incoming flow can still be reached."""


@dataclass(frozen=True)
class Graph:
    id: str
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    start: int
    messages: frozenset[str]
    branches: tuple[str, ...]

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def inclusive(self) -> frozenset[int]:
        """The inclusive gateways that join."""
        return frozenset(node.index for node in self.nodes if node.upstream)
