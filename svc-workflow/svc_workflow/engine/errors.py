"""What the engine refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class EngineError(Exception):
    pass


class Fault(NamedTuple):
    """One thing wrong with a model: at which element, against which rule, and what to do about it."""

    element: str
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.element}: {self.rule}: {self.reason}"


class ModelRefused(EngineError):
    """The model is invalid or uses what the engine does not support. `faults` names everything found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


class StateUnreadable(EngineError):
    """A packed state of a schema version this engine does not read."""


class RunawayProcess(EngineError):
    """One command made the process go round without end; the state stays as it was."""


class CommandRefused(EngineError):
    """The command makes no sense to this process; the state stays as it was."""


class NotStarted(CommandRefused):
    pass


class UnknownElement(CommandRefused):
    """No subprocess or branch of the process has this name."""


class UnknownMessage(CommandRefused):
    """The process never waits for a message of this name."""


class DecisionNotOffered(CommandRefused):
    """The task does not offer the decision that was taken."""


class AnswerUnusable(CommandRefused):
    """What was answered cannot be turned into the declared results."""


class TooManyMessages(CommandRefused):
    """The process keeps as many messages that came early as it may."""
