"""Unary tests: what stands after `in` and in the cells of decision tables."""

from __future__ import annotations

from collections.abc import Callable

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.closures.compiler import Closure, compile_node, compiles
from svc_workflow.engine.feel.scope import Names
from svc_workflow.engine.feel.values import Range, Value, compare, equal, unlike


@compiles(syntax.Test)
def _test(node: syntax.Test) -> Closure:
    """Outside `in` a lone `< 5` is the range of all that passes it."""
    operand, operator = compile_node(node.operand), node.operator

    def evaluate(scope: Names) -> Value:
        value = operand(scope)
        if operator in ("<", "<="):
            return Range(None, value, False, operator == "<=")
        if operator in (">", ">="):
            return Range(value, None, operator == ">=", False)
        return value

    return evaluate


def _check(node: syntax.Node) -> Callable[[Names, Value], bool | None]:
    if isinstance(node, syntax.Test):
        operand, operator = compile_node(node.operand), node.operator
        if operator == "=":
            return lambda scope, value: equal(value, operand(scope))
        if operator == "!=":
            return lambda scope, value: unlike(equal(value, operand(scope)))
        return lambda scope, value: compare(operator, value, operand(scope))
    expression = compile_node(node)
    return lambda scope, value: passes(value, expression(scope))


def passes(value: Value, test: Value) -> bool | None:
    if type(test) is Range:
        return test.holds(value)
    if type(test) is list and type(value) is not list:
        return any(passes(value, item) is True for item in test)
    if type(test) is list:
        return equal(value, test) is True or any(equal(value, item) is True for item in test)
    return equal(value, test)


def _any(checks: list[Callable[[Names, Value], bool | None]], scope: Names, value: Value) -> bool | None:
    results = [check(scope, value) for check in checks]
    if any(result is True for result in results):
        return True
    return False if all(result is False for result in results) else None


@compiles(syntax.Membership)
def _membership(node: syntax.Membership) -> Closure:
    value, checks = compile_node(node.value), [_check(test) for test in node.tests]
    return lambda scope: _any(checks, scope, value(scope))


@compiles(syntax.Tests)
def _tests(node: syntax.Tests) -> Closure:
    """The cell of a decision table: `?` is the input. A test that uses `?` itself says true or false."""
    checks = [_cell(test) for test in node.tests]

    def evaluate(scope: Names) -> bool | None:
        value = scope.find("?")
        result = any(check(scope, value) is True for check in checks) if checks else True
        return not result if node.negated else result

    return evaluate


def _cell(node: syntax.Node) -> Callable[[Names, Value], bool | None]:
    if isinstance(node, syntax.Test):
        return _check(node)
    expression = compile_node(node)

    def check(scope: Names, value: Value) -> bool | None:
        result = expression(scope)
        return True if result is True else passes(value, result)

    return check
