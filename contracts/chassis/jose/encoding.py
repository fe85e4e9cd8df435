"""The strict spellings: canonical base64url, and JSON without surprises."""

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

from chassis.jose.errors import InvalidToken, refuse

MAX_DEPTH = 16


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(part: str) -> bytes:
    """Only the one canonical spelling: no padding, no whitespace, no stray bits, no other alphabet."""
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if encode(data) != part:
        refuse("not base64url")
    return data


def read_object(data: bytes) -> dict[str, Any]:
    """Strict JSON: UTF-8, an object, no duplicate keys, no NaN or Infinity, no lone surrogates, not too deep."""
    text = data.decode("utf-8")
    value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite)
    if not isinstance(value, dict):
        refuse("not an object")
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # raises where an escape spells half a character
    _check_depth(value)
    return value


def write_object(value: Mapping[str, Any]) -> bytes:
    """What `read_object` reads back. Raises ValueError for what it would refuse."""
    data = json.dumps(dict(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")
    try:
        read_object(data)
    except InvalidToken as refusal:
        raise ValueError(refusal.reason) from None
    return data


def _check_depth(value: Any, left: int = MAX_DEPTH) -> None:
    if not isinstance(value, dict | list):
        return
    if left == 0:
        refuse("too deep")
    for member in value.values() if isinstance(value, dict) else value:
        _check_depth(member, left - 1)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        refuse("duplicate key")
    return members


def _refuse_constant(name: str) -> float:
    refuse("not a finite number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        refuse("not a finite number")
    return value
