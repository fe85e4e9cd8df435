"""The shapes a FEEL text is parsed into: plain immutable trees, compiled to closures in `closures`."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Literal(NamedTuple):
    value: Any


class Name(NamedTuple):
    name: str


class Negation(NamedTuple):
    operand: Node


class Binary(NamedTuple):
    operator: str
    left: Node
    right: Node


class Between(NamedTuple):
    value: Node
    low: Node
    high: Node


class Interval(NamedTuple):
    start: Node
    end: Node
    start_included: bool
    end_included: bool


class Test(NamedTuple):
    """One unary test with an operator: `< 5`. Without an operator a test is just an expression."""

    operator: str
    operand: Node


class Membership(NamedTuple):
    value: Node
    tests: tuple[Node, ...]


class If(NamedTuple):
    condition: Node
    then: Node
    otherwise: Node


class Iteration(NamedTuple):
    """`name in domain`; with `last` the domain runs from the one number to the other."""

    name: str
    domain: Node
    last: Node | None


class For(NamedTuple):
    iterations: tuple[Iteration, ...]
    body: Node


class Quantified(NamedTuple):
    every: bool
    iterations: tuple[Iteration, ...]
    condition: Node


class ListOf(NamedTuple):
    items: tuple[Node, ...]


class ContextOf(NamedTuple):
    entries: tuple[tuple[str, Node], ...]


class Path(NamedTuple):
    value: Node
    name: str


class Filter(NamedTuple):
    value: Node
    condition: Node


class Call(NamedTuple):
    function: Node
    arguments: tuple[Node, ...]
    named: tuple[str, ...]


class Function(NamedTuple):
    parameters: tuple[str, ...]
    body: Node


class TypeOf(NamedTuple):
    """A type's name with what stands between its angle brackets; `members` names a context's entries."""

    name: str
    arguments: tuple[TypeOf, ...] = ()
    members: tuple[str, ...] = ()


class InstanceOf(NamedTuple):
    value: Node
    type: TypeOf


class Tests(NamedTuple):
    """A cell of a decision table: any of the tests holds for `?`, or none of them when negated."""

    tests: tuple[Node, ...]
    negated: bool


Node: TypeAlias = (
    Literal | Name | Negation | Binary | Between | Interval | Test | Membership | If | For | Quantified | ListOf
    | ContextOf | Path | Filter | Call | Function | InstanceOf | Tests
)  # fmt: skip
