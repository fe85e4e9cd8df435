"""The W3C trace context (`traceparent`, version 00) as a string: begun, checked, handed on."""

import re
from random import getrandbits  # identifiers, not secrets

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def begin(sampled: bool) -> str:
    """A trace that starts here."""
    return f"00-{getrandbits(128) or 1:032x}-{getrandbits(64) or 1:016x}-{'01' if sampled else '00'}"


def next_hop(parent: str) -> str:
    """The same trace with an id for the work that starts here."""
    return f"{parent[:36]}{getrandbits(64) or 1:016x}{parent[52:]}"


def wellformed(value: bytes | str | None) -> str | None:
    """What another program handed on, or None where it is none. Of the flags only `sampled` is kept."""
    if value is None:
        return None
    text = value if isinstance(value, str) else value.decode("latin-1")
    if _TRACEPARENT.fullmatch(text) is None:
        return None
    return text if text[53] == "0" and text[54] in "01" else f"{text[:53]}0{int(text[54], 16) & 1}"


def is_sampled(traceparent: str) -> bool:
    return traceparent.endswith("1")


def trace_id_of(traceparent: str) -> str:
    return traceparent[3:35]


def span_id_of(traceparent: str) -> str:
    return traceparent[36:52]
