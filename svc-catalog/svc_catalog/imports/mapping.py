"""Mappings: what another system's fields mean here. Pure, but for reading the mapping files."""

import json
import re
from collections.abc import Mapping as Fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent / "mappings"
OWN = "onedoor"


class Unmapped(ValueError):
    """A value that the mapping has no words for. Says which field, never the value."""


class UnknownMapping(LookupError):
    """There is no mapping of this name."""


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


class Rule(_Rule):
    """How one element is made; see README.md."""

    source: str | list[str] = Field(alias="from")
    values: dict[str, Any] = {}
    keep: bool = False
    part: tuple[int, int] | None = None
    remove: str | None = None
    split: str | None = None
    limit: str | None = None
    units: dict[str, str] = {}
    kind: Literal["text", "list", "number", "limit", "materials", "places"] = Field(default="text", alias="as")
    default: Any = None


class Flag(_Rule):
    source: str = Field(alias="from")
    one_of: list[str] = Field(default=[], alias="is")
    given: bool = False
    give: str


class Mapping(_Rule):
    name: str
    recognised_by: list[str]
    nothing: list[str] = []
    fields: dict[str, Rule]
    flags: dict[str, list[Flag]] = {}
    english: dict[str, str] = {}

    def elements(self, line: Fields[str, Any]) -> dict[str, Any]:
        """The item's elements as far as the line has them. Raises Unmapped."""
        made = {element: self._made(element, rule, line) for element, rule in self.fields.items()}
        made |= {
            element: [one.give for one in flags if self._raised(one, line)] for element, flags in self.flags.items()
        }
        made["english"] = self._english(made, line)
        return {element: value for element, value in made.items() if value is not None}

    def _english(self, made: Fields[str, Any], line: Fields[str, Any]) -> dict[str, str]:
        """By the Chinese of the same element, where the line has both."""
        said = {element: self._values(source, line) for element, source in self.english.items()}
        return {made[element]: values[0] for element, values in said.items() if values and made.get(element)}

    def _raised(self, flag: Flag, line: Fields[str, Any]) -> bool:
        values = self._values(flag.source, line)
        return bool(values) if flag.given else any(value in flag.one_of for value in values)

    def _values(self, source: str | list[str], line: Fields[str, Any]) -> list[str]:
        """What the fields say, without words that mean nothing."""
        found = [line.get(name) for name in ([source] if isinstance(source, str) else source)]
        flat = [value for one in found for value in (one if isinstance(one, list) else [one])]
        texts = [str(value).strip() for value in flat if value is not None]
        return [text for text in texts if text and text not in self.nothing]

    def _made(self, element: str, rule: Rule, line: Fields[str, Any]) -> Any:
        values = [_cut(rule, value) for value in self._values(rule.source, line)]
        if rule.split:
            values = [part.strip() for value in values for part in re.split(rule.split, value)]
        told = [_translated(element, rule, value) for value in values if value]
        if not told:
            return rule.default
        return _SHAPES[rule.kind](element, rule, list(dict.fromkeys(told)))


def _cut(rule: Rule, value: str) -> str:
    if rule.part is not None:
        value = value[slice(*rule.part)]
    return re.sub(rule.remove, "", value).strip() if rule.remove else value


def _translated(element: str, rule: Rule, value: str) -> Any:
    if not rule.values or (rule.keep and value not in rule.values):
        return value
    if value not in rule.values:
        raise Unmapped(f"{element}: the mapping has no translation for this value")
    return rule.values[value]


def _number(element: str, rule: Rule, values: list[Any]) -> int:
    if not str(values[0]).isdecimal():
        raise Unmapped(f"{element}: not a number")
    return int(values[0])


def _limit(element: str, rule: Rule, values: list[Any]) -> dict[str, Any]:
    found = re.fullmatch(rule.limit or "", values[0])
    unit = rule.units.get(found["unit"]) if found else None
    if found is None or unit is None:
        raise Unmapped(f"{element}: not a limit with a unit that the mapping knows")
    return {"amount": int(found["amount"]), "unit": unit}


_SHAPES: dict[str, Any] = {
    "text": lambda element, rule, values: values[0],
    "list": lambda element, rule, values: values,
    "number": _number,
    "limit": _limit,
    "materials": lambda element, rule, values: [
        {"code": f"m{place}", "name": name} for place, name in enumerate(values, 1)
    ],
    "places": lambda element, rule, values: [{"address": address} for address in values],
}


@cache
def mappings() -> dict[str, Mapping]:
    """All that are at hand, by name."""
    files = sorted(FOLDER.glob("*.json"))
    return {path.stem: Mapping(name=path.stem, **json.loads(path.read_text())) for path in files}


def named(name: str) -> Mapping | None:
    """None is the catalogue's own shape, which needs no mapping."""
    if name == OWN:
        return None
    if name not in mappings():
        raise UnknownMapping(name)
    return mappings()[name]


def recognised(line: Fields[str, Any]) -> str:
    """The mapping whose fields the line has, else the catalogue's own shape."""
    fitting = (name for name, mapping in mappings().items() if all(field in line for field in mapping.recognised_by))
    return next(fitting, OWN)
