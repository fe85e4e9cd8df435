"""English beside the Chinese of an item or a bundle. Pure."""

from typing import Any, Protocol

from contracts.problems import FieldProblem
from contracts.texts import texts_in


class Worded(Protocol):
    english: dict[str, str]

    def model_dump(self, *, exclude: set[str]) -> dict[str, Any]: ...


def strangers(content: Worded) -> list[FieldProblem]:
    """English for a text that does not stand there: it was changed since, or mistyped."""
    if not content.english:
        return []
    texts = set(texts_in(content.model_dump(exclude={"english"})))
    return [
        FieldProblem(
            pointer="#/english/" + text.replace("~", "~0").replace("/", "~1"),
            code="no-such-text",
            detail="No text here says this",
        )
        for text in content.english
        if text not in texts
    ]
