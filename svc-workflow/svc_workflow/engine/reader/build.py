"""Drafts → the indexed graph."""

from __future__ import annotations

from svc_workflow.engine.graph import Flow, Graph, Kind, Node
from svc_workflow.engine.reader.document import Document
from svc_workflow.engine.reader.draft import DraftFlow, DraftNode


class Builder:
    def __init__(self, document: Document, nodes: list[DraftNode], flows: list[DraftFlow]) -> None:
        self.document = document
        self.nodes = nodes
        self.number = {node.id: index for index, node in enumerate(nodes)}
        self.flows = tuple(
            Flow(index, flow.id, self.number[flow.source], self.number[flow.target], flow.condition)
            for index, flow in enumerate(flows)
        )
        self.incoming: list[list[int]] = [[] for _ in nodes]
        self.outgoing: list[list[int]] = [[] for _ in nodes]
        for flow in self.flows:
            self.incoming[flow.target].append(flow.index)
            self.outgoing[flow.source].append(flow.index)

    def graph(self) -> Graph:
        nodes = tuple(self.node(index, draft) for index, draft in enumerate(self.nodes))
        process = self.document.process
        return Graph(
            id=process.get("id", ""),
            name=process.get("name", ""),
            nodes=nodes,
            flows=self.flows,
            start=self.start(None),
            messages=frozenset(node.awaited.name for node in nodes if node.awaited),
            branches=_once(
                [*(node.branch for node in nodes), *(node.outcome.branch for node in nodes if node.outcome)]
            ),
        )

    def node(self, index: int, draft: DraftNode) -> Node:
        joins = draft.kind is Kind.INCLUSIVE and len(self.incoming[index]) > 1
        default = [flow for flow in self.outgoing[index] if self.flows[flow].id == draft.default]
        inside = draft.kind is Kind.SUBPROCESS
        return Node(
            index=index,
            id=draft.id,
            name=draft.name,
            kind=draft.kind,
            parent=self.number[draft.parent.id] if draft.parent else -1,
            branch=draft.branch,
            incoming=tuple(self.incoming[index]),
            outgoing=tuple(self.outgoing[index]),
            default=default[0] if default else -1,
            boundaries=tuple(self.number[each.id] for each in self.nodes if each.attached == draft.id),
            attached=self.number[draft.attached] if draft.attached else -1,
            trigger=draft.trigger,
            awaited=draft.awaited,
            timer=draft.timer,
            step=draft.extensions.step,
            task=draft.extensions.task,
            results=draft.extensions.results,
            outcome=draft.outcome,
            code=draft.code,
            start=self.start(draft) if inside else -1,
            branches=_once([each.branch for each in self.nodes if _within(each, draft)]) if inside else (),
            upstream={flow: self.upstream(flow, index) for flow in self.incoming[index]} if joins else {},
        )

    def start(self, scope: DraftNode | None) -> int:
        return next(self.number[node.id] for node in self.nodes if node.parent is scope and node.kind is Kind.START)

    def upstream(self, flow: int, join: int) -> frozenset[int]:
        """The nodes from which `flow` can be reached without passing the join it leads into."""
        found: set[int] = set()
        waiting = [self.flows[flow].source]
        while waiting:
            here = waiting.pop()
            if here in found or here == join:
                continue
            found.add(here)
            waiting += [self.flows[each].source for each in self.incoming[here]]
            host = self.nodes[here].attached
            if host:
                waiting.append(self.number[host])
        return frozenset(found)


def _within(node: DraftNode | None, scope: DraftNode) -> bool:
    while node is not None:
        if node is scope:
            return True
        node = node.parent
    return False


def _once(branches: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(branch for branch in branches if branch))
