"""How points and ranges lie to each other (DMN 1.5, 10.3.4.5). A point is a range from itself to itself."""

from __future__ import annotations

from collections.abc import Callable

from svc_workflow.engine.feel.builtins.registry import builtin
from svc_workflow.engine.feel.values import Range, Value, compare, equal

Relation = Callable[[Range, Range], bool | None]


def _span(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _starts_no_later(outer: Range, inner: Range) -> bool:
    if equal(outer.start, inner.start) is True:
        return outer.start_included or not inner.start_included
    return compare("<", outer.start, inner.start) is True


def _ends_no_earlier(outer: Range, inner: Range) -> bool:
    if equal(outer.end, inner.end) is True:
        return outer.end_included or not inner.end_included
    return compare(">", outer.end, inner.end) is True


def before(left: Range, right: Range) -> bool:
    if equal(left.end, right.start) is True:
        return not (left.end_included and right.start_included)
    return compare("<", left.end, right.start) is True


def meets(left: Range, right: Range) -> bool:
    return left.end_included and right.start_included and equal(left.end, right.start) is True


def includes(outer: Range, inner: Range) -> bool:
    return _starts_no_later(outer, inner) and _ends_no_earlier(outer, inner)


def overlaps(left: Range, right: Range) -> bool:
    return not before(left, right) and not before(right, left)


def overlaps_before(left: Range, right: Range) -> bool:
    return overlaps(left, right) and not _starts_no_later(right, left) and not _same_end_or_later(left, right)


def _same_end_or_later(left: Range, right: Range) -> bool:
    return _ends_no_earlier(left, right) and not _ends_no_earlier(right, left)


def finishes(left: Range, right: Range) -> bool:
    return _ends_no_earlier(left, right) and _ends_no_earlier(right, left) and includes(right, left)


def starts(left: Range, right: Range) -> bool:
    return _starts_no_later(left, right) and _starts_no_later(right, left) and includes(right, left)


def coincides(left: Range, right: Range) -> bool:
    return includes(left, right) and includes(right, left)


_RELATIONS: dict[str, Relation] = {
    "before": before,
    "after": lambda left, right: before(right, left),
    "meets": meets,
    "met by": lambda left, right: meets(right, left),
    "overlaps": overlaps,
    "overlaps before": overlaps_before,
    "overlaps after": lambda left, right: overlaps_before(right, left),
    "finishes": finishes,
    "finished by": lambda left, right: finishes(right, left),
    "includes": includes,
    "during": lambda left, right: includes(right, left),
    "starts": starts,
    "started by": lambda left, right: starts(right, left),
    "coincides": coincides,
}


def _register(name: str, relation: Relation) -> None:
    def related(left: Value, right: Value) -> bool | None:
        if left is None or right is None:
            return None
        first, second = _span(left), _span(right)
        if compare("<=", first.end, second.start) is None:
            return None
        return relation(first, second)

    for names in ("point1:any, point2:any", "range1:any, range2:any", "point:any, range:any", "range:any, point:any"):
        builtin(name, names)(related)


for _name, _relation in _RELATIONS.items():
    _register(_name, _relation)
