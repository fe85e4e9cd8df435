"""The story of a case: every step, who, when, under which exchange and grant."""

from chassis.identifiers import new_id
from contracts.events.sharing import AccessRecorded

from .city import POLICE, ok


async def test_the_story_names_departments_and_posts_and_never_a_clerk(city, family):
    staff = new_id()
    case_id = await family.certified()
    [task] = await city.tasks("birth-registration")
    city.later(hours=1)
    clerk = city.clerk("birth-registration", staff)
    ok(await clerk.post(f"/tasks/{task['id']}/completion", json={"decision": "receive"}))

    answer = await family.mother.get(f"/cases/{case_id}/timeline")

    entries = answer.json()["entries"]
    done = next(entry for entry in entries if entry["kind"] == "task-completed")
    assert (done["department"], done["post"], done["decision"]) == (POLICE, "household-registration", "receive")
    assert str(staff) not in answer.text
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)


async def test_the_story_of_a_registered_birth(city, family):
    case_id = await family.registered()

    kinds = [(entry["kind"], entry["branch"]) for entry in await entries_of(family, case_id)]

    registration = [kind for kind, branch in kinds if branch == "birth-registration"]
    assert registration == [
        "branch-opened",
        "task-opened",
        "task-completed",
        "branch-received",
        "task-opened",
        "task-completed",
        "branch-accepted",
        "task-opened",
        "task-completed",
        "branch-ended",
        "step-requested",
        "step-answered",
        "parcel-delivered",
        "step-requested",
        "step-answered",
        "step-requested",
        "step-answered",
        "step-requested",
    ]


async def test_steps_tell_their_exchange_and_looks_their_grant(city, family):
    case_id = await family.apply()
    exchange_id, grant_id = str(new_id()), new_id()
    await city.exchange(case_id, "birth-certificate-request", exchange_id=exchange_id, grant_id=str(grant_id))
    city.later(hours=1)
    look = AccessRecorded(
        access_id=new_id(),
        person_id=family.mother_id,
        case_id=case_id,
        resource_code="population",
        source_name="云溪市公安局",
        reader=POLICE,
        reader_name="云溪市公安局",
        purpose="newborn/birth-registration",
        grant_id=grant_id,
        fields=["name", "number"],
        at=city.now,
    )
    await city.receive(look)

    entries = await entries_of(family, case_id)

    answered = next(entry for entry in entries if entry["kind"] == "step-answered")
    assert (answered["exchange_id"], answered["grant_id"]) == (exchange_id, str(grant_id))
    accessed = entries[-1]
    assert (accessed["kind"], accessed["branch"], accessed["grant_id"]) == (
        "data-accessed",
        "birth-registration",
        str(grant_id),
    )
    assert accessed["fields"] == ["name", "number"]


async def entries_of(family, case_id):
    return ok(await family.mother.get(f"/cases/{case_id}/timeline"))["entries"]
