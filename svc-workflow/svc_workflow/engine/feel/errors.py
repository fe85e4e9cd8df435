"""What can go wrong with an expression. A wrong *value* is not an error in FEEL: it gives null."""


class FeelError(Exception):
    """An expression cannot be used."""


class SyntaxFault(FeelError):
    """The text is not FEEL. `at` is the position of the first character that does not fit."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(f"{reason} at {at}")
        self.reason = reason
        self.at = at


class TooCostly(FeelError):
    """The evaluation took more steps, or made larger values, than an expression may."""
