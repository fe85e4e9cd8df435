"""OpenAPI links: what one operation's answer names, and which operations take it.

Names say it, so that no route has to: the `id` of what `/cases` answers is the `case_id` of `/cases/{case_id}/timeline`, what
`/bills/{bill_id}/payments` makes is found at `/payments/{payment_id}`, and a `case_id` in any answer is a case's. Of a page it is
the first entry's.
"""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_PARAMETER = re.compile(r"{(\w+)}")


def complete(document: dict[str, Any]) -> None:
    """Adds `links` to every answer that names what others take, in place."""
    takers = [(path, one) for path, item in document["paths"].items() for one in item.values() if "{" in path]
    for path, item in document["paths"].items():
        for operation in item.values():
            for status, response in operation["responses"].items():
                named = list(_named(document, response)) if status.startswith("2") else []
                links = dict(_links(path, operation, named, takers))
                if links:
                    response["links"] = links


def _links(
    path: str, operation: Schema, named: list[tuple[str, set[str]]], takers: list[tuple[str, Schema]]
) -> Iterator[tuple[str, Schema]]:
    for there, taker in takers:
        found = {name: _value(name, path, there, named) for name in _PARAMETER.findall(there)}
        is_told = any(value is not None and "body" in value for value in found.values())
        if taker is not operation and is_told and None not in found.values():
            yield taker["operationId"], {"operationId": taker["operationId"], "parameters": found}


def _value(name: str, path: str, there: str, named: list[tuple[str, set[str]]]) -> str | None:
    """Where the answer of `path` has what `there` calls `name`, as a runtime expression."""
    whole = "{" + name + "}"
    folder = there.split("/" + whole)[0]
    short = "id" if name.endswith("_id") else name
    is_own = path in (folder, f"{folder}/{whole}") or path.endswith("}" + folder)
    for place, members in named:
        if is_own and short in members:
            return f"$response.body#{place}/{short}"
        if "_" in name and name in members:
            return f"$response.body#{place}/{name}"
    return f"$request.path.{name}" if whole in path else None


def _named(document: dict[str, Any], response: Schema) -> Iterator[tuple[str, set[str]]]:
    """The members of the object that is answered, or of the first entry of a list or page, with where it stands."""
    schema = _resolved(document, response.get("content", {}).get("application/json", {}).get("schema", {}))
    page = _resolved(document, schema.get("properties", {}).get("items", {}))
    for place, one in (("", schema), ("/items/0", page.get("items", {})), ("/0", schema.get("items", {}))):
        members = set(_resolved(document, one).get("properties", {}))
        if members:
            yield place, members


def _resolved(document: dict[str, Any], schema: Schema) -> Schema:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Schema = document["components"]["schemas"][name] if name else schema
    return found
