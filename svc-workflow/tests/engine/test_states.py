"""States and histories as they are kept."""

from datetime import UTC, datetime
from itertools import count

import pytest

from svc_workflow.engine import Env, Start, State, advance, pack, pack_events, replay, unpack, unpack_events
from svc_workflow.engine.errors import StateUnreadable

from .models import boundary, duration, end, flows, lane, model, start, task

GRAPH = model(
    start(), lane("l", start("s"), task("it"), boundary("late", "it", duration("PT1H")), end("e"), flows("s > it > e\nlate > e")),
    end(), flows("start > l > end"),
)  # fmt: skip


def env() -> Env:
    numbers = count()
    return Env(datetime(2026, 3, 2, tzinfo=UTC), lambda: f"w{next(numbers)}")


def test_the_same_inputs_give_the_same_answer():
    first, second = (advance(GRAPH, State(), Start({"x": 1}), env()) for _ in range(2))

    assert first == second


def test_a_state_is_packed_small_and_comes_back_whole():
    state = advance(GRAPH, State(), Start({"x": 1}), env()).state

    assert unpack(pack(state)) == state
    assert len(pack(state)) < 250


def test_a_history_comes_back_whole_and_makes_the_state():
    state, happened, _ = advance(GRAPH, State(), Start({"x": [1, {"y": None}]}), env())

    assert unpack_events(pack_events(happened)) == happened
    assert replay(happened) == state


@pytest.mark.parametrize("packed", [b"[]", b"{}", b"[2,0,0,0,0,0,0,0,0,0]", b'"x"'])
def test_a_state_of_another_schema_is_not_read(packed: bytes):
    with pytest.raises(StateUnreadable):
        unpack(packed)
