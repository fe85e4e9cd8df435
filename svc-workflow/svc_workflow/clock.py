"""The time, asked for in one place, so that a replay or a test can stand at another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

CITY = timezone(timedelta(hours=8), "Asia/Shanghai")
"""All of China keeps one time."""
END_OF_TIME = datetime(9999, 12, 30, tzinfo=UTC)
_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    return _standing.get() or datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The city's date at a moment."""
    return moment.astimezone(CITY).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
