"""What the API reference shows as an example would be taken: nobody learns from an example that fails."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from chassis.documents import SERVICES
from chassis.openapi import api_routes
from chassis.schemas import Body, example

Shown = tuple[str, Any, Any]


def bodies(name: str) -> Iterator[tuple[str, Any]]:
    """Each JSON body that a service takes: what calls it so, and its type."""
    for route in api_routes(import_module(f"svc_{name}.main").service.app()):
        if route.body_field is not None and route.include_in_schema:
            yield f"{sorted(route.methods)[0]} {route.path}", route.body_field.field_info.annotation


def shown(kind: Any) -> list[Any]:
    found: list[Any] = TypeAdapter(kind).json_schema().get("examples", [])
    return found


def refused(kind: Any, value: Any) -> str | None:
    try:
        TypeAdapter(kind).validate_json(TypeAdapter(Any).dump_json(value))
    except ValidationError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", SERVICES)
def test_every_body_has_an_example(name):
    assert [route for route, kind in bodies(name) if not shown(kind)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_example_would_be_taken(name):
    tried = [(route, refused(kind, value)) for route, kind in bodies(name) for value in shown(kind)]
    assert [(route, fault) for route, fault in tried if fault is not None] == []


def test_an_example_that_fails_is_found():
    class Thing(Body):
        model_config = Body.model_config | example({"colour": "green"})
        name: str

    class Silent(BaseModel):
        name: str

    assert [refused(Thing, value) is None for value in shown(Thing)] == [False]
    assert shown(Silent) == []
