"""Each judge of the documents bites: what is broken on purpose is found, and a judge that cannot judge is an error."""

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from .judges import judging, release, workshop
from .judges.findings import Excepted, Finding, excepted, left
from .test_documents import GOOD

Spoil = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    workshop.prepared()


def laid(folder: Path, spoil: Spoil = lambda document: None) -> Path:
    document = deepcopy(GOOD)
    problem = {"type": "object", "properties": {"type": {"type": "string"}}}
    document["components"]["schemas"]["ProblemDetails"] = problem
    document["components"]["securitySchemes"]["OneDoor"] = {"type": "http", "scheme": "bearer"}
    document["components"]["schemas"]["Thing"]["type"] = "object"
    parameters = document["paths"]["/things/{code}"]["get"]["parameters"]
    parameters[0]["schema"] = {"type": "string", "maxLength": 10}
    spoil(document)
    (folder / "openapi").mkdir(parents=True, exist_ok=True)
    (folder / "openapi" / "things.json").write_text(json.dumps(document))
    return folder


def thing(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/things/{code}"]["get"]
    return operation


def rules(findings: Any) -> set[str]:
    return {finding.rule for finding in findings}


def new(judge: Callable[[Path], Any], tmp_path: Path, spoil: Spoil) -> set[str]:
    """The rules that the spoiled document breaks and the sound one does not."""
    return rules(judge(laid(tmp_path / "spoiled", spoil))) - rules(judge(laid(tmp_path / "sound")))


def test_spectral_finds_a_secret_in_the_address_and_a_problem_without_form(tmp_path):
    def spoil(document: dict[str, Any]) -> None:
        secret = {"name": "access_token", "in": "query", "description": "Yours", "schema": {"type": "string"}}
        thing(document)["parameters"].append(secret)
        thing(document)["responses"]["404"]["content"] = {"application/json": {"schema": {"type": "array"}}}

    found = new(judging.spectral, tmp_path, spoil)

    assert {"owasp:api2:2023-no-credentials-in-url", "must-use-problem-json-for-errors"} <= found


def test_spectral_goes_on_where_an_example_is_null(tmp_path):
    def spoil(document: dict[str, Any]) -> None:
        thing(document)["responses"]["200"]["content"]["application/json"]["examples"] = {
            "none": {"value": {"of": None}}
        }

    assert new(judging.spectral, tmp_path, spoil) == set()


def test_redocly_finds_two_paths_that_are_one(tmp_path):
    def spoil(document: dict[str, Any]) -> None:
        twin = deepcopy(document["paths"]["/things/{code}"])
        twin["get"] |= {"operationId": "read_again"}
        twin["get"]["parameters"][0]["name"] = "name"
        document["paths"]["/things/{name}"] = twin

    assert "no-identical-paths" in new(judging.redocly, tmp_path, spoil)


def test_a_document_that_leads_nowhere_makes_no_types(tmp_path):
    def spoil(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Lost"] = {"$ref": "#/components/schemas/Nowhere"}

    with pytest.raises(judging.Broken, match=r"resolve \$ref"):
        list(judging.typescript(laid(tmp_path, spoil)))


def test_the_parser_finds_an_operation_on_no_channel(tmp_path):
    document = json.loads((release.ROOT / "contracts" / "asyncapi.json").read_text())
    shutil.copytree(release.ROOT / "contracts" / "events", tmp_path / "events")
    next(iter(document["operations"].values()))["channel"]["$ref"] = "#/channels/nowhere"
    (tmp_path / "asyncapi.json").write_text(json.dumps(document))

    assert rules(judging.asyncapi(tmp_path)) - {"asyncapi-latest-version"} != set()


def test_a_schema_of_no_type_is_found(tmp_path):
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "x.json").write_text(json.dumps({"type": "thing", "properties": {"id": {"type": "string"}}}))

    assert [(found.document, found.place) for found in judging.schemas(tmp_path)] == [("x.json", "type")]


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("api-path-removed-without-deprecation", lambda d: d["paths"].pop("/things/{code}")),
        (
            "response-required-property-removed",
            lambda d: d["components"]["schemas"]["Thing"].update(properties={}, required=[]),
        ),
        ("new-required-request-parameter", lambda d: thing(d)["parameters"].append(QUERY)),
        ("response-media-type-removed", lambda d: thing(d)["responses"]["200"].pop("content")),
    ],
)
def test_a_breaking_change_is_found(tmp_path, rule, spoil):
    before, after = laid(tmp_path / "before"), laid(tmp_path / "after", spoil)

    assert rule in rules(judging.breaking(after, before))


QUERY = {"name": "colour", "in": "query", "required": True, "description": "Of it", "schema": {"type": "string"}}


def test_a_document_that_went_away_is_a_breaking_change(tmp_path):
    before, after = laid(tmp_path / "before"), laid(tmp_path / "after")
    (after / "openapi" / "things.json").rename(after / "openapi" / "others.json")

    assert rules(judging.breaking(after, before)) == {"document-removed"}


def test_what_was_there_and_stays_breaks_nobody(tmp_path):
    before = laid(tmp_path / "before")
    after = laid(tmp_path / "after", lambda d: d["paths"].update({"/others": {"get": {**thing(d), "parameters": []}}}))

    assert list(judging.breaking(after, before)) == []


def test_a_clone_without_the_release_says_what_it_lacks(tmp_path):
    marker = tmp_path / "RELEASE"
    marker.write_text("0" * 40)

    with pytest.raises(release.NoHistory, match="unshallow"):
        release.documents_into(tmp_path, marker=marker)


def test_the_last_release_has_every_service(tmp_path):
    release.documents_into(tmp_path)

    assert {"identity.json", "workflow.json", "public.json"} <= {path.name for path in (tmp_path / "openapi").iterdir()}


def test_an_exception_excuses_its_place_and_no_other():
    here = Finding("spectral", "things.json", "rule", "paths/~1things/get", "words", "answers")
    there = Finding("spectral", "things.json", "rule", "paths/~1others/get", "words", "answers")
    exception = Excepted("spectral", "rule", "why", place="paths/~1things/.*", side="answers")

    assert left([here, there], [exception]) == ([there], [])


@pytest.mark.parametrize("other", [{"judge": "redocly"}, {"rule": "rul"}, {"document": "x.json"}, {"side": "requests"}])
def test_an_exception_without_need_is_found(other):
    finding = Finding("spectral", "things.json", "rule", "paths/~1things/get", "words", "answers")
    needless = Excepted(**({"judge": "spectral", "rule": "rule", "why": "why"} | other))

    assert left([finding], [needless]) == ([finding], [needless])


def test_every_exception_has_its_reason():
    assert [str(one) for one in excepted() if len(one.why.split()) < 4] == []


def test_a_judge_that_cannot_judge_is_an_error(tmp_path):
    with pytest.raises(judging.Broken, match="no OpenAPI documents"):
        list(judging.redocly(tmp_path))


def test_nothing_of_a_registry_is_written_down():
    pins = json.loads((workshop.TOOLS / "package-lock.json").read_text())["packages"]

    assert [name for name, pin in pins.items() if "resolved" in pin or (name and "integrity" not in pin)] == []
