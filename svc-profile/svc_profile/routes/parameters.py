"""What several routes are asked."""

from typing import Annotated, Literal

from fastapi import Query

Language = Annotated[
    Literal["zh", "en"] | None, Query(description="Of sentences; the one that the person chose when not given")
]
