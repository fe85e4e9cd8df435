"""BPMN 2.0 XML → graph."""

from __future__ import annotations

from svc_workflow.engine.errors import ModelRefused
from svc_workflow.engine.graph import Graph
from svc_workflow.engine.reader.build import Builder
from svc_workflow.engine.reader.checks import Checker
from svc_workflow.engine.reader.document import read
from svc_workflow.engine.reader.elements import ElementReader


def compile_process(source: bytes, process_id: str | None = None) -> Graph:
    """The one executable process of a BPMN 2.0 document, or the one with that id. Raises `ModelRefused` with every fault."""
    document = read(source, process_id)
    reader = ElementReader(document)
    reader.read()
    Checker(document, reader.nodes, reader.flows).check()
    if document.faults:
        raise ModelRefused(document.faults)
    return Builder(document, reader.nodes, reader.flows).graph()
