"""What no service can keep: PostgreSQL's text holds every character but NUL, so input with one is refused where it stands."""

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request

from chassis.problems import InvalidInput, NotFound
from contracts.problems import FieldProblem

NUL = "\0"
_ESCAPED = b"\\u0000"


async def refuse_nul(request: Request) -> None:
    """Raises InvalidInput with a pointer to each place; NotFound for a path, since nothing is named so."""
    if NUL in request.scope["path"]:
        raise NotFound()
    places = []
    if b"%00" in request.scope["query_string"]:
        given = request.query_params.multi_items()
        places += [f"#query/{name.replace(NUL, '')}" for name, value in given if NUL in name + value]
    body = await request.body()
    if _ESCAPED in body and "json" in request.headers.get("content-type", "json"):
        places += _places(_read(body))
    if places:
        raise InvalidInput(errors=[_problem(place) for place in places])


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None  # whoever reads it next says what is wrong with it


def _places(body: Any) -> Iterator[str]:
    """Without recursion: how deep the input goes is its sender's choice."""
    ahead = [("#", body)]
    while ahead:
        path, value = ahead.pop()
        match value:
            case str() if NUL in value:
                yield path
            case list():
                ahead += [(f"{path}/{index}", one) for index, one in enumerate(value)]
            case dict() if any(NUL in key for key in value):
                yield path
            case dict():
                ahead += [(f"{path}/{key.replace('~', '~0').replace('/', '~1')}", one) for key, one in value.items()]


def _problem(pointer: str) -> FieldProblem:
    return FieldProblem(pointer=pointer, code="nul-character", detail="The character U+0000 cannot be kept")
