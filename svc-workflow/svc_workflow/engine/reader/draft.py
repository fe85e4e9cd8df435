"""A node or flow while it is being read; `build` turns drafts into the graph."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from svc_workflow.engine.feel import Expression
from svc_workflow.engine.graph import Awaited, Kind, Limit, Outcome, Result, Step, Task, Timer, Trigger
from svc_workflow.engine.reader.document import Element


@dataclass
class Extensions:
    """What the onedoor vocabulary says about an element."""

    step: Step | None = None
    task: Task | None = None
    results: tuple[Result, ...] = ()
    correlation: Expression | None = None
    outcome: Outcome | None = None
    limit: Limit | None = None
    on_error: bool = False


@dataclass
class DraftNode:
    element: Element
    id: str
    name: str
    kind: Kind
    parent: DraftNode | None
    branch: str | None = None
    default: str | None = None
    attached: str | None = None
    trigger: Trigger | None = None
    awaited: Awaited | None = None
    timer: Timer | None = None
    extensions: Extensions = field(default_factory=Extensions)
    code: str | None = None

    @property
    def outcome(self) -> Outcome | None:
        """An outcome that names no branch is that of the branch it stands in."""
        if self.extensions.outcome is None:
            return None
        return replace(self.extensions.outcome, branch=self.extensions.outcome.branch or self.branch or "")


@dataclass
class DraftFlow:
    element: Element
    id: str
    source: str
    target: str
    parent: DraftNode | None
    condition: Expression | None = None
