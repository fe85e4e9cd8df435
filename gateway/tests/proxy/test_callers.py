"""Buckets, and who has one: by a clock that the test holds."""

import pytest

from gateway.proxy import Callers, Quota
from gateway.proxy.callers import SWEEP, Buckets, network_of
from gateway.proxy.request import Request

TWO_A_SECOND = Quota(rate=2, burst=4)


def asked(path=b"/", client="192.0.2.1", caller=None):
    request = Request("GET", path, "1.1", [(b"host", b"a")], True)
    request.client, request.caller = client, caller
    return request


def passed(buckets, key, now, times):
    """How many of so many requests found something in the bucket."""
    return sum(buckets.take(key, now)[0] >= 0 for _ in range(times))


def test_a_full_bucket_gives_its_burst_and_then_says_how_long_to_wait():
    buckets = Buckets("caller", TWO_A_SECOND)

    taken = [buckets.take("a", 100.0) for _ in range(6)]

    assert taken == [(3, 1), (2, 1), (1, 2), (0, 2), (-1, 1), (-1, 1)]
    assert buckets.limited == 2


@pytest.mark.parametrize("quota", [Quota(1, 1), Quota(2, 4), Quota(3, 1000), Quota(200, 1000), Quota(1_000_000, 7)])
@pytest.mark.parametrize("began", [0.0, 0.1, 123_456.789, 31_536_000.3])
def test_the_burst_is_met_exactly_wherever_the_clock_stands(quota, began):
    assert passed(Buckets("caller", quota), "a", began, quota.burst + 5) == quota.burst


def test_it_fills_at_its_rate_and_never_beyond_its_burst():
    buckets = Buckets("caller", TWO_A_SECOND)
    passed(buckets, "a", 100.0, 4)

    assert passed(buckets, "a", 100.4, 9) == 0
    assert passed(buckets, "a", 100.5, 9) == 1
    assert passed(buckets, "a", 102.0, 9) == 3
    assert passed(buckets, "a", 500.0, 9) == 4


def test_being_refused_costs_nothing():
    buckets = Buckets("caller", TWO_A_SECOND)
    passed(buckets, "a", 100.0, 1000)

    assert passed(buckets, "a", 100.5, 9) == 1


@pytest.mark.parametrize("since", [0.0, 0.1, 0.3, 0.49])
def test_whoever_waits_as_told_is_served(since):
    buckets = Buckets("caller", TWO_A_SECOND)
    passed(buckets, "a", 100.0, 4)

    left, wait = buckets.take("a", 100.0 + since)

    assert (left, wait) == (-1, 1)
    assert buckets.take("a", 100.0 + since + wait)[0] >= 0


def test_a_clock_that_goes_back_gives_nothing_away():
    buckets = Buckets("caller", TWO_A_SECOND)
    passed(buckets, "a", 100.0, 4)

    assert passed(buckets, "a", 99.0, 9) == 0


def test_one_key_leaves_the_others_alone():
    buckets = Buckets("caller", TWO_A_SECOND)
    passed(buckets, "a", 100.0, 9)

    assert passed(buckets, "b", 100.0, 9) == 4


def test_full_buckets_are_forgotten_and_others_kept(clock):
    callers = Callers(address=TWO_A_SECOND, clock=clock)
    callers.sweep()
    callers.count(asked(client="192.0.2.1"))
    clock.now += SWEEP
    for _ in range(9):
        callers.count(asked(client="192.0.2.2"))

    callers.sweep()

    assert len(callers.buckets["address"]) == 1
    assert callers.count(asked(client="192.0.2.2")) is not None


def test_a_flood_of_addresses_is_bounded_and_newcomers_are_served(clock):
    callers = Callers(address=Quota(1, 1), clock=clock, capacity=100)

    refused = [callers.count(asked(client=f"198.51.{number // 250}.{number % 250}")) for number in range(5000)]

    assert refused == [None] * 5000
    assert 75 <= len(callers.buckets["address"]) <= 100


def test_a_flood_of_addresses_forgets_no_session_and_no_token(clock):
    callers = Callers(Quota(1, 1), Quota(1, 1), clock=clock, capacity=10)
    known = [("identified", "clerk"), ("session", b"s1")]
    first = [callers.count(asked(caller=caller)) for caller in known]

    for number in range(100):
        callers.count(asked(client=f"198.51.100.{number}"))

    assert first == [None, None]
    assert all(callers.count(asked(caller=caller)) is not None for caller in known)


def test_where_there_is_room_again_nobody_is_forgotten():
    buckets = Buckets("caller", Quota(1, 1), capacity=10)
    for number in range(9):
        buckets.take(f"early {number}", 100.0)
    buckets.take("late", 101.5)

    buckets.take("newcomer", 101.5)

    assert buckets.take("late", 101.5)[0] == -1
    assert len(buckets) == 2


@pytest.mark.parametrize("quota", [Quota(0, 0), Quota(0, 5), Quota(5, 0)])
def test_nought_is_no_limit(quota, clock):
    callers = Callers(quota, quota, clock=clock)
    requests = [asked(caller=caller) for caller in (None, ("identified", "a"), ("session", b"s")) for _ in range(50)]

    assert [callers.count(request) for request in requests] == [None] * 150
    assert {request.quota for request in requests} == {b""}


def test_what_is_free_is_not_counted(clock):
    callers = Callers(address=Quota(1, 1), free=[b"/health/live"], clock=clock)

    assert [callers.count(asked(b"/health/live")) for _ in range(9)] == [None] * 9
    assert [callers.count(asked(b"/")) is None for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::5", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::5", "2001:0db8:0000:0001::6", True),
        ("2001:db8:0:1::5", "2001:db8:0:2::5", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("not:an:address", "not:an:address", True),
    ],
)
def test_whom_an_address_stands_for(one, other, together):
    assert (network_of(one) == network_of(other)) is together
