"""Reading answers: paths, records, fields, conversions. Pure.

A path walks from the top: `result.state`. A name that ends with `[]` is a list, walked item by item; where a field's path goes
through the lists of the record's own path, the record's items are meant (`items[].deliveryNo` for the record `items[].children[]`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from svc_sharing.connectors.config import Conversion, Form, Operation, Output
from svc_sharing.connectors.errors import Misread
from svc_sharing.connectors.templates import text_of

SENT = "@"
"""`@name` is what we sent as `name`: for a register that says "done" and does not repeat the name."""
Position = dict[str, Any]
"""The list paths passed on the way to a record, each with the item at hand."""


def records_of(answer: Any, operation: Operation, sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answer's records in our fields. Raises Misread for an answer of another shape."""
    positions = list(_positions(answer, operation.records.split(".") if operation.records else []))
    kept = [position for position in positions if _is_kept(answer, operation, position)]
    return [
        {name: _output(output, _found(answer, output, position, sent)) for name, output in operation.fields.items()}
        for position in kept
    ]


def _found(answer: Any, output: Output, position: Position, sent: Mapping[str, Any]) -> Any:
    name = output.path.removeprefix(SENT)
    return sent.get(name) if name != output.path else at(answer, output.path, position)


def at(answer: Any, path: str, position: Mapping[str, Any] | None = None) -> Any:
    """The value at a path; None when it is not there."""
    here, walked = answer, ""
    for step in path.split("."):
        walked = f"{walked}.{step}" if walked else step
        if position and walked in position:
            here = position[walked]
            continue
        here = here.get(step.removesuffix("[]")) if isinstance(here, dict) else None
    return here


def text_at(answer: Any, path: str) -> str:
    return text_of(at(answer, path))


def _positions(
    answer: Any, steps: Sequence[str], walked: str = "", passed: Position | None = None
) -> Iterator[Position]:
    passed = passed or {}
    if not steps:
        yield passed
        return
    step, rest = steps[0], steps[1:]
    walked = f"{walked}.{step}" if walked else step
    here = answer.get(step.removesuffix("[]")) if isinstance(answer, dict) else None
    if here is None:
        return
    if not step.endswith("[]"):
        yield from _positions(here, rest, walked, passed)
        return
    if not isinstance(here, list):
        raise Misread("list")
    for item in here:
        yield from _positions(item, rest, walked, {**passed, walked: item})


def _is_kept(answer: Any, operation: Operation, position: Position) -> bool:
    return all(text_of(at(answer, path, position)) in wanted for path, wanted in operation.keep.items())


def _output(output: Output, value: Any) -> Any:
    if not output.each:
        return convert(output, value)
    if not isinstance(value, list):
        raise Misread("list")
    return [{ours: at(item, theirs) for ours, theirs in output.each.items()} for item in value]


def convert(conversion: Conversion, value: Any) -> Any:
    """A value translated and in its form. Raises Misread when it has no such form; the message never repeats it."""
    if value is None:
        return None
    value = conversion.values.get(text_of(value), value)
    return value if conversion.to is None else _formed(conversion.to, value)


def _formed(form: Form, value: Any) -> Any:
    try:
        match form:
            case "text":
                return text_of(value)
            case "integer":
                return int(value)
            case "date":
                return _date(value).isoformat()
            case "compact-date":
                return _date(value).strftime("%Y%m%d")
    except (ValueError, TypeError):
        raise Misread(form) from None


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    return datetime.fromisoformat(text).date()
