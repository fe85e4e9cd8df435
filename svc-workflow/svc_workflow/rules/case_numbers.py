"""The one number for every channel to ask progress with (办件编号): `DDDDDD-YYYY-NNNNNN`."""

import re

PATTERN = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{6,}")


def case_number(division: str, year: int, count: int) -> str:
    """More than a million cases a year make the last part longer, never twice the same."""
    return f"{division}-{year:04d}-{count:06d}"
