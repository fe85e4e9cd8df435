"""How FEEL writes types: names of several words, lists and functions with arguments, contexts with members."""

from svc_workflow.engine.feel import syntax
from svc_workflow.engine.feel.cursor import Cursor

_OF_SEVERAL_WORDS = ("date and time", "days and time duration", "years and months duration")


class TypeNames(Cursor):
    def type(self) -> syntax.TypeOf:
        name = self.type_name()
        if not self.accept("<"):
            return syntax.TypeOf(name)
        arguments: list[syntax.TypeOf] = []
        members: list[str] = []
        while not self.accept(">"):
            if arguments:
                self.expect(",")
            if name == "context":
                members.append(self.name_before(":"))
                self.expect(":")
            arguments.append(self.type())
        if name == "function" and self.accept("->"):
            self.type()
        return syntax.TypeOf(name, tuple(arguments), tuple(members))

    def type_name(self) -> str:
        for name in _OF_SEVERAL_WORDS:
            parts = tuple(name.split())
            if tuple(part.text for part in self.tokens[self.position : self.position + len(parts)]) == parts:
                self.position += len(parts)
                return name
        if self.token.kind != "name":
            raise self.fault("expected a type")
        self.position += 1
        return self.tokens[self.position - 1].text
