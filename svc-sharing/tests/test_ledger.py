"""Each use of somebody's data: shown to the person, chained, signed, and proof against changes."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from sqlalchemy import select

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest, heard
from contracts.events.sharing import AccessRecorded
from contracts.events.workflow import ApplicationDiscarded, FormOpened
from demo.city.interfaces import POLICE
from svc_sharing.jobs.heads import PublishHeads
from svc_sharing.ledger import Access, record
from svc_sharing.ledger.audit import audit, verify_ledger
from svc_sharing.models import LedgerLine

from . import newborn
from .acting import FATHER, MOTHER, handled_by


def access(person: UUID, **facts: object) -> Access:
    usual = {
        "persons": [person],
        "case_id": new_id(),
        "resource_code": "population",
        "source_name": "云溪市公安局",
        "reader": "12440199MB2Y00048J",
        "reader_name": "云溪市妇幼保健院",
        "purpose": "newborn/birth-certificate",
        "grant_id": None,
        "fields": ["name", "number"],
    }
    return Access(**{**usual, **facts})  # type: ignore[arg-type]


async def recorded(service: ServiceUnderTest, *accesses: Access) -> None:
    async with service.session() as session:
        for one in accesses:
            record(session, one)


async def publish(service: ServiceUnderTest) -> None:
    async with service.session() as session:
        await PublishHeads().finish(session, None)


async def faults(service: ServiceUnderTest) -> list[dict[str, object]]:
    async with service.session() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return (await audit(session))[1]


async def tamper(service: ServiceUnderTest, statement: str) -> None:
    """As somebody who owns the database, past the service's role."""
    settings = service.runtime.settings
    url = settings.database_url.replace("postgresql+asyncpg", "postgresql").rpartition("/")[0]
    connection = await asyncpg.connect(f"{url}/{settings.database_name}")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_person_concerned_sees_each_use_newest_first(service):
    await recorded(service, access(MOTHER, fields=["name"]), access(FATHER), access(MOTHER, fields=["number"]))

    mine = await service.as_person(MOTHER, "sharing:access:read").get("/accesses")

    assert [line["fields"] for line in mine.json()["items"]] == [["number"], ["name"]]
    assert mine.json()["items"][0]["reader_name"] == "云溪市妇幼保健院"


async def test_the_uses_for_one_case_are_found(service):
    ours = access(MOTHER, purpose="newborn/vaccination")
    await recorded(service, access(MOTHER), ours)

    lines = await service.as_person(MOTHER, "sharing:access:read").get(
        "/accesses", params={"case_id": str(ours.case_id)}
    )

    assert [line["purpose"] for line in lines.json()["items"]] == ["newborn/vaccination"]


async def test_a_long_list_comes_by_the_page(service):
    await recorded(service, *(access(MOTHER) for _ in range(5)))
    http = service.as_person(MOTHER, "sharing:access:read")

    first = (await http.get("/accesses", params={"limit": 3})).json()
    rest = (await http.get("/accesses", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    assert len({line["id"] for line in first["items"] + rest["items"]}) == 5
    assert rest["next_cursor"] is None


async def test_a_rolled_back_use_leaves_no_line(service):
    async def failing() -> None:
        async with service.session() as session:
            record(session, access(MOTHER))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()

    assert await service.published(AccessRecorded) == []
    async with service.session() as session:
        assert (await session.scalars(select(LedgerLine))).all() == []


async def test_writers_at_once_make_one_unbroken_chain(service):
    people = [new_id() for _ in range(6)]

    await asyncio.gather(*(recorded(service, *(access(person) for person in people[turn:] + people[:turn]))
                           for turn in range(6)))  # fmt: skip

    assert await faults(service) == []
    assert len(await service.published(AccessRecorded)) == 36


async def test_however_many_lines_a_transaction_has_they_are_written_in_two_statements(service):
    people = [new_id() for _ in range(5)]

    with heard(service, "ledger_") as said:
        await recorded(service, *(access(person, fields=[]) for person in people), access(people[0], grant_id=new_id()))

    assert len(said) == 2
    assert await faults(service) == []
    assert len(await service.published(AccessRecorded)) == 6


async def test_an_audit_beside_writers_finds_nothing_wrong(service):
    async def write() -> None:
        for _ in range(10):
            await recorded(service, access(MOTHER))

    _, *audits = await asyncio.gather(write(), *(faults(service) for _ in range(3)))

    assert audits == [[], [], []]


async def test_an_audit_in_a_moving_view_is_refused(service):
    async with service.session() as session:
        with pytest.raises(RuntimeError):
            await audit(session)


async def test_a_changed_line_is_found(service):
    await recorded(service, access(MOTHER), access(MOTHER), access(MOTHER))
    await tamper(service, "UPDATE ledger_line SET purpose = 'other' WHERE seq = 2")

    assert [(fault["fault"], fault["line"]) for fault in await faults(service)] == [("chain", 2)]


async def test_a_removed_tail_is_found(service):
    await recorded(service, access(MOTHER), access(MOTHER))
    await publish(service)
    await tamper(service, "DELETE FROM ledger_line WHERE seq = 2")

    assert [fault["fault"] for fault in await faults(service)] == ["head"]


async def test_a_ledger_rewritten_with_its_heads_contradicts_what_was_published(service):
    await recorded(service, access(MOTHER))
    await publish(service)
    await tamper(
        service, "DELETE FROM ledger_line; UPDATE ledger_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')"
    )
    await recorded(service, access(MOTHER, purpose="other"))

    assert [fault["fault"] for fault in await faults(service)] == ["published"]


async def test_published_heads_are_signed_for_everybody_to_verify(service):
    await recorded(service, access(MOTHER))
    await publish(service)

    published = (await service.http.get("/ledger/heads")).json()["items"][0]
    keys = KeySet.import_key_set((await service.http.get("/ledger/keys")).json())

    verified = jws.deserialize_compact(published["jws"], keys, algorithms=["ES256"])
    assert verified.headers()["typ"] == "ledger-heads+jws"
    assert [head["seq"] for head in published["heads"] if head["seq"]] == [1]


async def test_the_command_says_what_it_read(service, capsys):
    await recorded(service, access(MOTHER))

    code = await verify_ledger(service.runtime, [])

    assert (code, capsys.readouterr().out) == (0, '{"lines":1,"faults":0}\n')


async def test_a_form_read_at_a_department_is_a_line_too(service):
    at, case_id = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), new_id()
    await handled_by(service, case_id, "birth-registration", POLICE)
    opened = FormOpened(
        case_id=case_id,
        case_number="440199-2026-000001",
        applicant_id=MOTHER,
        branch="birth-registration",
        item_code="A",
        department=POLICE["department"],
        staff_id=new_id(),
        fields=["child_name"],
        at=at,
    )

    await service.receive(opened)

    (line,) = (await service.as_person(MOTHER, "sharing:access:read").get("/accesses")).json()["items"]
    assert (line["purpose"], line["reader_name"]) == ("newborn/birth-registration", "云溪市公安局")
    assert (line["resource"], line["reader"], line["fields"]) == (
        "application-form",
        POLICE["department"],
        ["child_name"],
    )
    assert datetime.fromisoformat(line["at"]) == at


async def test_erasing_a_case_leaves_the_ledger_whole(service, town):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)

    await service.receive(ApplicationDiscarded(application_id=case_id, applicant_id=MOTHER))

    mother = service.as_person(MOTHER, "sharing:exchange:read", "sharing:access:read")
    assert (await mother.get(f"/exchanges/{known['population']}")).status_code == 410
    assert len((await mother.get("/accesses")).json()["items"]) == 3
    assert await faults(service) == []
