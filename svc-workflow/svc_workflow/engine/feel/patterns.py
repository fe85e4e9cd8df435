"""Regular expressions from a text, kept from running away.

Python's matcher tries alternatives one after another, so a few characters of pattern can cost years. A pattern is used
only if its cost is bounded: no repetition inside a repetition, few open repetitions, and texts short enough for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

MAX_PATTERN = 500
MAX_COST = 2_000_000
_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_GROUP = re.compile(r"\\([\\$])|\$(\d)")


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str | None) -> re.Pattern[str] | None:
    """None for a pattern that is wrong or could run away."""
    if len(pattern) > MAX_PATTERN or set(flags or "") - _FLAGS.keys():
        return None
    options = 0
    for flag in flags or "":
        options |= _FLAGS[flag]
    try:
        if _repetitions(pattern, options) is None:
            return None
        return re.compile(pattern, options)
    except (re.error, OverflowError, RecursionError):
        return None


def fits(pattern: re.Pattern[str], text: str) -> bool:
    """A text so long that the search could take too many steps is not searched."""
    repetitions = _repetitions(pattern.pattern, pattern.flags & ~re.UNICODE) or 0
    return bool(len(text) ** (1 + repetitions) <= MAX_COST)


def expand(match: re.Match[str], replacement: str) -> str:
    """`$1` is the first group, `$0` the whole match, `\\$` a dollar sign."""

    def group(reference: re.Match[str]) -> str:
        if reference[1]:
            return reference[1]
        number = int(reference[2])
        return (match[number] or "") if number <= match.re.groups else ""

    return _GROUP.sub(group, replacement)


@lru_cache(maxsize=256)
def _repetitions(pattern: str, options: int) -> int | None:
    """How many repetitions the pattern holds that may backtrack; None if one holds another."""
    count = 0
    for repeat in _repeats(_parser.parse(pattern, options)):
        low, high, body = repeat
        if low != high or any(True for _ in _choices(body)):
            if any(True for _ in _repeats(body)) or any(True for _ in _choices(body)):
                return None
            count += 1
    return count


def _walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, _parser.SubPattern):
        for operation, argument in tree:
            yield operation, argument
            yield from _walk(argument)
    elif isinstance(tree, (tuple, list)):
        for part in tree:
            yield from _walk(part)


def _repeats(tree: Any) -> Iterator[tuple[int, int, Any]]:
    return (argument for operation, argument in _walk(tree) if operation in _REPEATS)


def _choices(tree: Any) -> Iterator[Any]:
    return (argument for operation, argument in _walk(tree) if operation is _constants.BRANCH)
