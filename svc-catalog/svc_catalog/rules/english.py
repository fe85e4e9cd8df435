"""English beside the Chinese of an item or a bundle. Pure."""

from collections.abc import Iterator
from typing import Any, Protocol

from contracts.problems import FieldProblem


class Worded(Protocol):
    english: dict[str, str]

    def model_dump(self, *, exclude: set[str]) -> dict[str, Any]: ...


def strangers(content: Worded) -> list[FieldProblem]:
    """English for a text that does not stand there: it was changed since, or mistyped."""
    if not content.english:
        return []
    texts = set(_texts(content.model_dump(exclude={"english"})))
    return [
        FieldProblem(
            pointer="#/english/" + text.replace("~", "~0").replace("/", "~1"),
            code="no-such-text",
            detail="No text here says this",
        )
        for text in content.english
        if text not in texts
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
