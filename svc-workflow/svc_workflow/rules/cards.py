"""Supervision (电子监察): which card a branch deserves. Pure.

A reminder comes when most of the promised limit is used (a share of it, so that it means something for one day and for a
hundred); yellow when the promise is broken, red when the law's limit is.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum

REMINDER_SHARE = 0.8


class Card(IntEnum):
    NONE = 0
    REMINDER = 1
    YELLOW = 2
    RED = 3

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def reason(self) -> str:
        return _REASONS[self]


_REASONS = {
    Card.NONE: "",
    Card.REMINDER: "promised-limit-near",
    Card.YELLOW: "promised-limit-exceeded",
    Card.RED: "statutory-limit-exceeded",
}
Moments = Mapping[Card, datetime | None]
"""After which moment each card is due; None: never."""


def card_of(moments: Moments, now: datetime) -> Card:
    return max((card for card, moment in moments.items() if moment is not None and moment < now), default=Card.NONE)


def next_at(moments: Moments, issued: Card) -> datetime | None:
    """When a graver card than the one issued may be due."""
    graver = [moment for card, moment in moments.items() if moment is not None and card > issued]
    return min(graver, default=None)


def card_named(code: str | None) -> Card:
    return Card.NONE if code is None else Card[code.upper()]
