"""The onedoor vocabulary inside `extensionElements`; README.md describes it. What it does not know it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from svc_workflow.engine.feel import Expression, SyntaxFault, compile_expression
from svc_workflow.engine.graph import Kind, Limit, Outcome, Result, Step, Task, Text
from svc_workflow.engine.reader.document import ONEDOOR, Document, Element, child, content, namespace
from svc_workflow.engine.reader.draft import Extensions

UNITS = frozenset({"working-days", "natural-days", "hours"})
_ALLOWED = {
    "step": frozenset({Kind.STEP}),
    "task": frozenset({Kind.TASK}),
    "message": frozenset({Kind.MESSAGE, Kind.BOUNDARY}),
    "error": frozenset({Kind.BOUNDARY}),
    "timer": frozenset({Kind.TIMER, Kind.BOUNDARY}),
    "outcome": frozenset({Kind.END, Kind.TERMINATE, Kind.THROW, Kind.ESCALATE, Kind.BOUNDARY, Kind.ERROR}),
}
_ATTRIBUTES = {
    "step": ("capability",),
    "task": ("action", "department?", "post", "decisions?", "clock?"),
    "message": ("correlation?",),
    "error": (),
    "timer": ("amount", "unit"),
    "limit": ("amount", "unit"),
    "outcome": ("value", "branch?", "reason?"),
    "argument": ("name", "value?"),
    "result": ("name", "from?"),
}
_INSIDE = {
    "step": {"argument", "result"},
    "task": {"argument", "result", "limit"},
    "message": {"result"},
    "error": {"result"},
}


class ExtensionReader:
    """Reads one element's extensions; `names` are the variables whose names hold signs (the branches)."""

    def __init__(self, document: Document, names: frozenset[str]) -> None:
        self.document = document
        self.names = names

    def read(self, element: Element, kind: Kind) -> Extensions:
        found = Extensions()
        for extension in _extensions(child(element, "extensionElements")):
            name = etree.QName(extension).localname
            if kind not in _ALLOWED.get(name, ()):
                self.fault(element, "extension-misplaced", f"onedoor:{name} does not belong here")
            elif self.well_formed(extension, name):
                _READERS[name](self, extension, found)
        return found

    def fault(self, element: Element, rule: str, reason: str) -> None:
        owner: Element | None = element
        while owner is not None and owner.get("id") is None:
            owner = owner.getparent()
        self.document.fault(element if owner is None else owner, rule, reason)

    def well_formed(self, extension: Element, name: str) -> bool:
        """Every attribute and inner element is one that the vocabulary has."""
        before = len(self.document.faults)
        known = {attribute.rstrip("?") for attribute in _ATTRIBUTES[name]}
        for attribute in map(str, extension.attrib):
            if attribute not in known:
                self.fault(extension, "extension-unknown", f"onedoor:{name} has no attribute {attribute}")
        for attribute in _ATTRIBUTES[name]:
            if not attribute.endswith("?") and not extension.get(attribute):
                self.fault(extension, "extension-incomplete", f"onedoor:{name} needs {attribute}")
        for inner in extension.iterchildren(tag=etree.Element):
            inner_name = etree.QName(inner).localname
            if namespace(inner) != ONEDOOR or inner_name not in _INSIDE.get(name, ()):
                self.fault(extension, "extension-unknown", f"onedoor:{name} holds no {inner_name}")
            else:
                self.well_formed(inner, inner_name)
        return len(self.document.faults) == before

    # -- values ----------------------------------------------------------------------------------------------------

    def expression(self, element: Element, text: str) -> Expression:
        try:
            return compile_expression(text, self.names)
        except SyntaxFault as error:
            self.fault(element, "bad-expression", f"{text!r}: {error}")
            return compile_expression("null")

    def text(self, element: Element, value: str) -> Text:
        return self.expression(element, value[1:]) if value.startswith("=") else value

    def optional(self, element: Element, attribute: str) -> Text | None:
        return None if element.get(attribute) is None else self.text(element, element.get(attribute, ""))

    def limit(self, element: Element) -> Limit:
        amount, unit = element.get("amount", ""), element.get("unit", "")
        if unit not in UNITS:
            self.fault(element, "unknown-unit", f"{unit!r} is none of {', '.join(sorted(UNITS))}")
        if not amount.startswith("=") and not amount.isdecimal():
            self.fault(element, "bad-amount", f"{amount!r} is no whole number")
        return Limit(self.text(element, amount), unit)

    def arguments(self, element: Element) -> tuple[tuple[str, Expression], ...]:
        """A long value may stand inside the element instead of in its attribute."""
        given = [(each, each.get("value") or content(each)) for each in _of(element, "argument")]
        return tuple((each.get("name", ""), self.expression(each, value)) for each, value in given)

    def results(self, element: Element) -> tuple[Result, ...]:
        return tuple(
            Result(each.get("name", ""), self.expression(each, each.get("from", each.get("name", ""))))
            for each in _of(element, "result")
        )

    # -- extensions ------------------------------------------------------------------------------------------------

    def step(self, element: Element, found: Extensions) -> None:
        found.step = Step(element.get("capability", ""), self.arguments(element))
        found.results = self.results(element)

    def task(self, element: Element, found: Extensions) -> None:
        decisions = tuple(element.get("decisions", "").split())
        limit = next(_of(element, "limit"), None)
        clock = element.get("clock", "running")
        if clock not in ("running", "excluded"):
            self.fault(element, "unknown-clock", f"{clock!r} is neither running nor excluded")
        found.task = Task(
            action=element.get("action", ""),
            department=self.optional(element, "department"),
            post=self.text(element, element.get("post", "")),
            decisions=decisions,
            clock=clock,
            limit=None if limit is None else self.limit(limit),
            arguments=self.arguments(element),
        )
        found.results = self.results(element)
        if decisions and all(result.name != "decision" for result in found.results):
            found.results += (Result("decision", compile_expression("decision")),)

    def message(self, element: Element, found: Extensions) -> None:
        if correlation := element.get("correlation"):
            found.correlation = self.expression(element, correlation)
        found.results = self.results(element)

    def error(self, element: Element, found: Extensions) -> None:
        found.on_error = True
        found.results = self.results(element)

    def timer(self, element: Element, found: Extensions) -> None:
        found.limit = self.limit(element)

    def outcome(self, element: Element, found: Extensions) -> None:
        found.outcome = Outcome(
            value=self.text(element, element.get("value", "")),
            branch=element.get("branch", ""),
            reason=self.optional(element, "reason"),
        )


_READERS: dict[str, Callable[[ExtensionReader, Element, Extensions], None]] = {
    "step": ExtensionReader.step,
    "task": ExtensionReader.task,
    "message": ExtensionReader.message,
    "error": ExtensionReader.error,
    "timer": ExtensionReader.timer,
    "outcome": ExtensionReader.outcome,
}


def _extensions(element: Element | None) -> Iterator[Element]:
    """Those of ours; other tools keep their own things in the same place."""
    return iter(()) if element is None else (each for each in element if namespace(each) == ONEDOOR)


def _of(element: Element, name: str) -> Iterator[Element]:
    return element.iterchildren(f"{{{ONEDOOR}}}{name}")
