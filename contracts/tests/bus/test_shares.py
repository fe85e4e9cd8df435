"""Fair shares of partitions, as pure decisions."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.bus.postgres_log.leases import quota, shift

members = st.lists(st.uuids(), min_size=1, max_size=12, unique=True)
some = st.frozensets(st.integers(0, 7))


@given(members, st.integers(1, 32))
def test_shares_add_up_and_differ_by_one_at_most(everyone: list[UUID], partitions: int):
    shares = [quota(partitions, everyone, member) for member in everyone]

    assert sum(shares) == partitions
    assert max(shares) - min(shares) <= 1


@given(some, some, some, st.integers(0, 8))
def test_a_shift_moves_towards_the_fair_share_and_interrupts_nobody(mine, others, busy, fair):
    free = frozenset(range(8)) - mine - others

    step = shift(mine, free, fair, busy)

    assert step.release.isdisjoint(busy)
    assert step.claim <= free
    after = (mine - step.release - step.drain) | step.claim
    assert len(after) == min(fair, len(mine | free)) if fair >= len(mine) else len(after) == fair


def test_busy_partitions_go_last_and_are_only_drained():
    step = shift(mine={0, 1, 2, 3}, free=set(), fair=1, busy={0, 1})

    assert (step.release, step.drain, step.claim) == ({2, 3}, {0}, set())
