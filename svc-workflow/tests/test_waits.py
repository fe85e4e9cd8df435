"""What a case waited for that no program can hurry."""

from uuid import UUID

from chassis.identifiers import new_id
from svc_workflow.queries.waits import waits_of

from .city import CARDS, POLICE


async def test_the_waits_of_a_registered_birth(service, city, family):
    case_id = await family.registered()

    async with service.session() as session:
        waits = [(wait.who, wait.what, wait.until is None) for wait in await waits_of(session, UUID(case_id))]

    desk = f"{POLICE}/household-registration"
    assert sorted(waits) == sorted([
        ("other party", "agree", False), (desk, "receive", False), (desk, "accept", False), (desk, "decide", False),
        ("courier", "deliver", False), ("courier", "deliver", True),
        (f"{CARDS}/card-making", "receive", True),
    ])  # fmt: skip


async def test_waits_are_told_of_a_number_an_id_or_an_application(service, family, capsys):
    application_id = await family.start()
    case_id = await family.apply()
    number = (await family.case(case_id))["case_number"]
    tell = service.service.commands["waits"]

    assert [await tell(service.runtime, [name]) for name in (application_id, case_id, number)] == [0, 0, 0]
    told = capsys.readouterr().out.splitlines()
    assert f'"case_id":"{case_id}","case_number":"{number}"' in told[1]
    assert told[1] == told[2]
    assert f'"case_id":"{application_id}","case_number":null' in told[0]
    assert await tell(service.runtime, [str(new_id())]) == 1
    assert await tell(service.runtime, ["none"]) == await tell(service.runtime, []) == 1
