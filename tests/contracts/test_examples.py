"""What the API reference shows as an example would be taken: nobody learns from an example that fails."""

from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError

from chassis.documents import APIS, SERVICES, program
from chassis.openapi import api_routes
from chassis.schemas import Body, example

from . import structure
from .test_documents import GOOD

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


def shown_bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that is sent, or answered well: what it is called and its media type object."""
    for _, name, operation in structure.operations(document):
        good = {status: answer for status, answer in operation["responses"].items() if status[0] == "2"}
        for place, part in {"request": operation.get("requestBody", {}), **good}.items():
            for kind, media in part.get("content", {}).items():
                if "html" not in kind:
                    yield f"{name} {place}", media


def shown_values(document: dict[str, Any], media: dict[str, Any]) -> list[Any]:
    whole = media["schema"]
    if "$ref" in whole:
        whole = document["components"]["schemas"][whole["$ref"].rpartition("/")[2]]
    given = [media["example"]] if "example" in media else []
    return given + [each["value"] for each in media.get("examples", {}).values()] + whole.get("examples", [])


def faults(document: dict[str, Any]) -> list[str]:
    """Bodies without an example, and examples that are not what their schema says."""
    found = []
    for name, media in shown_bodies(document):
        values = shown_values(document, media)
        checked = Draft202012Validator(
            {**media["schema"], "components": document["components"]},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        wrong = [f"{name}: {error.message} at {error.json_path}" for v in values for error in checked.iter_errors(v)]
        found += wrong if values else [f"{name}: no example"]
    return found


@pytest.mark.parametrize("name", APIS)
def test_every_body_shows_an_example_that_its_schema_takes(name):
    service = import_module(f"{program(name).replace('-', '_')}.main").service

    assert faults(service.app().openapi()) == []


@pytest.mark.parametrize(
    ("media", "fault"),
    [({}, "no example"), ({"example": {"name": 1}}, "is not of type"), ({"example": {}}, "required property")],
)
def test_a_body_without_a_good_example_is_found(media, fault):
    spoiled = deepcopy(GOOD)
    spoiled["paths"]["/things/{code}"]["get"]["responses"]["200"]["content"]["application/json"] |= media

    assert [fault in one for one in faults(spoiled)] == [True]


def test_an_example_that_fails_is_found():
    class Thing(Body):
        model_config = Body.model_config | example({"colour": "green"})
        name: str

    class Silent(BaseModel):
        name: str

    assert [refused(Thing, value) is None for value in shown(Thing)] == [False]
    assert shown(Silent) == []
