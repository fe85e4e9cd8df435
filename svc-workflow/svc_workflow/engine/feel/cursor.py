"""A place in a FEEL text, and the names known there.

FEEL names may hold spaces and operator signs (`date and time`, `birth-registration`). Which run of tokens is one name
depends on the names known at that place: the longest known name wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from svc_workflow.engine.feel.errors import SyntaxFault
from svc_workflow.engine.feel.tokens import Token, tokenize, words

MAX_DEPTH = 64

_RESERVED = frozenset(
    {"and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "instance",
     "function", "true", "false", "null"}
)  # fmt: skip
_NAME_MARKS = frozenset("-+*/.'")
_MEMBER_NAMES = ("time offset", "start included", "end included")


class Cursor:
    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.tokens = tokenize(text)
        self.position = 0
        self.depth = 0
        self.filters = True
        self.known: dict[str, list[tuple[str, ...]]] = {}
        for name in (*names, *_MEMBER_NAMES):
            self.learn(name)

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def fault(self, reason: str) -> SyntaxFault:
        return SyntaxFault(reason, self.token.at)

    def peek(self, text: str) -> bool:
        return self.token.text == text and self.token.kind in ("mark", "name")

    def accept(self, text: str) -> bool:
        if self.peek(text):
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.fault(f"expected {text!r}")

    def learn(self, name: str) -> None:
        """From here on `name` is one name, whatever its tokens are."""
        parts = words(name)
        if len(parts) > 1:
            known = self.known.setdefault(parts[0], [])
            if parts not in known:
                known.append(parts)
                known.sort(key=len, reverse=True)

    def name(self) -> str:
        token = self.token
        if token.kind != "name" or token.text in _RESERVED:
            raise self.fault("expected a name")
        for parts in self.known.get(token.text, ()):
            if tuple(part.text for part in self.tokens[self.position : self.position + len(parts)]) == parts:
                self.position += len(parts)
                return _spelled(parts)
        self.position += 1
        return token.text

    def name_before(self, *ends: str) -> str:
        """A name that is being given: everything up to the mark that ends it."""
        start = self.position
        while self.token.text not in ends and (self.token.kind == "name" or self.token.text in _NAME_MARKS):
            self.position += 1
        if self.position == start or self.token.text not in ends:
            raise self.fault("expected a name")
        name = _spelled(tuple(token.text for token in self.tokens[start : self.position]))
        self.learn(name)
        return name

    def descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault("nested too deeply")


def _spelled(parts: tuple[str, ...]) -> str:
    """Words are kept apart by one space; an operator sign inside a name joins."""
    name = parts[0]
    for before, part in pairwise(parts):
        spaced = before[-1].isalnum() and part[0].isalnum()
        name += f" {part}" if spaced else part
    return name
