"""FEEL text → syntax tree, by operator precedence."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.literals import at_literal
from svc_workflow.engine.feel.numbers import number
from svc_workflow.engine.feel.tokens import unquote
from svc_workflow.engine.feel.type_names import TypeNames

_BINARY = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "between": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Parser(TypeNames):
    def whole(self, rule: Callable[[], syntax.Node]) -> syntax.Node:
        node = rule()
        if self.token.kind != "end":
            raise self.fault(f"unexpected {self.token.text!r}")
        return node

    def expression(self, power: int = 0) -> syntax.Node:
        self.descend()
        node = self.unary()
        while (binding := _BINARY.get(self.token.text, 0)) > power and self.token.kind in ("mark", "name"):
            node = self.binary(node, self.tokens[self.position].text, binding)
        self.depth -= 1
        return node

    def binary(self, left: syntax.Node, operator: str, binding: int) -> syntax.Node:
        self.position += 1
        if operator == "between":
            low = self.expression(3)
            self.expect("and")
            return syntax.Between(left, low, self.expression(3))
        if operator == "in":
            return syntax.Membership(left, self.positive_tests())
        return syntax.Binary(operator, left, self.expression(binding))

    def unary(self) -> syntax.Node:
        if self.accept("-"):
            self.descend()
            operand = self.unary()
            self.depth -= 1
            return syntax.Negation(operand)
        return self.postfix(self.primary())

    def postfix(self, node: syntax.Node) -> syntax.Node:
        while True:
            if self.accept("."):
                node = syntax.Path(node, self.name())
            elif self.filters and self.accept("["):
                node = syntax.Filter(node, self.enclosed("]"))
            elif self.accept("("):
                node = self.call(node)
            elif self.peek("instance"):
                self.position += 1
                if not self.accept("of"):
                    raise self.fault("expected 'of'")
                node = syntax.InstanceOf(node, self.type())
            else:
                return node

    def enclosed(self, end: str) -> syntax.Node:
        filters, self.filters = self.filters, True
        node = self.expression()
        self.filters = filters
        self.expect(end)
        return node

    def call(self, function: syntax.Node) -> syntax.Node:
        filters, self.filters = self.filters, True
        named: list[str] = []
        arguments: list[syntax.Node] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            if self.names_argument():
                named.append(self.name_before(":"))
                self.expect(":")
            arguments.append(self.expression())
        self.filters = filters
        if named and len(named) != len(arguments):
            raise self.fault("either all arguments are named or none")
        return syntax.Call(function, tuple(arguments), tuple(named))

    def names_argument(self) -> bool:
        ahead = self.position
        while self.tokens[ahead].kind == "name":
            ahead += 1
        return ahead > self.position and self.tokens[ahead].text == ":"

    # -- primaries -------------------------------------------------------------------------------------------------

    def primary(self) -> syntax.Node:
        token = self.token
        if token.kind == "number":
            self.position += 1
            return syntax.Literal(number(token.text))
        if token.kind == "string":
            self.position += 1
            return syntax.Literal(unquote(token.text))
        if token.kind == "name":
            return self.word(token.text)
        if token.kind == "mark" and token.text in _PRIMARIES:
            self.position += 1
            return _PRIMARIES[token.text](self)
        raise self.fault("expected an expression")

    def word(self, text: str) -> syntax.Node:
        if text in _CONSTANTS:
            self.position += 1
            return syntax.Literal(_CONSTANTS[text])
        if text in _FORMS:
            self.position += 1
            return _FORMS[text](self)
        return syntax.Name(self.name())

    def at(self) -> syntax.Node:
        token = self.token
        if token.kind != "string":
            raise self.fault("expected a string after @")
        self.position += 1
        return syntax.Literal(at_literal(unquote(token.text), token.at))

    def question(self) -> syntax.Node:
        return syntax.Name("?")

    def parenthesis(self) -> syntax.Node:
        filters, self.filters = self.filters, True
        first = self.expression()
        self.filters = filters
        if self.accept(".."):
            return self.interval(first, start_included=False)
        self.expect(")")
        return first

    def bracket(self) -> syntax.Node:
        filters, self.filters = self.filters, True
        items: list[syntax.Node] = []
        while not self.accept("]"):
            if items:
                self.expect(",")
            items.append(self.expression())
            if len(items) == 1 and self.accept(".."):
                self.filters = filters
                return self.interval(items[0], start_included=True)
        self.filters = filters
        return syntax.ListOf(tuple(items))

    def open_bracket(self) -> syntax.Node:
        first = self.expression(3)
        self.expect("..")
        return self.interval(first, start_included=False)

    def interval(self, start: syntax.Node, start_included: bool) -> syntax.Node:
        filters, self.filters = self.filters, False
        end = self.expression(3)
        self.filters = filters
        if self.accept("]"):
            return syntax.Interval(start, end, start_included, True)
        if not (self.accept(")") or self.accept("[")):
            raise self.fault("expected the end of a range")
        return syntax.Interval(start, end, start_included, False)

    def context(self) -> syntax.Node:
        filters, self.filters = self.filters, True
        entries: list[tuple[str, syntax.Node]] = []
        while not self.accept("}"):
            if entries:
                self.expect(",")
            key = self.key()
            self.expect(":")
            entries.append((key, self.expression()))
        self.filters = filters
        if len({key for key, _ in entries}) != len(entries):
            raise self.fault("a context names an entry twice")
        return syntax.ContextOf(tuple(entries))

    def key(self) -> str:
        if self.token.kind == "string":
            self.position += 1
            return unquote(self.tokens[self.position - 1].text)
        return self.name_before(":")

    # -- special forms ---------------------------------------------------------------------------------------------

    def conditional(self) -> syntax.Node:
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return syntax.If(condition, then, self.expression())

    def loop(self) -> syntax.Node:
        iterations = self.iterations()
        self.expect("return")
        return syntax.For(iterations, self.expression())

    def some(self) -> syntax.Node:
        iterations = self.iterations()
        self.expect("satisfies")
        return syntax.Quantified(False, iterations, self.expression())

    def every(self) -> syntax.Node:
        iterations = self.iterations()
        self.expect("satisfies")
        return syntax.Quantified(True, iterations, self.expression())

    def iterations(self) -> tuple[syntax.Iteration, ...]:
        found = [self.iteration()]
        while self.accept(","):
            found.append(self.iteration())
        return tuple(found)

    def iteration(self) -> syntax.Iteration:
        name = self.name_before("in")
        self.expect("in")
        domain = self.expression()
        last = self.expression() if self.accept("..") else None
        return syntax.Iteration(name, domain, last)

    def function(self) -> syntax.Node:
        self.expect("(")
        parameters: list[str] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            parameters.append(self.name_before(",", ")", ":"))
            if self.accept(":"):
                self.type()
        return syntax.Function(tuple(parameters), self.expression())

    # -- unary tests -------------------------------------------------------------------------------------

    def positive_tests(self) -> tuple[syntax.Node, ...]:
        if not self.accept("("):
            return (self.test(3),)
        tests = [self.test(0)]
        if self.accept(".."):
            return (self.interval(tests[0], start_included=False),)
        while self.accept(","):
            tests.append(self.test(0))
        self.expect(")")
        return tuple(tests)

    def test(self, power: int) -> syntax.Node:
        if self.token.kind == "mark" and self.token.text in _COMPARISONS:
            self.position += 1
            return syntax.Test(self.tokens[self.position - 1].text, self.expression(3))
        return self.expression(power)

    def unary_tests(self) -> syntax.Node:
        if self.accept("-"):
            if self.token.kind == "end":
                return syntax.Tests((), False)
            self.position -= 1
        negated = self.peek("not") and self.tokens[self.position + 1].text == "("
        if negated:
            self.position += 1
            return syntax.Tests(self.positive_tests(), True)
        tests = [self.test(0)]
        while self.accept(","):
            tests.append(self.test(0))
        return syntax.Tests(tuple(tests), False)


_CONSTANTS = {"true": True, "false": False, "null": None}
_FORMS: dict[str, Callable[[Parser], syntax.Node]] = {
    "if": Parser.conditional,
    "for": Parser.loop,
    "some": Parser.some,
    "every": Parser.every,
    "function": Parser.function,
}
_PRIMARIES: dict[str, Callable[[Parser], syntax.Node]] = {
    "@": Parser.at,
    "?": Parser.question,
    "(": Parser.parenthesis,
    "[": Parser.bracket,
    "]": Parser.open_bracket,
    "{": Parser.context,
}


def parse_expression(text: str, names: Iterable[str] = ()) -> syntax.Node:
    parser = Parser(text, names)
    return parser.whole(parser.expression)


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> syntax.Node:
    parser = Parser(text, names)
    return parser.whole(parser.unary_tests)
