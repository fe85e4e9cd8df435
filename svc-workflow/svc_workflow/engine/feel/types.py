"""`instance of`: the kinds of FEEL values and the types built from them."""

from __future__ import annotations

from decimal import Decimal

from svc_workflow.engine.feel.syntax import TypeOf
from svc_workflow.engine.feel.times import Date, DateTime, Days, Months, Time
from svc_workflow.engine.feel.values import FunctionValue, Range, Value

_KINDS: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": Days,
    "years and months duration": Months,
    "list": list,
    "context": dict,
    "range": Range,
    "function": FunctionValue,
}


def is_instance(value: Value, wanted: TypeOf) -> bool | None:
    """Null is an instance of no type but `Null`; a type that is not known gives null."""
    if wanted.name == "Any":
        return value is not None
    if wanted.name == "Null":
        return value is None
    kind = _KINDS.get(wanted.name)
    if kind is None:
        return None
    if type(value) is not kind:
        return False
    if isinstance(value, list) and wanted.arguments:
        return all(conforms(item, wanted.arguments[0]) for item in value)
    if isinstance(value, dict):
        return all(
            name in value and conforms(value[name], member)
            for name, member in zip(wanted.members, wanted.arguments, strict=True)
        )
    if isinstance(value, FunctionValue):
        return value.accepts(len(wanted.arguments))
    if isinstance(value, Range) and wanted.arguments:
        return all(end is None or is_instance(end, wanted.arguments[0]) is True for end in (value.start, value.end))
    return True


def conforms(value: Value, wanted: TypeOf) -> bool:
    """Inside a list or context null stands for any type."""
    return value is None or is_instance(value, wanted) is True
