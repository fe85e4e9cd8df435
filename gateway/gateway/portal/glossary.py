"""The city's words in English, as svc-catalog has them (decision 16), for pages that speak English."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping

from markupsafe import escape

from gateway.portal.services import Away, Refusal, Services

logger = logging.getLogger(__name__)
FRESH, PATIENCE = 60.0, 5.0
"""Seconds until words are asked for again; and when there was no answer."""
SENTENCE = ("，", "。", "；", "！", "？")
QUOTED = (("“", "《"), ("”", "》"))
"""What stands right before or behind a quotation belongs to the sentence around it."""
AFTER = {"、": ", ", "：": ": "}
MARKS = str.maketrans({**AFTER, "（": " (", "）": ")"})


class Glossary:
    """English for texts as they stand in HTML, escaped. A term is found where it stands by itself, never within a word."""

    def __init__(self, terms: Mapping[str, str] = {}) -> None:
        self._terms = {str(escape(chinese)): str(escape(english)) for chinese, english in terms.items() if chinese}
        self._by_start: defaultdict[str, list[str]] = defaultdict(list)
        for chinese in sorted(self._terms, key=len, reverse=True):
            self._by_start[chinese[0]].append(chinese)

    def said(self, text: str) -> str:
        """The same with English for every term in it; marks follow after a term, and everywhere when nothing Chinese is left."""
        said = "".join(self._parts(text))
        return said if said == text or has_chinese(said) else said.translate(MARKS)

    def _parts(self, text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            term = self._term_at(text, at)
            yield self._terms[term] if term else text[at]
            at += len(term) if term else 1
            if term and text[at : at + 1] in AFTER:
                yield AFTER[text[at]]
                at += 1

    def _term_at(self, text: str, at: int) -> str:
        if at and (_goes_on(text[at - 1]) or text[at - 1] in QUOTED[1]) and text[at].isalnum():
            return ""
        for term in self._by_start.get(text[at], ()):
            after = text[at + len(term) : at + len(term) + 1]
            if text.startswith(term, at) and not _goes_on(after) and after not in QUOTED[0]:
                return term
        return ""


def _goes_on(letter: str) -> bool:
    """A word or a sentence: half a sentence in English would be worse than none."""
    return letter.isalnum() or letter in SENTENCE


NOTHING = Glossary()


def has_chinese(text: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


class Glossaries:
    """The glossary of this process: asked for when it is needed and older than a minute; an old one is better than none."""

    def __init__(self) -> None:
        self._kept, self._terms, self._until = NOTHING, dict[str, str](), 0.0

    async def now(self, services: Services) -> Glossary:
        if time.monotonic() < self._until:
            return self._kept
        self._until = time.monotonic() + PATIENCE  # one asks, the others go on with what there is
        try:
            terms = (await services.get("catalog", "/glossary"))["terms"]
        except (Away, Refusal) as error:
            logger.warning("no new glossary", extra={"reason": str(error)})
            return self._kept
        if terms != self._terms:
            self._kept, self._terms = Glossary(terms), terms
        self._until = time.monotonic() + FRESH
        return self._kept
