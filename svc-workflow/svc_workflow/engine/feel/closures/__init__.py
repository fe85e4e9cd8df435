"""Syntax trees compiled to closures: each takes the scope and gives the value."""

from svc_workflow.engine.feel.closures import control, functions, operators, structures, tests  # noqa: F401 - register
from svc_workflow.engine.feel.closures.compiler import Closure, compile_node

__all__ = ["Closure", "compile_node"]
