"""Reading what callers send, and saying no."""

import json
from typing import Any

from starlette.requests import Request

LARGEST_BODY = 64 * 1024


class Refusal(Exception):
    """The caller is told no. Each program says it in its own manner; the text never repeats a value."""

    def __init__(self, code: str, message: str, status: int = 400, field: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.field = code, message, status, field


class Fields:
    """The members of a JSON object, a form or an XML body; what is missing or wrong is refused with `code`."""

    def __init__(self, given: Any, code: str = "invalid-request", path: str = "") -> None:
        self.code, self._path = code, path
        if not isinstance(given, dict):
            raise self.wrong("", "an object is expected")
        self.given: dict[str, Any] = given

    def wrong(self, name: str, why: str) -> Refusal:
        field = f"{self._path}{name}".rstrip(".")
        return Refusal(self.code, f"{field or 'body'}: {why}", field=field or None)

    def text(self, name: str, longest: int = 64) -> str:
        value = self.given.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise self.wrong(name, f"text of 1 to {longest} characters is expected")
        return value.strip()

    def one_of(self, name: str, *allowed: str) -> str:
        value = self.text(name)
        if value not in allowed:
            raise self.wrong(name, f"one of {', '.join(allowed)} is expected")
        return value

    def whole(self, name: str, least: int = 1) -> int:
        value = self.given.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(name, f"a whole number from {least} is expected")
        return value

    def fields(self, name: str) -> "Fields":
        return Fields(self.given.get(name), self.code, f"{self._path}{name}.")

    def url(self, name: str) -> str:
        value = self.text(name, 500)
        if not value.startswith(("http://", "https://")):
            raise self.wrong(name, "an http address is expected")
        return value


async def raw_body(request: Request, code: str = "invalid-request") -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refusal(code, "body: too large", 413)
    return body


async def json_fields(request: Request, code: str = "invalid-request") -> Fields:
    return parse_json(await raw_body(request, code), code)


def parse_json(body: bytes, code: str = "invalid-request") -> Fields:
    try:
        return Fields(json.loads(body), code)
    except ValueError:
        raise Refusal(code, "body: JSON is expected") from None
