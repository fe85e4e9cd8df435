"""BPMN elements → drafts. An element, attribute or event the engine does not support becomes a fault, never a silence."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from svc_workflow.engine.graph import Kind
from svc_workflow.engine.reader.document import (
    BPMN,
    ONEDOOR,
    Document,
    Element,
    child,
    children,
    content,
    namespace,
    tag,
)
from svc_workflow.engine.reader.draft import DraftFlow, DraftNode
from svc_workflow.engine.reader.events import EventReader
from svc_workflow.engine.reader.extensions import ExtensionReader

_KINDS = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "intermediateThrowEvent": Kind.THROW,
    "intermediateCatchEvent": Kind.MESSAGE,
    "boundaryEvent": Kind.BOUNDARY,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "userTask": Kind.TASK,
    "serviceTask": Kind.STEP,
    "receiveTask": Kind.MESSAGE,
    "subProcess": Kind.SUBPROCESS,
}
_EVENTS = frozenset({"startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"})
_WITHOUT_MEANING = frozenset(
    {"documentation", "extensionElements", "incoming", "outgoing", "laneSet", "textAnnotation", "association", "group",
     "dataObject", "dataObjectReference"}
)  # fmt: skip
_ONLY = {
    "isForCompensation": "false", "triggeredByEvent": "false", "parallelMultiple": "false", "instantiate": "false",
    "startQuantity": "1", "completionQuantity": "1", "isInterrupting": "true",
}  # fmt: skip
"""Attributes whose other values change the meaning in ways the engine does not support."""


class ElementReader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.extensions = ExtensionReader(document, _names(document.process))
        self.events = EventReader(document, self.extensions)
        self.nodes: list[DraftNode] = []
        self.flows: list[DraftFlow] = []

    def read(self) -> None:
        self.scope(self.document.process, None)

    def scope(self, container: Element, parent: DraftNode | None) -> None:
        for element in container.iterchildren(tag=etree.Element):
            name = tag(element)
            if name in _KINDS:
                self.node(element, name, parent)
            elif name == "sequenceFlow":
                self.flow(element, parent)
            elif namespace(element) == BPMN and name not in _WITHOUT_MEANING:
                self.unsupported(element, name)

    def node(self, element: Element, name: str, parent: DraftNode | None) -> None:
        draft = DraftNode(element, element.get("id", ""), element.get("name", ""), _KINDS[name], parent)
        draft.branch = element.get(f"{{{ONEDOOR}}}branch") or (parent.branch if parent else None)
        draft.default = element.get("default")
        draft.attached = element.get("attachedToRef")
        self.nodes.append(draft)
        self.attributes(element)
        if name in _EVENTS:
            self.events.read(draft, name)
        elif name == "receiveTask":
            self.events.await_message(draft, element)
        draft.extensions = self.extensions.read(element, draft.kind)
        self.events.complete(draft)
        self.work(draft)
        if draft.kind is Kind.SUBPROCESS:
            self.scope(element, draft)
        else:
            self.nothing_else(element, name)

    def work(self, draft: DraftNode) -> None:
        if draft.kind is Kind.STEP and draft.extensions.step is None:
            self.document.fault(draft.element, "step-missing", "a service task needs onedoor:step")
        if draft.kind is Kind.TASK and draft.extensions.task is None:
            self.document.fault(draft.element, "task-missing", "a user task needs onedoor:task")

    def attributes(self, element: Element) -> None:
        for attribute, supported in _ONLY.items():
            if element.get(attribute, supported) != supported:
                self.document.fault(element, "unsupported-attribute", f"{attribute}={element.get(attribute)!r}")
        for key in element.attrib:
            attribute = str(key)
            if attribute.startswith(f"{{{ONEDOOR}}}") and attribute != f"{{{ONEDOOR}}}branch":
                self.document.fault(element, "extension-unknown", f"attribute {attribute}")

    def nothing_else(self, element: Element, name: str) -> None:
        for inner in element.iterchildren(tag=etree.Element):
            inner_name = tag(inner)
            event = name in _EVENTS and inner_name.endswith("EventDefinition")
            if namespace(inner) == BPMN and not event and inner_name not in _WITHOUT_MEANING:
                self.unsupported(inner, inner_name)

    def unsupported(self, element: Element, name: str) -> None:
        owner = element if element.get("id") else element.getparent()
        self.document.fault(element if owner is None else owner, "unsupported-element", f"{name} is not supported")

    def flow(self, element: Element, parent: DraftNode | None) -> None:
        draft = DraftFlow(
            element, element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), parent
        )
        condition = child(element, "conditionExpression")
        if condition is not None:
            language = condition.get("language", "FEEL")
            if "FEEL" not in language:
                self.document.fault(element, "unsupported-language", f"{language} is not FEEL")
            draft.condition = self.extensions.expression(element, content(condition).removeprefix("="))
        self.flows.append(draft)


def references(element: Element, name: str) -> Iterator[str]:
    """The flows an element says come in or go out; the flows themselves decide, but the two must agree."""
    return (content(each) for each in children(element, name))


def _names(process: Element) -> frozenset[str]:
    """Subprocesses and branches stand in the variables under their ids, which may hold signs."""
    ids = {element.get("id", "") for element in process.iter(f"{{{BPMN}}}subProcess")}
    branches = {element.get(f"{{{ONEDOOR}}}branch", "") for element in process.iter(etree.Element)}
    outcomes = {element.get("branch", "") for element in process.iter(f"{{{ONEDOOR}}}outcome")}
    return frozenset(name for name in ids | branches | outcomes if name and not name.isidentifier())
