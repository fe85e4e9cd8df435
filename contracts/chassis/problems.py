"""Errors a caller can be told (RFC 9457): one class each, and the handlers that answer with them."""

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chassis import context
from chassis.logs import describe
from chassis.methods import allowed
from contracts.problems import MEDIA_TYPE, TYPE_BASE, FieldProblem, ProblemDetails

logger = logging.getLogger(__name__)


class Problem(Exception):
    """A subclass names what the caller can do next. Keyword arguments become members of the answer.

    `keeps_changes`: the transaction is committed although the request failed (a counted wrong password).
    """

    status: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[str]
    keeps_changes: ClassVar[bool] = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[FieldProblem] | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.members = members


class InvalidInput(Problem):
    """Something in the input is wrong; `errors` points at each place."""

    status = 400
    slug = "invalid-input"
    title = "The input is not valid"

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "InvalidInput":
        return cls(errors=[FieldProblem(pointer=pointer, code=code, detail=detail)])


class Unauthenticated(Problem):
    """No token, or one that is not valid here."""

    status = 401
    slug = "unauthenticated"
    title = "Sign in first"

    def __init__(self, detail: str | None = None, **members: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"}, **members)


class AssuranceTooLow(Problem):
    """The person must be known more surely, or sign in more strongly (RFC 9470)."""

    status = 401
    slug = "assurance-too-low"
    title = "A surer proof of who you are is needed"

    def __init__(self, wanted: str) -> None:
        challenge = f'Bearer error="insufficient_user_authentication", acr_values="{wanted}"'
        super().__init__(headers={"WWW-Authenticate": challenge}, acr_values=wanted)


class Forbidden(Problem):
    """Signed in, but not allowed."""

    status = 403
    slug = "forbidden"
    title = "This is not allowed to you"


class NotFound(Problem):
    """There is no such thing, or it is not yours to see."""

    status = 404
    slug = "not-found"
    title = "There is no such thing here"


class Conflict(Problem):
    """The state of the thing does not allow it now."""

    status = 409
    slug = "conflict"
    title = "This is not possible in the present state"


class PreconditionFailed(Problem):
    """Somebody else changed it since you read it."""

    status = 412
    slug = "changed-meanwhile"
    title = "It was changed meanwhile; read it again"


class BodyTooLarge(Problem):
    """The body exceeds the limit."""

    status = 413
    slug = "body-too-large"
    title = "The body is too large"


class KeyReused(Problem):
    """The Idempotency-Key came before with another body."""

    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"


class TooManyRequests(Problem):
    """Wait for `Retry-After` seconds."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class Unavailable(Problem):
    """Something needed is away for the moment; try again."""

    status = 503
    slug = "unavailable"
    title = "Not available at the moment"


class Unexpected(Problem):
    """A mistake of ours; `instance` names the request for those who look into it."""

    status = 500
    slug = "internal"
    title = "Something went wrong here"


def problems(*classes: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """What a route can answer, for its OpenAPI document: `responses=problems(CaseNotFound, CaseNotInState)`."""
    grouped: dict[int | str, dict[str, Any]] = {}
    for problem in classes:
        known = grouped.setdefault(problem.status, {"content": {MEDIA_TYPE: {"examples": {}}}, "description": ""})
        known["description"] = "; ".join(filter(None, [known["description"], problem.title]))
        example = ProblemDetails(type=TYPE_BASE + problem.slug, title=problem.title, status=problem.status)
        known["content"][MEDIA_TYPE]["examples"][problem.slug] = {"value": example.model_dump(exclude_none=True)}
        known["content"][MEDIA_TYPE]["schema"] = {"$ref": "#/components/schemas/ProblemDetails"}
    return grouped


def answer(problem: Problem) -> JSONResponse:
    body = ProblemDetails(
        type=TYPE_BASE + problem.slug,
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        instance=context.request_id.get(),
        errors=problem.errors,
        **problem.members,
    )
    content = body.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Every failure leaves as problem+json: ours, FastAPI's, and what nobody expected."""

    @app.exception_handler(Problem)
    async def ours(request: Request, error: Problem) -> JSONResponse:
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(InvalidInput(errors=[_field_problem(detail) for detail in error.errors()]))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        body = ProblemDetails(
            type="about:blank", title=error.detail, status=error.status_code, instance=context.request_id.get()
        )
        content = body.model_dump(mode="json", exclude_none=True)
        headers = {"Allow": allowed(app, request.url.path)} if error.status_code == 405 else error.headers
        return JSONResponse(content, error.status_code, headers=headers, media_type=MEDIA_TYPE)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("unexpected failure", extra={"exception": describe(error)})
        return answer(Unexpected())


def _field_problem(detail: Mapping[str, Any]) -> FieldProblem:
    """FastAPI's location as a pointer. The message never repeats the value that was sent."""
    kind, *path = detail["loc"]
    if detail["type"] == "json_invalid":
        return FieldProblem(pointer="#", code="malformed-json", detail="The body is not valid JSON")
    steps = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)
    pointer = ("#/" + steps if steps else "#") if kind == "body" else f"#{kind}/{steps}"
    return FieldProblem(pointer=pointer, code=detail["type"].replace("_", "-"), detail=str(detail["msg"]))
