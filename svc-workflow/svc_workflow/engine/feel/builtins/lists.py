"""Functions on lists. Positions count from 1, backwards from -1. Where a list is wanted, values may also be given singly."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from svc_workflow.engine.feel.builtins.registry import builtin
from svc_workflow.engine.feel.numbers import DECIMAL, calculate, is_number, whole
from svc_workflow.engine.feel.values import FunctionValue, Value, compare, equal

Items = list[Value]
MAX_COMPARED = 100
_PLAIN = (str, Decimal, bool, type(None))


@builtin("list contains", "list:list, element:any")
def list_contains(items: Items, element: Value) -> bool:
    return any(equal(item, element) is True for item in items)


@builtin("count", "list:list")
def count(items: Items) -> Decimal:
    return Decimal(len(items))


def _numbers(items: Items) -> list[Decimal] | None:
    return items if items and all(is_number(item) for item in items) else None


def _extreme(operator: str, items: Items) -> Value:
    best: Value = None
    for position, item in enumerate(items):
        if position and compare(operator, item, best) is None:
            return None
        if position == 0 or compare(operator, item, best):
            best = item
    return best


@builtin("min", "list:list")
def minimum(items: Items) -> Value:
    return _extreme("<", items)


@builtin("min", "c*:any")
def minimum_of(*items: Value) -> Value:
    return _extreme("<", list(items))


@builtin("max", "list:list")
def maximum(items: Items) -> Value:
    return _extreme(">", items)


@builtin("max", "c*:any")
def maximum_of(*items: Value) -> Value:
    return _extreme(">", list(items))


@builtin("sum", "list:list")
def total(items: Items) -> Decimal | None:
    numbers = _numbers(items)
    result: Decimal | None = Decimal(0)
    for number in numbers or ():
        result = None if result is None else calculate("+", result, number)
    return result if numbers else None


@builtin("sum", "n*:any")
def total_of(*items: Value) -> Decimal | None:
    return total(list(items))  # type: ignore[no-any-return]


@builtin("product", "list:list")
def product(items: Items) -> Decimal | None:
    numbers = _numbers(items)
    result: Decimal | None = Decimal(1)
    for number in numbers or ():
        result = None if result is None else calculate("*", result, number)
    return result if numbers else None


@builtin("product", "n*:any")
def product_of(*items: Value) -> Decimal | None:
    return product(list(items))  # type: ignore[no-any-return]


@builtin("mean", "list:list")
def mean(items: Items) -> Decimal | None:
    whole_sum = total(items)
    return None if whole_sum is None else calculate("/", whole_sum, Decimal(len(items)))


@builtin("mean", "n*:any")
def mean_of(*items: Value) -> Decimal | None:
    return mean(list(items))  # type: ignore[no-any-return]


@builtin("median", "list:list")
def median(items: Items) -> Decimal | None:
    numbers = sorted(_numbers(items) or [])
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


@builtin("median", "n*:any")
def median_of(*items: Value) -> Decimal | None:
    return median(list(items))  # type: ignore[no-any-return]


@builtin("stddev", "list:list")
def standard_deviation(items: Items) -> Decimal | None:
    numbers, average = _numbers(items), mean(items)
    if numbers is None or average is None or len(numbers) < 2:
        return None
    squares = [DECIMAL.power(DECIMAL.subtract(number, average), 2) for number in numbers]
    variance = DECIMAL.divide(sum(squares, Decimal(0)), Decimal(len(numbers) - 1))
    return DECIMAL.sqrt(variance)


@builtin("stddev", "n*:any")
def standard_deviation_of(*items: Value) -> Decimal | None:
    return standard_deviation(list(items))  # type: ignore[no-any-return]


@builtin("mode", "list:list")
def mode(items: Items) -> list[Decimal] | None:
    if items and _numbers(items) is None:
        return None
    counts = Counter(items)
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


@builtin("mode", "n*:any")
def mode_of(*items: Value) -> list[Decimal] | None:
    return mode(list(items))  # type: ignore[no-any-return]


@builtin("all", "list:list")
def every(items: Items) -> bool | None:
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("all", "b*:any")
def every_of(*items: Value) -> bool | None:
    return every(list(items)) if items else None


@builtin("any", "list:list")
def some(items: Items) -> bool | None:
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("any", "b*:any")
def some_of(*items: Value) -> bool | None:
    return some(list(items)) if items else None


@builtin("sublist", "list:list, start position:number, length?:number")
def sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Items | None:
    begin = _position(items, start)
    size = None if length is None else whole(length)
    if begin is None or (size is not None and (size < 1 or begin + size > len(items))):
        return None
    return items[begin : None if size is None else begin + size]


@builtin("append", "list:list, item*:any")
def append(items: Items, *more: Value) -> Items:
    return [*items, *more]


@builtin("concatenate", "list*:list")
def concatenate(*lists: Items) -> Items:
    return [item for items in lists for item in items]


@builtin("insert before", "list:list, position:number, newItem:any")
def insert_before(items: Items, position: Decimal, item: Value) -> Items | None:
    at = _position(items, position)
    return None if at is None else [*items[:at], item, *items[at:]]


@builtin("remove", "list:list, position:number")
def remove(items: Items, position: Decimal) -> Items | None:
    at = _position(items, position)
    return None if at is None else items[:at] + items[at + 1 :]


@builtin("list replace", "list:list, position:number, newItem:any")
def list_replace(items: Items, position: Decimal, item: Value) -> Items | None:
    at = _position(items, position)
    return None if at is None else [*items[:at], item, *items[at + 1 :]]


@builtin("list replace", "list:list, match:function, newItem:any")
def list_replace_matching(items: Items, match: FunctionValue, new: Value) -> Items | None:
    if not match.accepts(2):
        return None
    verdicts = [match.invoke(item, new) for item in items]
    if not all(isinstance(verdict, bool) for verdict in verdicts):
        return None
    return [new if verdict else item for item, verdict in zip(items, verdicts, strict=True)]


@builtin("reverse", "list:list")
def reverse(items: Items) -> Items:
    return items[::-1]


@builtin("index of", "list:list, match:any")
def index_of(items: Items, match: Value) -> Items:
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("distinct values", "list:list")
def distinct_values(items: Items) -> Items | None:
    seen: set[Any] = set()
    others: Items = []
    found: Items = []
    for item in items:
        if isinstance(item, _PLAIN):
            known = (type(item), item) in seen
            seen.add((type(item), item))
        else:
            known = any(equal(item, other) is True for other in others)
            others += [] if known else [item]
        if not known:
            found.append(item)
        if len(others) > MAX_COMPARED:
            return None
    return found


@builtin("union", "list*:list")
def union(*lists: Items) -> Items | None:
    return distinct_values(concatenate(*lists))  # type: ignore[no-any-return]


@builtin("flatten", "list:list")
def flatten(items: Items) -> Items:
    flat: Items = []
    for item in items:
        flat.extend(flatten(item) if isinstance(item, list) else [item])
    return flat


@builtin("sort", "list:list, precedes?:function")
def sort(items: Items, precedes: FunctionValue | None = None) -> Items | None:
    if precedes is not None and not precedes.accepts(2):
        return None

    def order(left: Value, right: Value) -> int:
        if precedes is None:
            return -1 if compare("<", left, right) else int(compare(">", left, right) is True)
        return -1 if precedes.invoke(left, right) is True else int(precedes.invoke(right, left) is True)

    return sorted(items, key=cmp_to_key(order))


def _position(items: Items, position: Decimal) -> int | None:
    place = whole(position)
    if not place or abs(place) > len(items):
        return None
    return place - 1 if place > 0 else len(items) + place
