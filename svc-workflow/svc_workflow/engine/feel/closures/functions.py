"""Calling functions and making them; `instance of`."""

from __future__ import annotations

from functools import partial

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.calls import call_named, call_positional
from svc_workflow.engine.feel.closures.compiler import Closure, compile_node, compiles
from svc_workflow.engine.feel.errors import TooCostly
from svc_workflow.engine.feel.scope import Names, Scope
from svc_workflow.engine.feel.types import is_instance
from svc_workflow.engine.feel.values import FunctionValue, Value


@compiles(syntax.Call)
def _call(node: syntax.Call) -> Closure:
    function = compile_node(node.function)
    arguments = [compile_node(argument) for argument in node.arguments]
    names = node.named

    def evaluate(scope: Names) -> Value:
        target = function(scope)
        if type(target) is not FunctionValue:
            return None
        values = [argument(scope) for argument in arguments]
        return call_named(target, names, values, scope) if names else call_positional(target, values, scope)

    return evaluate


@compiles(syntax.Function)
def _function(node: syntax.Function) -> Closure:
    body, parameters = compile_node(node.body), node.parameters

    def evaluate(scope: Names) -> FunctionValue:
        return FunctionValue((parameters,), partial(_invoke, scope, parameters, body))

    return evaluate


def _invoke(scope: Names, parameters: tuple[str, ...], body: Closure, *arguments: Value) -> Value:
    budget = scope.budget
    budget.spend()
    budget.calls -= 1
    if budget.calls < 0:
        raise TooCostly("functions call each other too deeply")
    result = body(Scope(dict(zip(parameters, arguments, strict=True)), scope))
    budget.calls += 1
    return result


@compiles(syntax.InstanceOf)
def _instance_of(node: syntax.InstanceOf) -> Closure:
    value = compile_node(node.value)
    return lambda scope: is_instance(value(scope), node.type)
