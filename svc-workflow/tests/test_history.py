"""The history: whole, unforgeable, without personal values, and it outlives erasure."""

import re

import pytest
from sqlalchemy import delete, text, update

from chassis.database import open_admin_engine, server_url
from svc_workflow.commands import broken_at
from svc_workflow.engine import replay, unpack, unpack_events
from svc_workflow.host import history
from svc_workflow.models import Case, HistoryRow, Instance

from .city import ANSWERS, ok


async def rows_of(service, case_id) -> list[HistoryRow]:
    async with service.session() as session:
        query = HistoryRow.__table__.select().where(HistoryRow.case_id == case_id).order_by(HistoryRow.sequence)
        return [HistoryRow(**row) for row in (await session.execute(query)).mappings()]


async def test_the_history_replayed_gives_the_state(service, family):
    case_id = await family.registered()

    happened = [
        event for row in await rows_of(service, case_id) for event in unpack_events(history.packed_events_of(row))
    ]

    async with service.session() as session:
        assert replay(happened) == unpack((await session.get_one(Instance, case_id)).state)


async def test_a_whole_chain_has_no_break(service, family):
    case_id = await family.registered()

    async with service.session() as session:
        assert await broken_at(session, case_id) is None


@pytest.mark.parametrize("place", [1, 2, -1])
async def test_whatever_is_changed_in_the_chain_shows(service, family, place):
    rows = await rows_of(service, await family.registered())
    forged = rows[place]
    forged.body = forged.body.replace(b'"kind"', b'"kinD"', 1)

    assert history.first_broken(rows) == forged.sequence


async def test_a_row_taken_out_or_cut_off_shows(service, family):
    case_id = await family.registered()
    rows = await rows_of(service, case_id)
    assert history.first_broken(rows[:2] + rows[3:]) == rows[3].sequence

    settings = service.runtime.settings
    owner = open_admin_engine(server_url(settings, settings.database_name))
    async with owner.begin() as connection:
        await connection.execute(delete(HistoryRow).where(HistoryRow.sequence == rows[-1].sequence))
    async with service.session() as session:
        assert await broken_at(session, case_id) == rows[-1].sequence


async def test_no_personal_value_stands_outside_the_seal(service, city, family):
    case_id = await family.accepted()
    await city.decide("birth-registration", "approve")
    secrets = [ANSWERS["child_name"], ANSWERS["phone"]]

    found = []
    async with service.session() as session:
        tables = (await session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
        for table in tables.all():
            dump = await session.execute(text(f'SELECT t::text FROM "{table}" t'))
            content = "".join(dump.scalars())
            readable = content + bytes.fromhex("".join(_hex(content))).decode(errors="ignore")
            found += [(table, secret) for secret in secrets if secret in readable]

    assert case_id
    assert found == []


def _hex(content: str) -> list[str]:
    """Bytes columns as PostgreSQL writes them."""
    return re.findall(r"\\\\?x((?:[0-9a-f]{2})+)", content)


async def test_erasing_the_key_erases_what_people_wrote_and_keeps_the_chain(service, city, family):
    case_id = await family.accepted()
    [task] = await city.tasks("birth-registration")
    async with service.session() as session:
        await session.execute(update(Case).values(data_key=None))

    form = await city.clerk("birth-registration").get(f"/tasks/{task['id']}/form")

    assert form.status_code == 404
    assert len(ok(await family.mother.get(f"/cases/{case_id}/timeline"))["entries"]) > 10
    async with service.session() as session:
        assert await broken_at(session, case_id) is None


async def test_the_command_erases_closed_cases_alone(service, family, capsys):
    case_id = await family.apply()
    number = (await family.case(case_id))["case_number"]
    erase = service.service.commands["erase"]
    assert await erase(service.runtime, [number]) == 1

    ok(await family.mother.post(f"/cases/{case_id}/withdrawal"))
    assert await erase(service.runtime, [number]) == 0

    async with service.session() as session:
        assert (await session.get_one(Case, case_id)).data_key is None
    assert await service.service.commands["verify-history"](service.runtime, []) == 0
    assert "0 broken" in capsys.readouterr().out
