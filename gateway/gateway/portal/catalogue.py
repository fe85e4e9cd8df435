"""The portal's words: one catalogue per language, TOML files split by noun, keys like `home.title`.

A text may hold named placeholders (`{name}`). Values are escaped when they are filled in; texts are our own and plain."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "texts"


class MissingText(LookupError):
    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"no text {key!r} in {language}")


class Texts:
    def __init__(self, language: str, texts: Mapping[str, Markup]) -> None:
        self.language = language
        self.texts = texts

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def __call__(self, key: str, **given: object) -> Markup:
        try:
            text = self.texts[key]
        except KeyError:
            raise MissingText(self.language, key) from None
        return text.format(**given)


@lru_cache
def catalogue(language: str) -> Texts:
    texts: dict[str, Markup] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        tables = tomllib.loads(path.read_text("utf-8"))
        texts.update((key, escape(text)) for key, text in flatten(path.stem, tables))
    return Texts(language, texts)


def flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flatten(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", value
