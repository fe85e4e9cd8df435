"""One envelope of each event as it was first published, kept in `events/` beside this file: what was said stays readable.

`python -m tests.contracts.examples` writes those that are missing and never changes one that is there.
"""

import json
import sys
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel

import contracts.events  # noqa: F401 - declares the events
from contracts.event import Event, Meta, declared_events, wrap

FOLDER = Path(__file__).parent / "events"
NOON = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
WORDS = {
    "action": "review",
    "branch": "birth-registration",
    "branches": "granted",
    "bundle_code": "newborn",
    "card": "yellow",
    "case_number": "440199-2026-000001",
    "channel": "in-app",
    "code": "jD3b0H6yq7TnUzvYxkq2bA",
    "contents": "household-book",
    "decision": "grant",
    "department": "11440199MB2Y00056G",
    "department_name": "云溪市公安局",
    "departments": "11440199MB2Y00056G",
    "direction": "out",
    "fields": "name",
    "form_code": "pV1s8Qm4oXr2LwEz6KtGhA",
    "issuer": "11440199MB2Y00056G",
    "issuer_name": "云溪市公安局",
    "item_code": "11440199MB2Y00056G4440109001000",
    "item_codes": "11440199MB2Y00056G4440109001000",
    "name": "出生登记",
    "post": "household-registration",
    "procedure": "appraisal",
    "process": "newborn",
    "purpose": "newborn/birth-registration",
    "reader": "11440199MB2Y00056G",
    "reader_name": "云溪市公安局",
    "reason": "promised-limit-passed",
    "resource_code": "birth-certificate",
    "session_id": "0199d6f4-2c00-7a31-9e55-1f2f6f0a7c55",
    "sharing_type": "conditional",
    "source": "onedoor.workflow.case.closed.v1",
    "source_name": "云溪市卫生健康局",
    "subject_key": "c0b1f7d2a9e84c35",
    "tag": "parent-of-newborn",
    "title": "新生儿出生一件事",
}
KINDS = {"ItemPublished": "07", "BillIssued": "postage", "ReminderSet": "vaccination", "MessageSent": "case-closed"}


def events() -> dict[str, type[Event]]:
    """The events that `contracts` declares, by type."""
    return {
        kind: event
        for kind, event in sorted(declared_events().items())
        if event.__module__.startswith("contracts.events.")
    }


def example(event: type[Event]) -> str:
    made = event.model_validate(_object(event, {"kind": KINDS.get(event.__name__, "birth-certificate")}))
    owner = event.type.split(".")[1]
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    meta = Meta(id=_id(event.type), time=NOON, source=f"svc-{owner}", traceparent=trace)
    return json.dumps(wrap(made, meta).model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def _object(model: type[BaseModel], words: dict[str, Any]) -> dict[str, Any]:
    return {
        name: words[name] if name in words else _value(name, field.annotation)
        for name, field in model.model_fields.items()
    }


def _value(name: str, kind: Any) -> Any:
    arguments = get_args(kind)
    if get_origin(kind) is UnionType:
        return _value(name, next(inner for inner in arguments if inner is not NoneType))
    if get_origin(kind) is list:
        return [_value(name, arguments[0])]
    if get_origin(kind) is dict:
        return {WORDS["branch"]: _value(name, arguments[1])} if name == "branches" else {"kind": "birth-certificate"}
    if issubclass(kind, Enum):
        return next(iter(kind)).value
    if issubclass(kind, BaseModel):
        return _object(kind, {})
    simple = {UUID: _id(name), datetime: NOON, date: NOON.date(), bool: False, int: 1}
    return simple[kind] if kind in simple else WORDS[name]


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://onedoor.example/examples/{name}")


def write() -> list[str]:
    """The types that had none."""
    FOLDER.mkdir(exist_ok=True)
    missing = [event for kind, event in events().items() if not (FOLDER / f"{kind}.json").exists()]
    for event in missing:
        (FOLDER / f"{event.type}.json").write_text(example(event))
    return [event.type for event in missing]


if __name__ == "__main__":
    sys.stdout.writelines(f"wrote {kind}\n" for kind in write())
