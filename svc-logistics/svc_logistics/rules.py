"""What carriers' reports mean, and when a state moves. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from contracts.events.logistics import ParcelState

ARRIVED = frozenset({ParcelState.DELIVERED, ParcelState.SIGNED_BY_OTHER})
ENDED = ARRIVED | {ParcelState.RETURNED, ParcelState.LOST}


@dataclass(frozen=True, order=True)
class Place:
    """Where a report stands in the carrier's own order: by its sequence, then its time."""

    sequence: int
    at: datetime


@dataclass(frozen=True)
class Report:
    place: Place
    code: str


@cache
def _codes() -> Mapping[str, Mapping[str, ParcelState]]:
    text = files("svc_logistics").joinpath("carrier_codes.json").read_text()
    return {
        name: {code: ParcelState(state) for code, state in codes.items()} for name, codes in json.loads(text).items()
    }


def meaning(carrier: str, code: str) -> ParcelState | None:
    """The normalised state of a carrier's code; None for one nobody knows."""
    return _codes()[carrier].get(code)


@cache
def codes(carrier: str) -> list[str]:
    """All that are known of this carrier."""
    return list(_codes()[carrier])


def state_after(carrier: str, reports: Iterable[Report]) -> tuple[Place, ParcelState] | None:
    """The newest report whose code is known, in the carrier's order, whatever the order of arrival."""
    known = [(report.place, state) for report in reports if (state := meaning(carrier, report.code)) is not None]
    return max(known, default=None, key=lambda entry: entry[0])


def signature(secret: str, *parts: str, body: bytes) -> str:
    """`sha256=<hex>` over the parts and the raw body, joined by dots."""
    message = ".".join(parts).encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_signed(given: str | None, secret: str, *parts: str, body: bytes) -> bool:
    return (
        bool(secret)
        and given is not None
        and hmac.compare_digest(given.encode(), signature(secret, *parts, body=body).encode())
    )


def is_recent(timestamp: str, now: float, age: int) -> bool:
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and abs(now - int(timestamp)) <= age
