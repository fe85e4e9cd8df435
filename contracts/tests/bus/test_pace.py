"""How long who carries little waits for more."""

import pytest

from chassis.bus.pace import FEW, LONGEST_REST, rest_after


@pytest.mark.parametrize(
    ("carried", "took", "rest"),
    [(1, 0.004, 0.004), (FEW - 1, 0.004, 0.004), (1, 3.0, LONGEST_REST), (FEW, 0.004, 0.0), (0, 0.004, 0.0)],
)
def test_a_rest_is_as_long_as_the_turn_and_never_long(carried, took, rest):
    assert rest_after(carried, took) == rest
