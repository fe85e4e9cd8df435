"""Bases of request and answer bodies."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_NUMBERS = (bool, int, float)
_NEVER: dict[str, tuple[type, ...]] = {
    "bool": (int, float, str),
    "int": (bool, str),
    "float": (bool, str),
    "date": _NUMBERS,
    "datetime": _NUMBERS,
}
"""What pydantic would read as such a value, though the document names another type."""
_NAMES = {"bool": "boolean", "int": "whole number", "float": "number", "date": "date", "datetime": "date and time"}
_NO_SCHEMA = frozenset(("metadata", "serialization", "config", "default", "expected", "members"))


def _exact(node: Any) -> Any:
    """The schema with every simple type refusing what only looks like it."""
    if isinstance(node, list | tuple):
        return type(node)(_exact(inner) for inner in node)
    if not isinstance(node, dict):
        return node
    kind = node.get("sub_type") if node.get("type") == "enum" else node.get("type")
    if isinstance(kind, str) and kind in _NEVER:
        node = node if kind != "datetime" else {**node, "tz_constraint": "aware"}  # RFC 3339, as the format says
        return core_schema.no_info_before_validator_function(_refusing(kind), node)
    if kind == "union":  # each choice named by its type, as an error's pointer shows it
        node = {**node, "choices": [one if isinstance(one, tuple) else (one, one["type"]) for one in node["choices"]]}
    return {key: inner if key in _NO_SCHEMA else _exact(inner) for key, inner in node.items()}


def _refusing(kind: str) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        is_it = kind == "bool" and isinstance(value, bool)
        is_seconds = kind.startswith("date") and isinstance(value, str) and "-" not in value[1:]
        if is_seconds or (isinstance(value, _NEVER[kind]) and not is_it):
            raise PydanticCustomError(f"{kind}_type", "Input should be a valid {named}", {"named": _NAMES[kind]})
        return value

    return checked


class Body(BaseModel):
    """A request's body: an unknown field is an error, so that a typing mistake is not lost silently, and a value has the type
    that the document names: `"1"` and `true` are no numbers, `1` is neither true nor a date."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        exact: CoreSchema = _exact(handler(source))
        return exact


class Answer(BaseModel):
    """An answer's body, made from a model's attributes."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Members as they are answered: a `validation_alias` is only where the value is found in the row."""
        written = handler.resolve_ref_schema(handler(schema))
        names = {
            str(field.validation_alias): name for name, field in cls.model_fields.items() if field.validation_alias
        }
        if names:
            written["properties"] = {names.get(key, key): value for key, value in written["properties"].items()}
            written["required"] = [names.get(key, key) for key in written.get("required", [])]
        return written


def example(value: dict[str, Any]) -> ConfigDict:
    """`model_config = example({...})`: what front-end teams see in the API reference."""
    return ConfigDict(json_schema_extra={"examples": [value]})
