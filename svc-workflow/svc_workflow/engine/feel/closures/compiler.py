"""How a shape of syntax finds its compiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.scope import Names
from svc_workflow.engine.feel.values import Value

Closure = Callable[[Names], Value]
Compiler = TypeVar("Compiler", bound=Callable[..., Closure])

_COMPILERS: dict[type, Callable[[Any], Closure]] = {}


def compiles(shape: type) -> Callable[[Compiler], Compiler]:
    def register(compiler: Compiler) -> Compiler:
        _COMPILERS[shape] = compiler
        return compiler

    return register


def compile_node(node: syntax.Node) -> Closure:
    return _COMPILERS[type(node)](node)
