"""Keyset paging: a list answers `items` and, when there is more, `next_cursor`."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = Field(default=None, description="Give it back as `cursor` for what follows; opaque")
