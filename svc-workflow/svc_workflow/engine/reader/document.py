"""BPMN text → XML tree, safely: no entities, no network, bounded size. And what stands beside the process in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from svc_workflow.engine.errors import Fault, ModelRefused

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ONEDOOR = "https://onedoor.example/bpmn/1"
MAX_BYTES = 4_000_000

Element: TypeAlias = etree._Element


@dataclass
class Document:
    """The process to run, and the messages, errors and escalations it may refer to (id → name or code)."""

    process: Element
    messages: dict[str, str]
    errors: dict[str, str | None]
    escalations: dict[str, str | None]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, element: Element, rule: str, reason: str) -> None:
        self.faults.append(Fault(element.get("id") or f"line {element.sourceline}", rule, reason))


def read(source: bytes, process_id: str | None = None) -> Document:
    root = _parse(source)
    process = _choose([element for element in root if tag(element) == "process"], process_id)
    document = Document(
        process,
        {each.get("id", ""): each.get("name", "") for each in children(root, "message")},
        {each.get("id", ""): each.get("errorCode") for each in children(root, "error")},
        {each.get("id", ""): each.get("escalationCode") for each in children(root, "escalation")},
    )
    for element in root:
        if tag(element) not in _BESIDE and namespace(element) == BPMN:
            document.fault(element, "unsupported-element", f"{tag(element)} is not supported")
    return document


def tag(element: Element) -> str:
    """The name of a BPMN element; empty for comments and for elements of other vocabularies."""
    return etree.QName(element).localname if namespace(element) == BPMN else ""


def namespace(element: Element) -> str | None:
    return etree.QName(element).namespace if isinstance(element.tag, str) else None


def children(element: Element, name: str) -> Iterator[Element]:
    return element.iterchildren(f"{{{BPMN}}}{name}")


def child(element: Element, name: str) -> Element | None:
    return next(children(element, name), None)


def content(element: Element | None) -> str:
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


_BESIDE = frozenset(
    {"process", "message", "error", "escalation", "itemDefinition", "collaboration", "extensionElements", "documentation",
     "category", "interface", "resource", "signal"}
)  # fmt: skip


def _parse(source: bytes) -> Element:
    if len(source) > MAX_BYTES:
        raise ModelRefused([Fault("document", "too-large", f"more than {MAX_BYTES} bytes")])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise ModelRefused([Fault("document", "not-well-formed", str(error))]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ModelRefused([Fault("document", "document-type", "a document type declaration is not accepted")])
    if root.tag != f"{{{BPMN}}}definitions":
        raise ModelRefused([Fault("document", "not-bpmn", "the root is not a BPMN 2.0 definitions element")])
    return root


def _choose(processes: list[Element], process_id: str | None) -> Element:
    if process_id is not None:
        processes = [process for process in processes if process.get("id") == process_id]
    elif len(processes) > 1:
        processes = [process for process in processes if process.get("isExecutable") == "true"]
    if len(processes) != 1:
        found = "no process to run" if not processes else "more than one process to run"
        raise ModelRefused([Fault(process_id or "document", "one-process", found)])
    return processes[0]
