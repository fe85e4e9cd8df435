"""Event definitions: what an event waits for or throws."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from svc_workflow.engine.feel.literals import parse_date_time, parse_duration
from svc_workflow.engine.graph import Awaited, Kind, Text, Timer, Trigger
from svc_workflow.engine.reader.document import Document, Element, child, content, tag
from svc_workflow.engine.reader.draft import DraftNode
from svc_workflow.engine.reader.extensions import ExtensionReader

_SUPPORTED = {
    "startEvent": {"", "message"},
    "endEvent": {"", "terminate", "error", "escalation"},
    "intermediateThrowEvent": {"", "escalation"},
    "intermediateCatchEvent": {"message", "timer"},
    "boundaryEvent": {"message", "timer", "error", "escalation"},
}
_KINDS = {
    ("endEvent", "terminate"): Kind.TERMINATE,
    ("endEvent", "error"): Kind.ERROR,
    ("endEvent", "escalation"): Kind.ESCALATE,
    ("intermediateThrowEvent", "escalation"): Kind.ESCALATE,
    ("intermediateCatchEvent", "timer"): Kind.TIMER,
}


class EventReader:
    def __init__(self, document: Document, extensions: ExtensionReader) -> None:
        self.document = document
        self.extensions = extensions

    def read(self, draft: DraftNode, name: str) -> None:
        definitions = [each for each in draft.element.iterchildren(tag=etree.Element) if _is_definition(each)]
        event = tag(definitions[0]).removesuffix("EventDefinition") if definitions else ""
        if len(definitions) > 1 or event not in _SUPPORTED[name]:
            what = "several definitions" if len(definitions) > 1 else event or "no definition"
            self.document.fault(draft.element, "unsupported-event", f"a {name} with {what}")
            return
        draft.kind = _KINDS.get((name, event), draft.kind)
        if not definitions:
            return
        definition = definitions[0]
        if event == "message":
            self.await_message(draft, definition)
            if name == "startEvent":
                draft.awaited = None  # it has arrived when the process starts
        elif event == "timer":
            draft.timer = self.timer(draft, definition)
        elif event in ("error", "escalation"):
            draft.code = self.code(draft, definition, event)
        if name == "boundaryEvent":
            interrupting = draft.element.get("cancelActivity", "true") == "true"
            if event == "error" and not interrupting:
                self.document.fault(draft.element, "error-interrupts", "an error always interrupts")
            draft.trigger = Trigger(event, draft.code, interrupting)

    def await_message(self, draft: DraftNode, referring: Element) -> None:
        reference = referring.get("messageRef", "")
        name = self.document.messages.get(reference.rpartition(":")[2]) or self.document.messages.get(reference)
        if not name:
            self.document.fault(draft.element, "unknown-message", f"{reference!r} names no message that has a name")
            return
        draft.awaited = Awaited(name)

    def code(self, draft: DraftNode, definition: Element, event: str) -> str | None:
        reference = definition.get(f"{event}Ref")
        known = self.document.errors if event == "error" else self.document.escalations
        if reference is None:
            if draft.kind is not Kind.BOUNDARY:
                self.document.fault(draft.element, f"unknown-{event}", "names nothing to throw")
            return None
        if reference not in known or not known[reference]:
            self.document.fault(draft.element, f"unknown-{event}", f"{reference!r} names no {event} that has a code")
            return None
        return known[reference]

    def timer(self, draft: DraftNode, definition: Element) -> Timer:
        if child(definition, "timeCycle") is not None:
            self.document.fault(draft.element, "unsupported-timer", "timeCycle is not supported")
        date, duration = child(definition, "timeDate"), child(definition, "timeDuration")
        return Timer(
            date=None if date is None else self.moment(draft, content(date), "date"),
            duration=None if duration is None else self.moment(draft, content(duration), "duration"),
        )

    def moment(self, draft: DraftNode, text: str, what: str) -> Text:
        if not text.startswith("="):
            value = parse_date_time(text) if what == "date" else parse_duration(text)
            if value is None:
                self.document.fault(draft.element, "bad-timer", f"{text!r} is neither a {what} nor '=' with FEEL")
        return self.extensions.text(draft.element, text)

    def complete(self, draft: DraftNode) -> None:
        """What the definition and the extensions say together."""
        found = draft.extensions
        if found.on_error and (draft.trigger is None or draft.trigger.kind != "error"):
            self.document.fault(draft.element, "extension-misplaced", "onedoor:error without an error to catch")
        if draft.awaited is not None:
            draft.awaited = replace(draft.awaited, correlation=found.correlation)
        elif found.correlation is not None:
            self.document.fault(draft.element, "extension-misplaced", "onedoor:message without a message to wait for")
        if draft.timer is not None:
            draft.timer = replace(draft.timer, limit=found.limit)
            given = [each for each in (draft.timer.date, draft.timer.duration, draft.timer.limit) if each is not None]
            if len(given) != 1:
                self.document.fault(
                    draft.element, "bad-timer", "a timer has one of timeDate, timeDuration, onedoor:timer"
                )
        elif found.limit is not None:
            self.document.fault(draft.element, "extension-misplaced", "onedoor:timer without a timer")


def _is_definition(element: Element) -> bool:
    return tag(element).endswith("EventDefinition") or tag(element) == "eventDefinitionRef"
