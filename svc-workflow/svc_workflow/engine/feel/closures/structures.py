"""Lists, contexts, ranges, and what is read out of them."""

from __future__ import annotations

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.closures.compiler import Closure, compile_node, compiles
from svc_workflow.engine.feel.members import member
from svc_workflow.engine.feel.numbers import is_number, whole
from svc_workflow.engine.feel.scope import Names, Scope
from svc_workflow.engine.feel.values import Range, Value, compare


@compiles(syntax.ListOf)
def _list(node: syntax.ListOf) -> Closure:
    items = [compile_node(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


@compiles(syntax.ContextOf)
def _context(node: syntax.ContextOf) -> Closure:
    entries = [(name, compile_node(value)) for name, value in node.entries]

    def evaluate(scope: Names) -> dict[str, Value]:
        context: dict[str, Value] = {}
        inner = Scope(context, scope)
        for name, value in entries:
            context[name] = value(inner)
        return context

    return evaluate


@compiles(syntax.Path)
def _path(node: syntax.Path) -> Closure:
    first, members = _chain(node)
    if first is not None:
        return lambda scope: scope.find_path(first, members)
    value, name = compile_node(node.value), node.name
    return lambda scope: member(value(scope), name)


def _chain(node: syntax.Path) -> tuple[str | None, tuple[str, ...]]:
    """`a.b.c` as the name `a` and what is read from it; no name where the path begins with something else."""
    members = [node.name]
    below = node.value
    while isinstance(below, syntax.Path):
        members.append(below.name)
        below = below.value
    return (below.name if isinstance(below, syntax.Name) else None), tuple(reversed(members))


@compiles(syntax.Filter)
def _filter(node: syntax.Filter) -> Closure:
    value, condition = compile_node(node.value), compile_node(node.condition)

    def evaluate(scope: Names) -> Value:
        found = value(scope)
        items = found if type(found) is list else [] if found is None else [found]
        position = condition(_item_scope(items[0] if items else None, scope))
        if is_number(position):
            return _at(items, whole(position))
        scope.budget.spend(len(items))
        return [item for item in items if condition(_item_scope(item, scope)) is True]

    return evaluate


def _item_scope(item: Value, scope: Names) -> Scope:
    return Scope({"item": item, **item} if type(item) is dict else {"item": item}, scope)


def _at(items: list[Value], position: int | None) -> Value:
    if position is None or position == 0 or abs(position) > len(items):
        return None
    return items[position - 1 if position > 0 else position]


@compiles(syntax.Interval)
def _interval(node: syntax.Interval) -> Closure:
    start, end = compile_node(node.start), compile_node(node.end)

    def evaluate(scope: Names) -> Range | None:
        first, last = start(scope), end(scope)
        if first is not None and last is not None and compare("<=", first, last) is None:
            return None
        return Range(first, last, node.start_included, node.end_included)

    return evaluate
