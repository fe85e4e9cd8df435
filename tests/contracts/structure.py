"""What makes an OpenAPI 3.1 document whole, as functions from the document to its faults."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from contracts.problems import MEDIA_TYPE

Document = dict[str, Any]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation with its path and a name for people."""
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, f"{method.upper()} {path}", item[method]


def _answers(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    """By status; those that many operations share are looked up."""
    shared = document["components"].get("responses", {})
    return {
        status: shared.get(answer["$ref"].rsplit("/", 1)[1], {}) if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document; what stands in examples is data and not looked into."""
    if isinstance(node, list):
        for inner in node:
            yield from nodes(inner)
    elif isinstance(node, dict):
        yield node
        for key, inner in node.items():
            if key not in ("example", "examples", "default", "enum", "const"):
                yield from nodes(inner)


def head(document: Document) -> list[str]:
    """The version, what it is called, where it is reached."""
    info = document.get("info", {})
    faults = [] if re.fullmatch(r"3\.1\.\d", str(document.get("openapi"))) else ["not OpenAPI 3.1"]
    faults += [f"info has no {name}" for name in ("title", "version", "summary") if not info.get(name)]
    return faults + ([] if document.get("servers") else ["no server"])


def dangling(document: Document) -> list[str]:
    """References to what is not there."""
    found = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    return sorted(reference for reference in found if not _resolves(document, reference))


def _resolves(document: Document, reference: str) -> bool:
    here: Any = document
    for step in reference.removeprefix("#/").split("/"):
        here = here.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(here, dict) else None
    return here is not None and reference.startswith("#/")


def unused(document: Document) -> list[str]:
    found = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    return [name for name in document["components"]["schemas"] if f"#/components/schemas/{name}" not in found]


def badly_named(document: Document) -> list[str]:
    """Names of schemas become class names: letters, digits and underscores, and no module's path."""
    return [name for name in document["components"]["schemas"] if not re.fullmatch(r"[A-Z]\w*", name) or "__" in name]


def repeated(document: Document) -> list[str]:
    counted = Counter(operation.get("operationId") for _, _, operation in operations(document))
    return [str(name) for name, count in counted.items() if name is None or count > 1]


def wordless(document: Document) -> list[str]:
    """Operations, parameters and answers that nobody explained; tags that are not described."""
    tags = {tag["name"] for tag in document.get("tags", []) if tag.get("description")}
    faults = []
    for _, name, operation in operations(document):
        faults += [f"{name}: no {part}" for part in ("summary", "description") if not operation.get(part)]
        faults += [f"{name}: tag {tag}" for tag in operation.get("tags", [None]) if tag not in tags]
        parameters, answers = operation.get("parameters", []), _answers(document, operation)
        faults += [f"{name}: parameter {each['name']}" for each in parameters if not each.get("description")]
        faults += [f"{name}: answer {status}" for status, each in answers.items() if not each.get("description")]
    return faults


def insecure(document: Document) -> list[str]:
    """Operations that state neither a scheme we have nor, by an empty list, that anyone may call them."""
    schemes = document["components"].get("securitySchemes", {})
    return [
        name
        for _, name, operation in operations(document)
        if not isinstance(operation.get("security"), list)
        or any(scheme not in schemes for asked in operation["security"] for scheme in asked)
    ]


def mislinked(document: Document) -> list[str]:
    """Links to operations that are not there, or with other parameters than their path's."""
    taken = {
        one["operationId"]: {each["name"] for each in one.get("parameters", []) if each["in"] == "path"}
        for _, _, one in operations(document)
        if "operationId" in one
    }
    links = [
        (name, link)
        for _, name, operation in operations(document)
        for answer in _answers(document, operation).values()
        for link in answer.get("links", {}).values()
    ]
    return [
        f"{name}: {link['operationId']}"
        for name, link in links
        if taken.get(link["operationId"]) != link["parameters"].keys()
    ]


def untyped(document: Document) -> list[str]:
    """Errors that are not problems, and operations without any success or error."""
    faults = []
    for _, name, operation in operations(document):
        answers = _answers(document, operation)
        wrong = {status for status in answers if status[0] in "45" and not _is_typed(answers[status])}
        faults += [f"{name}: {status} is no problem" for status in sorted(wrong)]
        faults += [f"{name}: no {digit}xx" for digit in "45" if not any(status[0] == digit for status in answers)]
        faults += [] if any(status[0] in "23" for status in answers) else [f"{name}: no success"]
    return faults


def _is_typed(response: dict[str, Any]) -> bool:
    return bool(response.get("content", {}).get(MEDIA_TYPE, {}).get("schema") == PROBLEM)


def ill_formed(document: Document) -> list[str]:
    """Parameters that do not fit their path, bodies where none may be, schemas that require what they do not have."""
    faults = []
    for path, name, operation in operations(document):
        parameters = operation.get("parameters", [])
        inside = {each["name"] for each in parameters if each["in"] == "path" and each.get("required")}
        faults += [f"{name}: path parameters"] if inside != set(re.findall(r"{(\w+)}", path)) else []
        counted = Counter((each["in"], each["name"].lower()) for each in parameters)
        faults += [f"{name}: {each[1]} twice" for each, count in counted.items() if count > 1]
        faults += [f"{name}: 204 with content"] if "content" in operation["responses"].get("204", {}) else []
    for name, schema in document["components"]["schemas"].items():
        missing = set(schema.get("required", [])) - set(schema.get("properties", {}))
        faults += [f"{name}: requires {each}" for each in sorted(missing)]
    return faults
