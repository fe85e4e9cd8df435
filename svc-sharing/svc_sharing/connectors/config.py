"""How a department's system is spoken to, as data: a new department needs a configuration, not code.

README.md beside this file explains paths, templates and verdicts with examples.
"""

from typing import Annotated, Any, Literal, Self

import httpx
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from chassis.schemas import Body
from svc_sharing.connectors.templates import SYSTEM_NAMES, placeholders

Word = Annotated[str, Field(max_length=200)]
Path = Annotated[str, Field(max_length=300)]
Template = Annotated[str, Field(max_length=2000)]
Values = Annotated[list[Word], Field(max_length=100)]
Form = Literal["text", "integer", "date", "compact-date"]


def _web_address(text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("not a web address") from None
    if not url.host or not 0 < (url.port or 1) < 65_536 or url.userinfo or url.query or url.fragment:
        raise ValueError("a web address without user, query and fragment")
    return text


WebAddress = Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=500), AfterValidator(_web_address)]


class Config(Body):
    model_config = ConfigDict(frozen=True, populate_by_name=True, str_strip_whitespace=False)


class Conversion(Config):
    """What is done to a value on its way: codes translated, then the form changed."""

    values: dict[str, Any] = Field(default={}, description="Our value for theirs, or theirs for ours; others stay")
    to: Form | None = Field(default=None, alias="as", description="compact-date is 20261114; a date drops the time")


class Input(Conversion):
    required: bool = True


class Output(Conversion):
    """A field of the answer. `each`: for a list of objects, which member of theirs becomes which of ours."""

    path: Path
    each: dict[str, Word] = Field(default={})


class Verdict(Config):
    """A place in the answer that says whether it worked."""

    path: Path
    done: Values = Field(default=[])
    empty: Values = Field(default=[], description="Done, and there is no record")
    refused: Values = Field(default=[], description="The department decided against it")
    retry: Values = Field(default=[])


class Reason(Config):
    """Where the answer says why it was refused; our stable code for theirs."""

    path: Path
    codes: dict[str, Word] = Field(default={})


class Until(Config):
    path: Path
    values: Values
    every: float = Field(
        default=2,
        gt=0,
        le=86_400,
        description="Seconds until it is asked again; a hundredth of the time it has taken so far, when that is more",
    )


class Call(Config):
    """One request to a system that is reached over HTTP."""

    method: Literal["GET", "POST", "PUT"] = "POST"
    path: Path = Field(pattern=r"^/")
    body: Literal["json", "form", "xml"] | None = "json"
    request: Any = Field(default=None, description="The body with {placeholders}")
    answer: Literal["json", "xml"] = "json"
    statuses: dict[str, Literal["done", "empty", "refused", "retry", "failed"]] = Field(
        default={}, description="What HTTP statuses mean here, beside the usual meaning"
    )
    verdict: Verdict | None = None
    reason: Reason | None = None
    until: Until | None = None


class Operation(Config):
    """What a resource is behind an interface. `then`: asked after the call, with its fields, until it is ready."""

    inputs: dict[str, Input] = Field(default={})
    records: Path = Field(default="", description="Path of a record; empty: the answer is the one record")
    keep: dict[str, Values] = Field(default={}, description="Only records with one of these values at the path")
    fields: dict[str, Output]


class HttpOperation(Operation, Call):
    then: Call | None = None

    @model_validator(mode="after")
    def _placeholders_are_known(self) -> Self:
        known = SYSTEM_NAMES | self.inputs.keys()
        unknown = (placeholders(self.request) | placeholders(self.path)) - known
        paths = placeholders(self.path)
        if self.then is not None:
            unknown |= (placeholders(self.then.request) | placeholders(self.then.path)) - known - self.fields.keys()
            paths |= placeholders(self.then.path)
        if paths & {"number", "name"}:
            raise ValueError("a path stands in logs: no names and numbers in it")
        if unknown:
            raise ValueError(f"placeholders that are no inputs: {', '.join(sorted(unknown))}")
        return self


class SqlOperation(Operation):
    """A statement on a view that the department offers. Its columns are the record; `$1…` are the inputs in order."""

    statement: str = Field(min_length=10, max_length=4000)
    parameters: Values
    fields: dict[str, Output] = Field(default={})

    @model_validator(mode="after")
    def _parameters_are_known(self) -> Self:
        unknown = set(self.parameters) - SYSTEM_NAMES - self.inputs.keys()
        if unknown:
            raise ValueError(f"parameters that are no inputs: {', '.join(sorted(unknown))}")
        return self


class NoAuth(Config):
    style: Literal["none"]


class HeaderAuth(Config):
    """The secret in a header, `prefix` before it (`Bearer `)."""

    style: Literal["header"]
    header: Word
    prefix: Word = ""


class BasicAuth(Config):
    style: Literal["basic"]
    user: Word


class SignedAuth(Config):
    """HMAC-SHA-256 over lines that both sides build. Besides the inputs: {timestamp} {timestamp_ms} {nonce} {method} {path}
    {body_sha256}, and {signature} (lower-case hex) in the headers."""

    style: Literal["hmac-sha256"]
    sign: Template
    headers: dict[str, Template]


Auth = Annotated[NoAuth | HeaderAuth | BasicAuth | SignedAuth, Field(discriminator="style")]


class Connection(Config):
    timeout: float = Field(default=10, gt=0, le=30, description="Seconds for one call")
    patience: float = Field(
        default=7200,
        ge=0,
        description="Seconds during which a system that is down is tried again before a clerk is told",
    )
    most_bytes: int = Field(default=1_000_000, ge=1000, le=10_000_000, description="Largest answer")


class HttpConnector(Connection):
    kind: Literal["http"]
    base_url: WebAddress
    auth: Auth = NoAuth(style="none")
    operations: dict[str, HttpOperation] = Field(description="By the code of the resource")


class SqlConnector(Connection):
    kind: Literal["sql"]
    host: Word
    port: int = Field(default=5432, ge=1, le=65535)
    database: Word
    user: Word
    operations: dict[str, SqlOperation]


ConnectorConfig = Annotated[HttpConnector | SqlConnector, Field(discriminator="kind")]
