"""Parts of addresses and who may write."""

from typing import Annotated

from fastapi import Depends, Header, Path, Query

from chassis.access import Caller, requires
from svc_catalog.search.query import Filters, Way

Code = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z-]+$")]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
IfMatch = Annotated[str | None, Header(max_length=80)]
Editor = Annotated[Caller, requires("catalog:item:write")]
Reviewer = Annotated[Caller, requires("catalog:item:review")]
Composer = Annotated[Caller, requires("catalog:bundle:write")]
Value = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00]*$",
        description="Only offers of this value, as the facet names it",
    ),
]


async def _filters(
    nature: Value = None,
    served_group: Value = None,
    body: Value = None,
    theme: Value = None,
    level: Value = None,
    form: Value = None,
    jurisdiction: Value = None,
) -> Filters:
    given = {
        Way.NATURE: nature,
        Way.SERVED_GROUP: served_group,
        Way.BODY: body,
        Way.THEME: theme,
        Way.LEVEL: level,
        Way.FORM: form,
        Way.JURISDICTION: jurisdiction,
    }
    return Filters({way: value for way, value in given.items() if value is not None})


Kept = Annotated[Filters, Depends(_filters)]
"""Values of the seven ways to browse."""
