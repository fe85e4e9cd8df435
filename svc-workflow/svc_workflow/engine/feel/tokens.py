"""FEEL text cut into tokens. Names of several words are put together by the parser, which knows them."""

import re
from typing import NamedTuple

from svc_workflow.engine.feel.errors import SyntaxFault

MAX_LENGTH = 10_000

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<name>[^\W\d]\w*)
  | (?P<mark>\*\*|<=|>=|!=|\.\.|->|[-=<>+*/()\[\]{},:.@?'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:([nrt"\'\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6}))')
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


class Token(NamedTuple):
    kind: str
    text: str
    at: int


def tokenize(text: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise SyntaxFault(f"longer than {MAX_LENGTH} characters", 0)
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxFault(f"unexpected character {text[at]!r}", at)
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, match[0], at))
        at = match.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def words(name: str) -> tuple[str, ...]:
    """A name as the texts of its tokens: `birth-registration` → (`birth`, `-`, `registration`)."""
    return tuple(token.text for token in tokenize(name)[:-1])


def unquote(text: str) -> str:
    return _join_surrogates(_ESCAPE.sub(_unescape, text[1:-1]))


def _unescape(match: re.Match[str]) -> str:
    plain, short, long = match.groups()
    if plain:
        return _PLAIN[plain]
    code = int(short or long, 16)
    if code > 0x10FFFF:
        raise SyntaxFault("no such character", match.start())
    return chr(code)


def _join_surrogates(text: str) -> str:
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
