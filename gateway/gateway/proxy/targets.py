"""Request targets: one spelling for one resource, so that what is authorised is what is asked for.

Percent-encodings of unreserved characters are decoded (RFC 3986, 6.2.2.2). What two programs could read in two ways is
refused, not repaired: absolute forms, empty and dot segments, encoded or back slashes, control characters.
"""

import re

from gateway.proxy.problems import MALFORMED_TARGET, Refused

PLAIN = re.compile(rb"(/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*)(?:\?([\x21\x22\x24-\x7e]*))?")
ENCODED = re.compile(rb"(/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)(?:\?([\x21\x22\x24-\x7e]*))?")
ESCAPE = re.compile(rb"%(..)")
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Control characters, percent, slash and backslash: a second decoding would change the path's meaning.
TREACHEROUS = frozenset([*range(0x20), 0x25, 0x2F, 0x5C, 0x7F])


def split_target(raw: bytes) -> tuple[bytes, bytes | None]:
    """The path in its one spelling, and the query as sent (None without a question mark). Raises Refused."""
    match = PLAIN.fullmatch(raw)
    if match is None:
        match = ENCODED.fullmatch(raw)
        if match is None:
            raise Refused(MALFORMED_TARGET)
        path = ESCAPE.sub(_spell, match[1])
    else:
        path = match[1]
    if b"//" in path or (b"/." in path and _has_dot_segment(path)):
        raise Refused(MALFORMED_TARGET)
    return path, match[2]


def _spell(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16)
    if code in TREACHEROUS:
        raise Refused(MALFORMED_TARGET)
    return bytes([code]) if code in UNRESERVED else b"%%%02X" % code


def _has_dot_segment(path: bytes) -> bool:
    """Some servers cut `;parameters` off a segment before they resolve dots; so do we, to see what they would see."""
    return any(segment.partition(b";")[0] in (b".", b"..") for segment in path.split(b"/"))
