"""Names, literals and operators."""

from __future__ import annotations

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.arithmetic import negate, operate
from svc_workflow.engine.feel.builtins import BUILTINS
from svc_workflow.engine.feel.closures.compiler import Closure, compile_node, compiles
from svc_workflow.engine.feel.scope import Names
from svc_workflow.engine.feel.values import Value, compare, conjunction, equal, unlike


@compiles(syntax.Literal)
def _literal(node: syntax.Literal) -> Closure:
    value = node.value
    return lambda scope: value


@compiles(syntax.Name)
def _name(node: syntax.Name) -> Closure:
    name = node.name
    builtin = BUILTINS.get(name)
    if builtin is None:
        return lambda scope: scope.find(name)

    def find(scope: Names) -> Value:
        value = scope.find(name)
        return builtin if value is None else value

    return find


@compiles(syntax.Negation)
def _negation(node: syntax.Negation) -> Closure:
    operand = compile_node(node.operand)
    return lambda scope: negate(operand(scope))


@compiles(syntax.Binary)
def _binary(node: syntax.Binary) -> Closure:
    operator = node.operator
    if operator in ("and", "or"):
        return _logic(operator, [compile_node(operand) for operand in _operands(node)])
    left, right = compile_node(node.left), compile_node(node.right)
    if operator == "=":
        return lambda scope: equal(left(scope), right(scope))
    if operator == "!=":
        return lambda scope: unlike(equal(left(scope), right(scope)))
    if operator in ("<", "<=", ">", ">="):
        return lambda scope: compare(operator, left(scope), right(scope))
    return lambda scope: operate(operator, left(scope), right(scope))


def _operands(node: syntax.Binary) -> list[syntax.Node]:
    """`a or b or c` as one flat list, so that a long condition is not a deep one."""
    operands: list[syntax.Node] = []
    left: syntax.Node = node
    while isinstance(left, syntax.Binary) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


def _logic(operator: str, operands: list[Closure]) -> Closure:
    """Three-valued: what decides wins, otherwise anything that is no boolean makes the whole null."""
    decides = operator == "or"

    def evaluate(scope: Names) -> Value:
        certain = True
        for operand in operands:
            value = operand(scope)
            if value is decides:
                return decides
            certain = certain and isinstance(value, bool)
        return not decides if certain else None

    return evaluate


@compiles(syntax.Between)
def _between(node: syntax.Between) -> Closure:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)

    def evaluate(scope: Names) -> bool | None:
        found = value(scope)
        return conjunction(compare(">=", found, low(scope)), compare("<=", found, high(scope)))

    return evaluate
