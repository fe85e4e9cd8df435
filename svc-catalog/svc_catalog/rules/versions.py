"""States of a version, and what must agree in an item. Pure."""

from enum import StrEnum

from contracts.problems import FieldProblem
from svc_catalog.rules.english import strangers
from svc_catalog.schemas.elements import Elements


class State(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.DRAFT, State.REVIEWED, State.SCHEDULED})
"""Not in force yet; an item has at most one such version."""

_NEXT = {
    State.DRAFT: {State.REVIEWED, State.WITHDRAWN},
    State.REVIEWED: {State.SCHEDULED, State.PUBLISHED, State.DRAFT, State.WITHDRAWN},
    State.SCHEDULED: {State.PUBLISHED, State.WITHDRAWN},
    State.PUBLISHED: {State.SUPERSEDED, State.WITHDRAWN},
}


def may_become(state: str, wanted: State) -> bool:
    return wanted in _NEXT.get(State(state), set())


def disagreements(item: Elements) -> list[FieldProblem]:
    """Codes that say different things about one item, and English for what it does not say."""
    found = []
    if item.implementation_code[:18] != item.department:
        found.append(
            _problem("implementation_code", "department", "Characters 1 to 18 are the department's credit code")
        )
    if item.implementation_code[18] != item.level:
        found.append(_problem("implementation_code", "level", "Character 19 is the item's level"))
    codes = [material.code for material in item.materials]
    found += [
        _problem(f"materials/{place}/code", "duplicate", "Another material has this code")
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]
    return [*found, *strangers(item)]


def _problem(path: str, code: str, detail: str) -> FieldProblem:
    return FieldProblem(pointer=f"#/{path}", code=code, detail=detail)
