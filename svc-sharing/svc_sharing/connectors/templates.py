"""Requests with {placeholders}. Pure."""

import re
from collections.abc import Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
SYSTEM_NAMES = frozenset({"reference", "number", "name"})
"""Known to every operation: our reference of the request; in a query the number and the name of the person it is about."""


def placeholders(template: Any) -> set[str]:
    match template:
        case str():
            return set(_PLACEHOLDER.findall(template))
        case dict():
            return set().union(*map(placeholders, template.values())) if template else set()
        case list():
            return set().union(*map(placeholders, template)) if template else set()
        case _:
            return set()


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with its values. A lone placeholder keeps its value's type; an object in which nothing has a value is null."""
    match template:
        case str():
            alone = _PLACEHOLDER.fullmatch(template)
            return values.get(alone[1]) if alone else fill_text(template, values)
        case dict():
            filled = {name: fill(part, values) for name, part in template.items()}
            return None if filled and all(value is None for value in filled.values()) else filled
        case list():
            return [fill(part, values) for part in template]
        case _:
            return template


def fill_text(template: str, values: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda found: text_of(values.get(found[1])), template)


def text_of(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
