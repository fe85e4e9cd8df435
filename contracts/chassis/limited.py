"""What a document says where callers are counted, which the gateway does: 429 everywhere, and how much is left on every answer.

The fields are those of draft-ietf-httpapi-ratelimit-headers; their values are structured fields (RFC 9651).
"""

from typing import Any

from chassis.problems import TooManyRequests, problems

_HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit": {
        "description": "What is left of the caller's bucket (`r` requests) and the seconds until it is full again, or until "
        "`Retry-After` is over (`t`). Missing where nothing is counted",
        "schema": {"type": "string", "maxLength": 100},
        "example": '"identified";r=999;t=1',
    },
    "RateLimit-Policy": {
        "description": "Which bucket it is, how many requests it holds (`q`) and in how many seconds it fills (`w`)",
        "schema": {"type": "string", "maxLength": 100},
        "example": '"identified";q=1000;w=5',
    },
    "Retry-After": {
        "description": "The seconds to wait before asking again",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 60},
        "example": 1,
    },
}
_REFUSED = {"$ref": "#/components/responses/TooManyRequests"}
_UNCOUNTED = "/health/"


def complete(document: dict[str, Any]) -> None:
    """Adds both to every operation that is counted, in place. Twice is once."""
    components = document["components"]
    components["headers"] = {name: {**header} for name, header in _HEADERS.items()}
    (refused,) = problems(TooManyRequests).values()
    components["responses"] = {"TooManyRequests": {**refused, "headers": {name: _header(name) for name in _HEADERS}}}
    for path, item in document["paths"].items():
        for operation in item.values():
            if not path.startswith(_UNCOUNTED):
                operation["responses"] = dict(sorted({**operation["responses"], "429": _REFUSED}.items()))
                _tell(operation["responses"])


def _tell(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status[0] in "234" and response is not _REFUSED:
            response.setdefault("headers", {})["RateLimit"] = _header("RateLimit")


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
