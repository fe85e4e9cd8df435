"""The time, asked for in one place, so that a replay or a test can stand at another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

CITY = timezone(timedelta(hours=8), "Asia/Shanghai")
"""All of China keeps one time."""
END_OF_TIME = datetime(9999, 12, 30, tzinfo=UTC)
_file: Path | None = None
_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    return _standing.get() or datetime.now(UTC) + _ahead()


def follow(file: Path | None) -> None:
    """Go ahead of the real time by the seconds that stand in a file: a demonstration lets days pass in a moment."""
    global _file
    _file = file


def _ahead() -> timedelta:
    if _file is None or not _file.exists():
        return timedelta()
    return timedelta(seconds=int(_file.read_text() or 0))


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
