"""What the gateway's owner decides about a request before it is forwarded."""

import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from gateway.proxy.problems import Field, Problem
from gateway.proxy.request import Request

NAME = re.compile(rb"[a-z0-9!#$%&'*+.^_`|~-]+")
VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
FRAMING = frozenset((b"connection", b"content-length", b"host", b"transfer-encoding"))


class Forward:
    """Pass the request on. Fields in `add` replace those of the same name, `remove` takes fields away, `answer` is put on
    the answer. Names in lower case. Immutable: one object may serve every request of a session."""

    __slots__ = ("answer", "block", "gone")

    def __init__(self, add: Iterable[Field] = (), remove: Iterable[bytes] = (), answer: Iterable[Field] = ()) -> None:
        added = tuple(add)
        self.block = encode(added)
        self.gone = frozenset(remove) | {name for name, _ in added}
        self.answer = encode(answer)


class Reject:
    """Answer with this problem instead; `answer` fields are put on it (a challenge, a cookie taken back)."""

    __slots__ = ("fields", "problem")

    def __init__(self, problem: Problem, answer: Iterable[Field] = ()) -> None:
        self.problem = problem
        self.fields = list(answer)
        encode(self.fields)


Verdict = Forward | Reject
Authorise = Callable[[Request], Verdict | Coroutine[Any, Any, Verdict]]


def encode(fields: Iterable[Field]) -> bytes:
    """Raises ValueError for what would not be one plain field each."""
    lines = []
    for name, value in fields:
        if not NAME.fullmatch(name) or not VALUE.fullmatch(value) or name in FRAMING:
            raise ValueError(f"not a header field to set: {name!r}")
        lines.append(b"%b: %b\r\n" % (name, value))
    return b"".join(lines)


def allow_all(request: Request) -> Verdict:
    """For services that check tokens themselves, with nothing to add."""
    return ALLOWED


ALLOWED = Forward()
