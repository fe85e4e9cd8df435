"""The OpenAPI document as the product it is: problems as typed errors everywhere, Idempotency-Key where it works."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from chassis import facts, limited, links, samples
from chassis.access import Requires
from chassis.problems import (
    AssuranceTooLow,
    BodyTooLarge,
    Forbidden,
    InvalidInput,
    KeyReused,
    Problem,
    Unauthenticated,
    Unavailable,
    Unexpected,
    problems,
)
from chassis.routing import KEY_LENGTH, KEY_PATTERN, TransactionalRoute
from contracts.claims import Kind, Proofing, Strength
from contracts.problems import MEDIA_TYPE, FieldProblem, ProblemDetails

SHARED_SCHEMAS = (ProblemDetails, FieldProblem)
TAGS = [
    {"name": "operations", "description": "Dead letters and given-up jobs, for those who operate the service"},
    {"name": "health", "description": "Whether the process lives and can serve"},
]
"""What every service has."""

_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own unique key: the same request sent again with it within seven days is answered with the first answer, "
    "and done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": KEY_PATTERN},
    "example": "9f0c1d1e-6c0b-4f5e-8b1a-1f2f6f0a7c55",
}
_KINDS = {Kind.PERSON: "people", Kind.STAFF: "staff", Kind.CLIENT: "systems"}
_IF_MATCH = "The `ETag` of what you read: 412 when somebody changed it meanwhile"
_NOTHING: dict[str, Any] = {"application/json": {"schema": {}}}
CONTACT = {
    "name": "OneDoor's developers",
    "url": "https://onedoor.example/developers",
    "email": "developers@onedoor.example",
}
_ABOUT = """\
{summary}.

Errors are `application/problem+json` (RFC 9457): tell them apart by `type`, which never changes. Lists are paged: give
`next_cursor` back as `cursor`. A POST with an `Idempotency-Key` may be repeated safely. Times are UTC, amounts are in cents."""
_PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}
_OTHERWISE = "Whatever else goes wrong, as a problem of the same form"
_FASTAPI_SAYS = "Successful Response"
_SUCCESS = {
    "200": "Done",
    "201": "Made",
    "202": "Taken on; the work goes on behind",
    "204": "Done; there is nothing more to say",
    "303": "Go on at the address in `Location`",
}


def install(app: FastAPI, *, counts_callers: bool = False) -> None:
    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
            if counts_callers:
                limited.complete(app.openapi_schema)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def api_routes(app: FastAPI) -> Iterator[APIRoute]:
    """The app's own routes, those of included routers too."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context.original_route


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        routes=app.routes,
        servers=app.servers,
        tags=[*(app.openapi_tags or []), *TAGS],
        separate_input_output_schemas=False,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in SHARED_SCHEMAS:
        schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        for part in ("$defs", "additionalProperties"):  # more members may come, as in any JSON object
            schemas[model.__name__].pop(part, None)
    document["info"] |= information(app.title, _ABOUT.format(summary=app.summary), "company-internal")
    for route in api_routes(app):
        if route.include_in_schema:
            for method in route.methods or ():
                _finish(document["paths"][route.path_format][method.lower()], method, route)
    facts.complete(document)
    links.complete(document)
    samples.complete(document)
    return document


def information(title: str, description: str, audience: str) -> dict[str, Any]:
    """Who answers for an API, by what id it is known for ever, and for whom it is made (Zalando's guidelines 215 to 219)."""
    known_as = uuid5(NAMESPACE_URL, f"https://onedoor.example/apis/{title}")
    return {"description": description, "contact": CONTACT, "x-api-id": str(known_as), "x-audience": audience}


def _finish(operation: dict[str, Any], method: str, route: APIRoute) -> None:
    responses = operation["responses"]
    _reword(responses, method)
    repeats = method == "POST" and isinstance(route, TransactionalRoute) and route.repeats
    if repeats:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY)
    needs = requirement(route)
    if needs is not None:
        operation["description"] = "\n\n".join(filter(None, [operation.get("description"), _who(needs)]))
    for problem in _common(needs, body="requestBody" in operation, repeats=repeats):
        _add(responses, problem)
    responses["default"] = {"description": _OTHERWISE, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    operation["responses"] = dict(sorted(responses.items()))
    operation.setdefault("security", [])  # said on purpose: anyone may call it
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            parameter.setdefault("description", _described(parameter["name"], route.path_format))
        elif parameter["name"] == "if-match":
            parameter["name"] = "If-Match"
            parameter.setdefault("description", _IF_MATCH)


def _reword(responses: dict[str, Any], method: str) -> None:
    """FastAPI's own words and its own error format give way to ours."""
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for status, response in responses.items():
        if response.get("content") == _NOTHING:
            del response["content"]
        if response["description"] == _FASTAPI_SAYS:
            response["description"] = (
                "What was asked for" if method == "GET" and status == "200" else _SUCCESS.get(status, "Done")
            )


def requirement(route: APIRoute) -> Requires | None:
    """What a caller of the route must be; None where anyone may call."""
    return _required(route.dependant)


def _required(dependant: Dependant) -> Requires | None:
    if isinstance(dependant.call, Requires):
        return dependant.call
    return next(filter(None, map(_required, dependant.dependencies)), None)


def _who(needs: Requires) -> str:
    """What a caller must be, beside the scopes that `security` names."""
    kinds = " and ".join(name for kind, name in _KINDS.items() if kind in needs.kinds)
    proofed = (
        f"A person must be proofed `{needs.proofing.name.lower()}` or more surely."
        if needs.proofing > Proofing.NONE
        else ""
    )
    strength = needs.strength.name.lower().replace("_", "-")
    signed_in = f"The sign-in must be by `{strength}` or stronger." if needs.strength > Strength.ONE_FACTOR else ""
    return " ".join(filter(None, [f"For {kinds} only." if kinds else "", proofed, signed_in]))


def _common(needs: Requires | None, *, body: bool, repeats: bool) -> list[type[Problem]]:
    """What the chassis itself can answer, before and after the route's own code."""
    assurance = needs is not None and (needs.proofing > Proofing.NONE or needs.strength > Strength.ONE_FACTOR)
    return [
        InvalidInput,
        *([Unauthenticated, Forbidden] if needs is not None else []),
        *([AssuranceTooLow] if assurance else []),
        *([BodyTooLarge] if body else []),
        *([KeyReused] if repeats else []),
        Unexpected,
        Unavailable,
    ]


def _add(responses: dict[str, Any], problem: type[Problem]) -> None:
    (added,) = problems(problem).values()
    known = responses.setdefault(str(problem.status), added)
    content = known.setdefault("content", {})
    if MEDIA_TYPE not in content:
        # A protocol with errors of its own stands at this route (RFC 6749 at the token endpoint).
        if "application/json" in content:
            return
        content[MEDIA_TYPE] = added["content"][MEDIA_TYPE]
    examples = content[MEDIA_TYPE].setdefault("examples", {})
    if problem.slug not in examples:
        examples |= added["content"][MEDIA_TYPE]["examples"]
        known["description"] = "; ".join(filter(None, [known["description"], problem.title]))


def _described(name: str, path: str) -> str:
    """A path's parameter in words: the noun stands before it, `/work-orders/{order_id}` is the work order's id."""
    before = path.split("{" + name + "}")[0].strip("/").rsplit("/", 1)[-1]
    noun = re.sub(r"(?<=ss)es$|(?<=[^s])s$", "", re.sub(r"ies$", "y", before)).replace("-", " ")
    return f"The {noun}'s {'id' if name.endswith('_id') else name.replace('_', ' ')}"
