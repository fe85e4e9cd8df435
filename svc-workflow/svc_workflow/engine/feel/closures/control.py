"""Choosing and repeating."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.closures.compiler import Closure, compile_node, compiles
from svc_workflow.engine.feel.numbers import whole
from svc_workflow.engine.feel.scope import Names, Scope
from svc_workflow.engine.feel.values import Range, Value


@compiles(syntax.If)
def _if(node: syntax.If) -> Closure:
    condition, then, otherwise = compile_node(node.condition), compile_node(node.then), compile_node(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


Domain = tuple[str, Closure, Closure | None]


def _domains(iterations: tuple[syntax.Iteration, ...]) -> list[Domain]:
    return [(each.name, compile_node(each.domain), compile_node(each.last) if each.last else None)
            for each in iterations]  # fmt: skip


def _walk(domains: list[Domain], values: dict[str, Value], scope: Names) -> Iterator[Scope]:
    """Every combination of the iteration variables; a later domain sees the earlier variables."""
    if not domains:
        scope.budget.spend()
        yield Scope(values, scope)
        return
    (name, first, last), rest = domains[0], domains[1:]
    for value in _items(first, last, Scope(values, scope)):
        scope.budget.spend()
        yield from _walk(rest, {**values, name: value}, scope)


def _items(first: Closure, last: Closure | None, scope: Names) -> Iterator[Value]:
    value = first(scope)
    if last is not None:
        value = Range(value, last(scope), True, True)
    if type(value) is Range:
        yield from _counted(value)
    elif type(value) is list:
        yield from value
    elif value is not None:
        yield value


def _counted(span: Range) -> Iterator[Value]:
    start, end = whole(span.start), whole(span.end)
    if start is None or end is None:
        return
    step = 1 if start <= end else -1
    for number in range(start, end + step, step):
        yield Decimal(number)


@compiles(syntax.For)
def _for(node: syntax.For) -> Closure:
    domains, body = _domains(node.iterations), compile_node(node.body)

    def evaluate(scope: Names) -> list[Value]:
        results: list[Value] = []
        for inner in _walk(domains, {"partial": results}, scope):
            results.append(body(inner))
        return results

    return evaluate


@compiles(syntax.Quantified)
def _quantified(node: syntax.Quantified) -> Closure:
    domains, condition, every = _domains(node.iterations), compile_node(node.condition), node.every

    def evaluate(scope: Names) -> bool | None:
        certain = True
        for inner in _walk(domains, {}, scope):
            value = condition(inner)
            if value is (not every):
                return not every
            certain = certain and isinstance(value, bool)
        return every if certain else None

    return evaluate
