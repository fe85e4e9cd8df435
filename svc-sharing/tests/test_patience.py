"""How long an exchange waits before it asks again, and when it stops asking."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.jobs import GiveUp, Retry
from svc_sharing.clients import PeerAway
from svc_sharing.connectors import Down, NotReady
from svc_sharing.jobs.exchange import POLLED_FOR, PerformExchange, patiently

DAY = 86_400.0


async def failing(error: Exception) -> None:
    raise error


async def pause(error: Exception, waited: float) -> float:
    asked_at = datetime.now(UTC) - timedelta(seconds=waited)
    with pytest.raises(Retry) as again:
        await patiently(asked_at, 7 * DAY, failing(error))
    assert again.value.after is not None
    return again.value.after


@given(st.floats(0, 6 * DAY))
async def test_one_of_our_own_that_is_away_is_asked_again_within_seconds(waited):
    assert 0.8 <= await pause(PeerAway("identity-away"), waited) <= 18


@pytest.mark.parametrize(("waited", "least", "most"), [(0, 0.8, 1.3), (40, 8, 13), (3600, 240, 360), (DAY, 240, 360)])
async def test_a_department_that_is_down_is_asked_less_and_less_often(waited, least, most):
    assert least <= await pause(Down(), waited) <= most


@pytest.mark.parametrize(("waited", "least"), [(0, 2), (100, 2), (3600, 36), (DAY, 864)])
async def test_a_department_that_works_on_it_is_asked_less_often_when_it_takes_days(waited, least):
    assert least <= await pause(NotReady(2), waited) < least + 1


async def test_a_month_of_not_ready_is_fewer_tries_than_a_job_has():
    tries, waited = 0, 0.0
    while waited < POLLED_FOR.total_seconds():
        waited, tries = waited + await pause(NotReady(2), waited), tries + 1

    with pytest.raises(GiveUp, match="department-working"):
        await patiently(datetime.now(UTC) - timedelta(seconds=waited), DAY, failing(NotReady(2)))
    assert tries < PerformExchange.attempts
