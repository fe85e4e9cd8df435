"""Rules between elements: what stands where, what leads to what."""

from __future__ import annotations

from collections import Counter, defaultdict

from svc_workflow.engine.graph import Kind
from svc_workflow.engine.reader.document import Document, tag
from svc_workflow.engine.reader.draft import DraftFlow, DraftNode
from svc_workflow.engine.reader.elements import references

ACTIVITIES = frozenset({"userTask", "serviceTask", "receiveTask", "subProcess"})
_ENDS = frozenset({Kind.END, Kind.TERMINATE, Kind.ERROR})
_CHOICES = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})


class Checker:
    def __init__(self, document: Document, nodes: list[DraftNode], flows: list[DraftFlow]) -> None:
        self.document = document
        self.nodes = nodes
        self.flows = flows
        self.by_id = {node.id: node for node in nodes}
        self.outgoing: dict[str, list[DraftFlow]] = defaultdict(list)
        self.incoming: dict[str, list[DraftFlow]] = defaultdict(list)
        for flow in flows:
            self.outgoing[flow.source].append(flow)
            self.incoming[flow.target].append(flow)

    def check(self) -> None:
        self.identifiers()
        for flow in self.flows:
            self.flow(flow)
        for node in self.nodes:
            self.ends(node)
            self.references(node)
            self.conditions(node)
            self.attachment(node)
            self.outcome(node)
        for scope in [None, *(node for node in self.nodes if node.kind is Kind.SUBPROCESS)]:
            self.one_start(scope)

    def fault(self, drafted: DraftNode | DraftFlow, rule: str, reason: str) -> None:
        self.document.fault(drafted.element, rule, reason)

    def identifiers(self) -> None:
        everything: list[DraftNode | DraftFlow] = [*self.nodes, *self.flows]
        times = Counter(drafted.id for drafted in everything)
        for drafted in everything:
            if not drafted.id:
                self.fault(drafted, "id-missing", f"a {tag(drafted.element)} has no id")
            elif times[drafted.id] > 1:
                self.fault(drafted, "id-twice", "the id is used more than once")

    def flow(self, flow: DraftFlow) -> None:
        for end in (flow.source, flow.target):
            node = self.by_id.get(end)
            if node is None:
                self.fault(flow, "flow-end-unknown", f"{end!r} is no element of this process")
            elif node.parent is not flow.parent:
                self.fault(flow, "flow-crosses-scope", f"{end!r} stands in another (sub)process")

    def ends(self, node: DraftNode) -> None:
        comes, goes = self.incoming[node.id], self.outgoing[node.id]
        if node.kind in (Kind.START, Kind.BOUNDARY):
            if comes:
                self.fault(node, "incoming-forbidden", "no flow leads into a start or boundary event")
        elif not comes:
            self.fault(node, "incoming-missing", "no flow leads here")
        ends_here = node.kind in _ENDS or tag(node.element) == "endEvent"
        if ends_here and goes:
            self.fault(node, "outgoing-forbidden", "no flow leaves an end event")
        if not ends_here and not goes:
            self.fault(node, "outgoing-missing", "no flow leads on from here")

    def references(self, node: DraftNode) -> None:
        for name, flows in (("incoming", self.incoming[node.id]), ("outgoing", self.outgoing[node.id])):
            for reference in references(node.element, name):
                if reference not in {flow.id for flow in flows}:
                    self.fault(node, "flow-reference", f"{name} names {reference!r}, which does not agree")

    def conditions(self, node: DraftNode) -> None:
        flows = self.outgoing[node.id]
        default = next((flow for flow in flows if flow.id == node.default), None)
        may_choose = node.kind in _CHOICES or tag(node.element) in ACTIVITIES
        if node.default is not None and (default is None or not may_choose):
            self.fault(node, "default-unknown", f"{node.default!r} is no outgoing flow to choose from")
        if default is not None and default.condition is not None:
            self.fault(default, "default-condition", "a default flow has no condition")
        for flow in flows:
            if flow.condition is not None and not may_choose:
                self.fault(flow, "condition-misplaced", "only gateways and activities choose by condition")
            if node.kind in _CHOICES and len(flows) > 1 and flow.condition is None and flow is not default:
                self.fault(flow, "condition-missing", "a flow of a choice needs a condition or is its default")

    def attachment(self, node: DraftNode) -> None:
        if node.kind is not Kind.BOUNDARY:
            return
        host = self.by_id.get(node.attached or "")
        if host is None or tag(host.element) not in ACTIVITIES or host.parent is not node.parent:
            self.fault(node, "attachment", f"{node.attached!r} is no activity beside it")
        elif node.trigger and node.trigger.kind == "escalation" and host.kind is not Kind.SUBPROCESS:
            self.fault(node, "attachment", "an escalation comes out of subprocesses only")

    def outcome(self, node: DraftNode) -> None:
        outcome = node.outcome
        if outcome is not None and not outcome.branch and node.kind is not Kind.BOUNDARY:
            self.fault(node, "outcome-without-branch", "says no branch and stands in none")

    def one_start(self, scope: DraftNode | None) -> None:
        starts = [node for node in self.nodes if node.parent is scope and node.kind is Kind.START]
        element = self.document.process if scope is None else scope.element
        if len(starts) != 1:
            self.document.fault(element, "one-start", f"{len(starts)} start events; one is supported")
            return
        if scope is not None and any(tag(each) == "messageEventDefinition" for each in starts[0].element):
            self.fault(starts[0], "unsupported-event", "a subprocess starts without an event")
        self.reachable(starts[0])

    def reachable(self, start: DraftNode) -> None:
        beside = [node for node in self.nodes if node.parent is start.parent]
        found, waiting = {start.id}, [start.id]
        while waiting:
            here = waiting.pop()
            onward = [flow.target for flow in self.outgoing[here]]
            onward += [node.id for node in beside if node.attached == here]
            waiting += [each for each in onward if each not in found]
            found.update(onward)
        for node in beside:
            if node.id not in found and (self.incoming[node.id] or node.kind is Kind.BOUNDARY):
                self.fault(node, "unreachable", "nothing leads here from the start event")
