"""Functions on strings. Positions count characters from 1, backwards from -1."""

from __future__ import annotations

from decimal import Decimal

from svc_workflow.engine.feel.arithmetic import MAX_TEXT
from svc_workflow.engine.feel.builtins.registry import builtin
from svc_workflow.engine.feel.numbers import whole
from svc_workflow.engine.feel.patterns import compile_pattern, expand, fits
from svc_workflow.engine.feel.values import Value, text

MATCH_COST = 500


@builtin("string", "from:any")
def string(value: Value) -> str | None:
    return None if value is None else text(value)


@builtin("string length", "string:string")
def string_length(value: str) -> Decimal:
    return Decimal(len(value))


@builtin("substring", "string:string, start position:number, length?:number")
def substring(value: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first, count = whole(start), None if length is None else whole(length)
    if not first or abs(first) > len(value) or (count is not None and count < 1):
        return None
    begin = first - 1 if first > 0 else len(value) + first
    return value[begin : None if count is None else begin + count]


@builtin("upper case", "string:string")
def upper_case(value: str) -> str:
    return value.upper()


@builtin("lower case", "string:string")
def lower_case(value: str) -> str:
    return value.lower()


@builtin("substring before", "string:string, match:string")
def substring_before(value: str, match: str) -> str:
    before, found, _ = value.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string:string, match:string")
def substring_after(value: str, match: str) -> str:
    return value.partition(match)[2] if match else value


@builtin("contains", "string:string, match:string")
def contains(value: str, match: str) -> bool:
    return match in value


@builtin("starts with", "string:string, match:string")
def starts_with(value: str, match: str) -> bool:
    return value.startswith(match)


@builtin("ends with", "string:string, match:string")
def ends_with(value: str, match: str) -> bool:
    return value.endswith(match)


@builtin("matches", "input:string, pattern:string, flags?:string", cost=MATCH_COST)
def matches(value: str, pattern: str, flags: str | None = None) -> bool | None:
    compiled = compile_pattern(pattern, flags)
    if compiled is None or not fits(compiled, value):
        return None
    return compiled.search(value) is not None


@builtin("replace", "input:string, pattern:string, replacement:string, flags?:string", cost=MATCH_COST)
def replace(value: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    compiled = compile_pattern(pattern, flags)
    if compiled is None or not fits(compiled, value) or len(value) * (len(replacement) + 1) > MAX_TEXT:
        return None
    return compiled.sub(lambda match: expand(match, replacement), value)


@builtin("split", "string:string, delimiter:string", cost=MATCH_COST)
def split(value: str, delimiter: str) -> list[str] | None:
    compiled = compile_pattern(delimiter, None)
    if compiled is None or not fits(compiled, value):
        return None
    pieces, start = [], 0
    for match in compiled.finditer(value):
        pieces.append(value[start : match.start()])
        start = match.end()
    return [*pieces, value[start:]]


@builtin("string join", "list:list, delimiter?:string")
def string_join(items: list[Value], delimiter: str | None = None) -> str | None:
    if any(item is not None and not isinstance(item, str) for item in items):
        return None
    joined = [item for item in items if item is not None]
    if sum(map(len, joined)) + len(joined) * len(delimiter or "") > MAX_TEXT:
        return None
    return (delimiter or "").join(joined)
