"""What a document's schemas say beside what pydantic writes of them: formats, widths that follow from the type, dates shown."""

from re import _parser as patterns  # type: ignore[attr-defined]  # the only reader of patterns there is; see `_width`
from typing import Any

Schema = dict[str, Any]
DATA = frozenset(("example", "examples", "default", "enum", "const"))
"""What stands under these is no schema."""
_WIDTHS = {"uuid": 36, "date": 10, "date-time": 40}
_SHOWN = {"date": "2026-10-12", "date-time": "2026-10-12T04:00:00Z"}
_INT32 = 2**31
_LONGEST = 10_000


def complete(node: Any) -> None:
    """Adds to every schema below, in place."""
    if isinstance(node, list):
        for inner in node:
            complete(inner)
    elif isinstance(node, dict):
        add = _ADDED.get(kind) if isinstance(kind := node.get("type"), str) else None
        if add is not None:
            add(node)
        if (
            "patternProperties" in node
        ):  # what pydantic writes of a dictionary whose keys have a form: there are no others
            node.setdefault("additionalProperties", False)
        for key, inner in node.items():
            if key not in DATA:
                complete(inner)


def _text(schema: Schema) -> None:
    form = str(schema.get("format"))
    if form in _SHOWN:
        schema.setdefault("example", _SHOWN[form])
    width = _WIDTHS.get(form, 0) or _width(schema.get("pattern", ""))
    if width and not schema.keys() & {"maxLength", "enum", "const"}:
        schema["maxLength"] = width


def _width(pattern: str) -> int:
    """The most characters that a pattern of the whole lets through; 0 when there is no end to it."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return 0
    parsed = patterns.parse(pattern)
    if str(parsed[0][0]) != "AT" or str(parsed[-1][0]) != "AT":
        return 0  # alternatives: each has but one of the ends
    widest = int(parsed.getwidth()[1])
    return widest if widest < _LONGEST else 0


def _whole_number(schema: Schema) -> None:
    least, most = schema.get("minimum", -_INT32 - 1), schema.get("maximum", _INT32)
    schema.setdefault("format", "int32" if least >= -_INT32 and most < _INT32 else "int64")


def _number(schema: Schema) -> None:
    schema.setdefault("format", "double")


_ADDED = {"string": _text, "integer": _whole_number, "number": _number}
