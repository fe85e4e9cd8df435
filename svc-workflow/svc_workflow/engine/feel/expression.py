"""A compiled FEEL text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from svc_workflow.engine.feel import parser
from svc_workflow.engine.feel.builtins import BUILTINS
from svc_workflow.engine.feel.closures import Closure, compile_node
from svc_workflow.engine.feel.errors import SyntaxFault, TooCostly
from svc_workflow.engine.feel.scope import Variables
from svc_workflow.engine.feel.values import Value, to_json

_SPACED = frozenset(name for name in BUILTINS if " " in name)


class Expression:
    """Call it with layers of JSON variables, innermost first."""

    __slots__ = ("_closure", "text")

    def __init__(self, text: str, closure: Closure) -> None:
        self.text = text
        self._closure = closure

    def __call__(self, *layers: Mapping[str, Any]) -> Any:
        """The JSON value. Raises `TooCostly`."""
        return to_json(self.value(*layers))

    def value(self, *layers: Mapping[str, Any]) -> Value:
        """The FEEL value: numbers as Decimal, dates and durations as those of `times`. Raises `TooCostly`."""
        try:
            return self._closure(Variables(layers))
        except RecursionError:
            raise TooCostly("nested too deeply") from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """`names` are the variables whose names hold spaces or signs. Raises `SyntaxFault`."""
    return _compiled(text, frozenset(names), False)


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> Expression:
    """The cell of a decision table; the input is the variable `?`. Raises `SyntaxFault`."""
    return _compiled(text, frozenset(names), True)


@lru_cache(maxsize=4096)
def _compiled(text: str, names: frozenset[str], tests: bool) -> Expression:
    parse = parser.parse_unary_tests if tests else parser.parse_expression
    try:
        return Expression(text, compile_node(parse(text, _SPACED | names)))
    except RecursionError:
        raise SyntaxFault("nested too deeply", 0) from None
