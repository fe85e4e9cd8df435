"""The documents others build on are what the code does, and whole: anyone's generator or client may rely on them."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from chassis import documents
from contracts.problems import MEDIA_TYPE

from . import examples, structure

NAMES = [*documents.APIS, "public"]
RULES = [
    structure.head,
    structure.dangling,
    structure.unused,
    structure.badly_named,
    structure.repeated,
    structure.wordless,
    structure.insecure,
    structure.ill_formed,
    structure.mislinked,
]
RFC_6749 = ("/oauth2/token", "/oauth2/revoke")
"""OAuth clients expect the protocol's own errors there (section 5.2)."""


@pytest.fixture(scope="module")
def made() -> dict[Path, str]:
    return documents.documents()


def document(made: dict[Path, str], name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(made[documents.ROOT / "openapi" / f"{name}.json"])
    return read


def test_the_documents_are_those_of_the_code():
    assert documents.differences() == [], (
        "the code says something else now: run `make contracts` and read the difference"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_whole(made, name, rule):
    assert rule(document(made, name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_error_is_a_problem(made, name):
    outside = [
        fault for fault in structure.untyped(document(made, name)) if not any(path in fault for path in RFC_6749)
    ]

    assert outside == []


def test_every_service_operation_is_in_the_public_document(made):
    public = {operation["operationId"] for _, _, operation in structure.operations(document(made, "public"))}
    wanted = {
        f"{name}_{operation['operationId']}"
        for name in documents.APIS
        for path, _, operation in structure.operations(document(made, name))
        if not path.startswith(("/health", "/operations"))
    }

    assert public == wanted


@pytest.mark.parametrize(
    ("operation", "status", "link", "parameters"),
    [
        ("workflow_submit_case", "201", "workflow_read_timeline", {"case_id": "$response.body#/id"}),
        ("workflow_list_tasks", "200", "workflow_claim_task", {"task_id": "$response.body#/items/0/id"}),
        ("workflow_read_task", "200", "workflow_read_case", {"case_id": "$response.body#/case_id"}),
        ("logistics_list_parcels", "200", "logistics_read_parcel", {"parcel_id": "$response.body#/items/0/id"}),
        ("logistics_pay_bill", "201", "logistics_read_payment", {"payment_id": "$response.body#/id"}),
        ("sharing_register_licence", "201", "sharing_read_licence", {"licence_id": "$response.body#/id"}),
        ("sharing_apply_for_grant", "201", "sharing_approve_grant", {"application_id": "$response.body#/id"}),
        ("catalog_draft_item", "201", "catalog_read_item", {"code": "$response.body#/code"}),
        ("feedback_rate_by_link", "201", "feedback_rate_case", {"case_id": "$response.body#/case_id"}),
    ],
)
def test_what_an_answer_names_is_linked_to_what_takes_it(made, operation, status, link, parameters):
    found = {one["operationId"]: one for _, _, one in structure.operations(document(made, "public"))}[operation]

    assert found["responses"][status]["links"][link] == {"operationId": link, "parameters": parameters}


def test_every_reference_of_the_event_document_leads_somewhere(made):
    files = {f"./{path.relative_to(documents.ROOT)}" for path in made}

    assert set(structure.dangling(json.loads(made[documents.ROOT / "asyncapi.json"]))) <= files


def test_every_event_stands_in_the_event_document(made):
    described = json.loads(made[documents.ROOT / "asyncapi.json"])

    assert described["components"]["messages"].keys() == examples.events().keys()


@pytest.mark.parametrize("change", ["changed", "missing", "left over"])
def test_a_document_that_differs_is_found(made, tmp_path, monkeypatch, change):
    monkeypatch.setattr(documents, "ROOT", tmp_path / "contracts")
    documents.write()
    path = tmp_path / "contracts" / "openapi" / "catalog.json"
    if change == "changed":
        path.write_text(path.read_text().replace("items", "things"))
    elif change == "missing":
        path.unlink()
    else:
        path = path.with_name("retired.json")
        path.write_text("{}")

    assert documents.differences() == [f"contracts/openapi/{path.name}"]


GOOD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0.0", "summary": "Of all sorts"},
    "servers": [{"url": "/"}],
    "tags": [{"name": "things", "description": "Of all sorts"}],
    "paths": {
        "/things/{code}": {
            "get": {
                "operationId": "read_thing",
                "summary": "A thing",
                "description": "As it is now.",
                "tags": ["things"],
                "security": [{"OneDoor": []}],
                "parameters": [{"name": "code", "in": "path", "required": True, "description": "The thing's code"}],
                "responses": {
                    "200": {
                        "description": "Done",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "404": {"description": "No", "content": {MEDIA_TYPE: {"schema": structure.PROBLEM}}},
                    "500": {"description": "Our mistake", "content": {MEDIA_TYPE: {"schema": structure.PROBLEM}}},
                },
            }
        }
    },
    "components": {
        "schemas": {"Thing": {"properties": {"name": {"type": "string"}}, "required": ["name"]}, "ProblemDetails": {}},
        "securitySchemes": {"OneDoor": {}},
    },
}


def read(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/things/{code}"]["get"]
    return operation


def link(operation: str, parameter: str) -> dict[str, Any]:
    return {operation: {"operationId": operation, "parameters": {parameter: "$response.body#/name"}}}


def test_a_whole_document_passes():
    assert [fault for rule in [*RULES, structure.untyped] for fault in rule(GOOD)] == []


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        (structure.head, lambda d: d.update(openapi="3.0.3")),
        (structure.head, lambda d: d["info"].pop("summary")),
        (structure.head, lambda d: d.pop("servers")),
        (structure.dangling, lambda d: d["components"]["schemas"].pop("Thing")),
        (structure.unused, lambda d: d["components"]["schemas"].update(Lost={})),
        (structure.badly_named, lambda d: d["components"]["schemas"].update(svc_thing__Thing={})),
        (structure.repeated, lambda d: d["paths"].update({"/again": {"get": read(d)}})),
        (structure.repeated, lambda d: read(d).pop("operationId")),
        (structure.wordless, lambda d: read(d).pop("summary")),
        (structure.wordless, lambda d: read(d).pop("tags")),
        (structure.wordless, lambda d: d["tags"].clear()),
        (structure.wordless, lambda d: read(d)["parameters"][0].pop("description")),
        (structure.wordless, lambda d: read(d)["responses"]["200"].pop("description")),
        (structure.insecure, lambda d: read(d).pop("security")),
        (structure.insecure, lambda d: read(d).update(security=[{"Unknown": []}])),
        (structure.untyped, lambda d: read(d)["responses"]["404"].pop("content")),
        (structure.untyped, lambda d: read(d)["responses"].pop("404")),
        (structure.untyped, lambda d: read(d)["responses"].pop("200")),
        (structure.mislinked, lambda d: read(d)["responses"]["200"].update(links=link("nobody", "code"))),
        (structure.mislinked, lambda d: read(d)["responses"]["200"].update(links=link("read_thing", "name"))),
        (structure.ill_formed, lambda d: read(d)["parameters"].clear()),
        (structure.ill_formed, lambda d: read(d)["parameters"].append(read(d)["parameters"][0])),
        (structure.ill_formed, lambda d: read(d)["responses"].update({"204": {"description": "Done", "content": {}}})),
        (structure.ill_formed, lambda d: d["components"]["schemas"]["Thing"]["required"].append("colour")),
    ],
)
def test_the_rule_finds_the_fault(rule, spoil):
    spoiled = deepcopy(GOOD)
    spoil(spoiled)

    assert rule(spoiled) != []
