"""Rows that one statement brings together, whichever driver read them."""

from typing import Any

import orjson

Row = Any
"""By column: SQLAlchemy's mapping, or the driver's own record."""


def from_json(value: Any) -> Any:
    """What stands in a column of JSON, which holds no bare text here: a bare connection leaves it as it comes."""
    return orjson.loads(value) if isinstance(value, str) else value
