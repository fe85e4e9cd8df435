"""A process at work in memory: carries out commands, does what the effects say, and checks what must always hold."""

from datetime import UTC, datetime
from itertools import count

from svc_workflow.engine import (
    AnswerStep,
    Command,
    CompleteTask,
    Env,
    Graph,
    Message,
    RetryStep,
    State,
    TimerFired,
    advance,
    effects,
    events,
    pack,
    pack_events,
    replay,
    unpack,
    unpack_events,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_OPENING = {
    effects.OpenTask: "tasks",
    effects.RequestStep: "steps",
    effects.ScheduleTimer: "timers",
    effects.Subscribe: "subscriptions",
    effects.RaiseIncident: "incidents",
}
_CLOSING = {
    effects.CloseTask: "tasks",
    effects.CloseStep: "steps",
    effects.CancelTimer: "timers",
    effects.Unsubscribe: "subscriptions",
    effects.ClearIncident: "incidents",
}


class Running:
    """What a host keeps, as dictionaries by id."""

    def __init__(self, graph: Graph, due=None):
        self.graph = graph
        self.state = State()
        numbers = count(1)
        self.env = Env(NOW, lambda: f"w{next(numbers)}", due)
        self.tasks, self.steps, self.timers, self.subscriptions, self.incidents = {}, {}, {}, {}, {}
        self.done: list[effects.Effect] = []
        self.history: list[events.Event] = []
        self.decided: dict[str, tuple[str, str]] = {}
        self.closed_branches: list[str] = []
        self.ended: effects.EndInstance | None = None

    def tell(self, command: Command) -> list[effects.Effect]:
        before = pack(self.state)
        result = advance(self.graph, self.state, command, self.env)
        assert pack(self.state) == before, "the state given stays as it was"
        self.state = result.state
        self.history += unpack_events(pack_events(result.events))
        self.done += result.effects
        for effect in result.effects:
            self._do(effect)
        self._check()
        return result.effects

    def _do(self, effect: effects.Effect) -> None:
        if room := _OPENING.get(type(effect)):
            assert effect.id not in getattr(self, room)
            getattr(self, room)[effect.id] = effect
        elif room := _CLOSING.get(type(effect)):
            del getattr(self, room)[effect.id]
        elif isinstance(effect, effects.DecideBranch):
            self.decided[effect.branch] = (effect.outcome, effect.reason)
        elif isinstance(effect, effects.CloseBranch):
            assert self.decided[effect.branch][0] == effect.outcome
            self.closed_branches.append(effect.branch)
        elif isinstance(effect, effects.EndInstance):
            assert self.ended is None, "a process ends once"
            self.ended = effect

    def _check(self) -> None:
        state = self.state
        assert unpack(pack(state)) == state
        assert replay(self.history) == state
        rooms = (self.tasks, self.steps, self.timers, self.subscriptions, self.incidents)
        assert {wait for room in rooms for wait in room} == set(state.waits), "the host knows of exactly the open waits"
        for wait in state.waits.values():
            assert wait.token in state.tokens
        for token in state.tokens.values():
            assert token.scope == 0 or state.tokens[token.scope].node == self.graph.nodes[token.node].parent
        assert set(state.variables) - {0} <= set(state.tokens)
        assert (self.ended is not None) == (state.status == "ended") == (state.status != "new" and not state.tokens)

    # -- doing what is open, by element id -------------------------------------------------------------------------

    @property
    def open(self) -> set[str]:
        """The elements at which something is awaited."""
        rooms = (self.tasks, self.steps, self.timers, self.subscriptions, self.incidents)
        return {wait.element for room in rooms for wait in room.values()}

    def _id(self, room: dict, element: str) -> str:
        found = [wait.id for wait in room.values() if wait.element == element]
        assert found, f"{element} is not open; open are {sorted(self.open)}"
        return found[0]

    def complete(self, element: str, **variables) -> None:
        self.tell(CompleteTask(self._id(self.tasks, element), variables))

    def decide(self, element: str, decision: str, **variables) -> None:
        self.complete(element, decision=decision, **variables)

    def answer(self, element: str, outcome: str = "done", reason: str = "", **result) -> None:
        self.tell(AnswerStep(self._id(self.steps, element), outcome, result, reason))

    def receive(self, element: str, **variables) -> None:
        subscription = self.subscriptions[self._id(self.subscriptions, element)]
        self.tell(Message(subscription.message, subscription.correlation, variables))

    def fire(self, element: str) -> None:
        self.tell(TimerFired(self._id(self.timers, element)))

    def retry(self, element: str) -> None:
        self.tell(RetryStep(self._id(self.incidents, element)))

    def arguments(self, element: str) -> dict:
        return dict(self.steps[self._id(self.steps, element)].arguments)
