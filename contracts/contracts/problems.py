"""Errors as callers see them: RFC 9457, `application/problem+json`."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://onedoor.example/problems/"


class FieldProblem(BaseModel):
    """One thing wrong in the input; `pointer` is a JSON pointer into the body, or `#query/name`, `#path/name`, `#header/name`."""

    pointer: str
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """What went wrong, in a form that programs can tell apart by `type` and people can read."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(
        description="Stable; the same error has the same type for ever",
        examples=[TYPE_BASE + "not-found"],
        json_schema_extra={"format": "uri"},
    )
    title: str
    status: int = Field(ge=400, le=599)
    detail: str | SkipJsonSchema[None] = None
    instance: str | SkipJsonSchema[None] = Field(default=None, description="The request's id, for support")
    errors: list[FieldProblem] | SkipJsonSchema[None] = None
