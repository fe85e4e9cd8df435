"""Pure decisions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.claims import Kind, Proofing
from contracts.scopes import PERSON, STAFF
from svc_identity.rules import allowed_scopes, attempts_so_far, level_from, proofing_state, wait_after

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINES = st.frozensets(
    st.tuples(
        st.sampled_from(["register", "face", "counter"]), st.sampled_from(["yes", "no", "live", "not-live", "passed"])
    )
)


@given(st.integers(0, 200), st.integers(1, 60))
def test_a_wait_never_shrinks_and_has_an_end(attempts, free):
    assert wait_after(attempts, free, HOUR) <= wait_after(attempts + 1, free, HOUR) <= HOUR
    assert (wait_after(attempts, free, HOUR) == timedelta(0)) == (attempts < free)


def test_a_day_later_counting_begins_anew():
    assert attempts_so_far(7, NOW - timedelta(hours=23), NOW) == 7
    assert attempts_so_far(7, NOW - timedelta(hours=25), NOW) == 0


@given(LINES, LINES)
def test_more_evidence_never_lowers_a_level(some, more):
    assert level_from(some | more) >= level_from(some)


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        (set(), Proofing.BASIC),
        ({("face", "live")}, Proofing.BASIC),
        ({("register", "no"), ("face", "live")}, Proofing.BASIC),
        ({("register", "yes")}, Proofing.MIDDLE),
        ({("register", "yes"), ("face", "not-live")}, Proofing.MIDDLE),
        ({("register", "yes"), ("face", "live")}, Proofing.HIGH),
        ({("counter", "passed")}, Proofing.CERTIFIED),
    ],
)
def test_what_evidence_carries(lines, level):
    assert level_from(lines) is level


def test_a_proofing_fails_as_soon_as_nothing_can_come():
    later = NOW + HOUR
    assert proofing_state("waiting", "waiting", later, NOW) == "open"
    assert proofing_state("yes", "live", NOW - HOUR, NOW) == "done"
    assert proofing_state("no", "waiting", later, NOW) == "failed"
    assert proofing_state("yes", "not-live", later, NOW) == "failed"
    assert proofing_state("yes", "waiting", NOW - HOUR, NOW) == "expired"


def test_people_get_the_scopes_of_people_and_staff_those_of_their_roles():
    assert allowed_scopes(Kind.PERSON, ["clerk"]) == sorted(PERSON)
    assert allowed_scopes(Kind.STAFF, ["clerk", "nobody"]) == sorted(STAFF["clerk"])
    assert set(allowed_scopes(Kind.STAFF, list(STAFF))) == {scope for scopes in STAFF.values() for scope in scopes}
