"""Keyset paging over one unique, ordered column (a UUIDv7 id, say) or a pair that ends with one."""

import base64
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query
from sqlalchemy import BigInteger, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput

DEFAULT, MOST = 20, 100


class Paging:
    """`cursor` and `limit` of a list's query string."""

    def __init__(self, cursor: str | None = None, limit: int = DEFAULT) -> None:
        self.after = _decode(cursor) if cursor is not None else None
        self.limit = limit


async def _paging(
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most entries of a page")] = DEFAULT,
) -> Paging:
    return Paging(cursor, limit)


PageQuery = Annotated[Paging, Depends(_paging)]


async def page_of(
    session: AsyncSession,
    query: Select[Any],
    by: list[Any],
    paging: Paging,
    *,
    descending: bool = True,
    given: Mapping[str, Any] | None = None,
) -> tuple[list[Any], str | None]:
    """One page of ORM rows ordered by columns `by` (the last one unique), and the cursor of the next page.

    `given`: the values of `query`'s own parameters, where it was made once.
    """
    ordered = query.order_by(*[column.desc() if descending else column.asc() for column in by])
    if paging.after is not None:
        if len(paging.after) != len(by):
            raise InvalidInput.at("#query/cursor", "cursor", "Not a cursor of this list")
        keys = tuple_(*by)
        edge = tuple_(*[_typed(value, column) for value, column in zip(paging.after, by, strict=True)])
        ordered = ordered.where(keys < edge if descending else keys > edge)
    rows = list((await session.execute(ordered.limit(paging.limit + 1), given)).scalars())
    if len(rows) <= paging.limit:
        return rows, None
    rows = rows[: paging.limit]
    return rows, _encode([getattr(rows[-1], column.key) for column in by])


def _typed(value: Any, column: Any) -> Any:
    try:
        kind = column.type.python_type
        typed = kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)
        if isinstance(typed, int) and typed.bit_length() > (63 if isinstance(column.type, BigInteger) else 31):
            raise ValueError("beyond the column")
        if isinstance(typed, str) and "\0" in typed:
            raise ValueError("not text")
        return typed
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise InvalidInput.at("#query/cursor", "cursor", "Not a cursor of this list") from None


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).rstrip(b"=").decode()


def _decode(cursor: str) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeEncodeError):
        raise InvalidInput.at("#query/cursor", "cursor", "Not a cursor") from None
    if not isinstance(values, list):
        raise InvalidInput.at("#query/cursor", "cursor", "Not a cursor")
    return values
