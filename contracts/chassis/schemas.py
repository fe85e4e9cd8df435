"""Bases of request and answer bodies."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request's body: an unknown field is an error, so that a typing mistake is not lost silently."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answer(BaseModel):
    """An answer's body, made from a model's attributes."""

    model_config = ConfigDict(from_attributes=True)


def example(value: dict[str, Any]) -> ConfigDict:
    """`model_config = example({...})`: what front-end teams see in the API reference."""
    return ConfigDict(json_schema_extra={"examples": [value]})
