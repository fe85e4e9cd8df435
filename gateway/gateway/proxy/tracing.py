"""Request ids, taken over when well-formed; trace contexts, always made here: nobody outside decides what is traced."""

import re
import time
from random import getrandbits  # identifiers, not secrets

REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9-]{7,63}")
TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def new_request_id() -> str:
    """A UUIDv7 (RFC 9562): sortable by time."""
    milliseconds = time.time_ns() // 1_000_000
    noise = getrandbits(74)
    return "%08x-%04x-7%03x-%04x-%012x" % (  # noqa: UP031 - on the hot path, and the shortest way to say it
        milliseconds >> 16,
        milliseconds & 0xFFFF,
        noise >> 62,
        0x8000 | (noise >> 48) & 0x3FFF,
        noise & 0xFFFFFFFFFFFF,
    )


def request_id_from(value: bytes | None) -> str:
    if value is not None and REQUEST_ID.fullmatch(value):
        return value.decode()
    return new_request_id()


def new_traceparent(sampled: bool) -> bytes:
    return b"00-%032x-%016x-%02x" % (getrandbits(128) or 1, getrandbits(64) or 1, sampled)


def is_sampled(traceparent: bytes | None) -> bool:
    return traceparent is not None and traceparent.endswith(b"1")
