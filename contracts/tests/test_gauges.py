"""What operators read at /metrics: looked up when it is asked for."""

import math
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text, update

from chassis import gauges
from chassis.database import open_admin_engine, server_url
from chassis.identifiers import new_id
from chassis.tables import DeadLetter, JobRow, OutboxRow

from .conftest import sample


async def numbers(service, client: httpx.AsyncClient | None = None) -> dict[tuple[str, ...], float]:
    """By name and values of labels."""
    page = (await (client or service.http).get("/metrics")).text
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


async def write(service, *words: str) -> None:
    writer = service.as_person(new_id(), "sample:note:write")
    for each in words:
        await writer.post("/notes", json={"words": each})


async def test_what_waits_is_counted_and_how_long_it_has_waited(service):
    await write(service, "one", "call home", "call never")
    async with service.session() as session:
        ago = datetime.now(UTC) - timedelta(minutes=2)
        await session.execute(update(OutboxRow).values(created_at=ago))
        await session.execute(update(JobRow).values(run_at=ago))
        session.add(DeadLetter(topic="x", key="x", value=b"", reason="malformed", error="x"))

    found = await numbers(service)

    assert found["onedoor_outbox_waiting",] == 3
    assert 120 <= found["onedoor_outbox_oldest_seconds",] < 180
    assert found["onedoor_jobs_undone", "sample.call", "waiting"] == 2
    assert 120 <= found["onedoor_jobs_overdue_seconds", "sample.call"] < 180
    assert found["onedoor_dead_letters_waiting",] == 1
    assert found["onedoor_db_connections_limit",] == service.runtime.settings.pool_size + 2
    assert found["onedoor_db_connections", "busy"] >= 0


async def test_a_job_that_is_not_due_is_not_overdue(service):
    await write(service, "call home")
    async with service.session() as session:
        await session.execute(update(JobRow).values(run_at=datetime.now(UTC) + timedelta(hours=1)))

    assert (await numbers(service))["onedoor_jobs_overdue_seconds", "sample.call"] == 0


async def test_tables_are_not_asked_at_every_scrape(service):
    client = service.client(None)
    before = (await numbers(service, client))["onedoor_outbox_waiting",]
    await write(service, "one")

    assert (await numbers(service, client))["onedoor_outbox_waiting",] == before == 0


async def test_what_cannot_be_looked_up_is_no_number(service, monkeypatch):
    monkeypatch.setattr(gauges, "FRESH_SECONDS", -1.0)
    await write(service, "one")
    assert (await numbers(service))["onedoor_outbox_waiting",] == 1
    settings = service.runtime.settings
    owner = open_admin_engine(server_url(settings, settings.database_name))
    async with owner.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    await owner.dispose()

    assert math.isnan((await numbers(service))["onedoor_outbox_waiting",])


@pytest.mark.parametrize("roles", [["api"], ["worker"], ["api", "worker"]])
async def test_every_role_tells_its_numbers(service, roles):
    app = sample.app(service.runtime.settings, roles, service.runtime)
    app.state.runtime = service.runtime
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        assert ("onedoor_outbox_waiting",) in await numbers(service, client)
