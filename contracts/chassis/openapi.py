"""The OpenAPI document as the product it is: problems as typed errors everywhere, Idempotency-Key where it works."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from chassis.routing import KEY_LENGTH, TransactionalRoute
from contracts.problems import MEDIA_TYPE, FieldProblem, ProblemDetails

_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own unique key: the same request sent again with it is answered with the first answer, and done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH},
}
_COMMON = {"400": "The input is not valid", "500": "Something went wrong here"}
_SECURED = {"401": "Sign in first, or prove more surely who you are", "403": "This is not allowed to you"}


def install(app: FastAPI) -> None:
    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
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
        tags=app.openapi_tags,
        separate_input_output_schemas=False,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (ProblemDetails, FieldProblem):
        schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas[model.__name__].pop("$defs", None)
    for route in api_routes(app):
        if route.include_in_schema:
            for method in route.methods or ():
                _finish(document["paths"][route.path_format][method.lower()], method, _repeats(route))
    return document


def _repeats(route: APIRoute) -> bool:
    return isinstance(route, TransactionalRoute) and route.repeats


def _finish(operation: dict[str, Any], method: str, repeats: bool) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for status, description in {**_COMMON, **(_SECURED if operation.get("security") else {})}.items():
        schema = {"$ref": "#/components/schemas/ProblemDetails"}
        responses.setdefault(status, {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}})
    if method == "POST" and repeats:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY)
