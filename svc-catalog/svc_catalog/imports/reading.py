"""Lines become items, or reasons why not. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from svc_catalog.imports.mapping import OWN, Mapping, Unmapped, named, recognised
from svc_catalog.rules.versions import disagreements
from svc_catalog.schemas.elements import Elements
from svc_catalog.schemas.words import is_credit_code_sound

CHECK_DIGIT = "credit-code-check-digit"


@dataclass(frozen=True)
class Ready:
    line: int
    item: Elements
    warnings: list[str]


@dataclass
class Reading:
    mapping: str
    lines: int = 0
    ready: list[Ready] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    @property
    def warned(self) -> list[dict[str, Any]]:
        return [
            {"line": one.line, "code": one.item.implementation_code, "warnings": one.warnings}
            for one in self.ready
            if one.warnings
        ]

    def refuse(self, line: int, *reasons: str) -> None:
        self.refused.append({"line": line, "reasons": list(reasons)})


class _Refused(ValueError):
    """Why a line is no item; never repeats what it says."""

    def __init__(self, *reasons: str) -> None:
        super().__init__()
        self.reasons = reasons


def read(lines: Iterable[bytes], mapping: str | None = None) -> Reading:
    """Every line but empty ones, numbered from 1. Raises UnknownMapping for a name that there is none of."""
    chosen = named(mapping) if mapping is not None else None
    reading = Reading(mapping or "")
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        reading.lines += 1
        try:
            facts = _facts(line)
            if not reading.mapping:
                reading.mapping = recognised(facts)
                chosen = named(reading.mapping)
            item = _item(facts, chosen)
            if (before := first.setdefault(item.implementation_code, number)) != number:
                raise _Refused(f"implementation_code: the same as on line {before}")
        except _Refused as error:
            reading.refuse(number, *error.reasons)
        else:
            reading.ready.append(Ready(number, item, _warnings(item)))
    reading.mapping = reading.mapping or OWN
    return reading


def _facts(line: bytes) -> dict[str, Any]:
    try:
        facts = orjson.loads(line)
    except ValueError:
        raise _Refused("not JSON") from None
    if not isinstance(facts, dict):
        raise _Refused("not a JSON object")
    return facts


def _item(facts: dict[str, Any], mapping: Mapping | None) -> Elements:
    try:
        return Elements.model_validate(mapping.elements(facts) if mapping else facts)
    except Unmapped as error:
        raise _Refused(str(error)) from None
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        raise _Refused(*[f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in details]) from None


def _warnings(item: Elements) -> list[str]:
    unsound = [] if is_credit_code_sound(item.department) else [CHECK_DIGIT]
    return [*unsound, *[f"{problem.pointer[2:]} {problem.code}" for problem in disagreements(item)]]
