"""What is not one's own is not there: no hint, no list, no change, whatever id one knows."""

import httpx
import pytest
import pytest_asyncio

from .outside import program
from .people import key

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def known(mishaps) -> dict[str, str]:
    """Ids that a stranger may have come by."""
    mother, case = mishaps.family.mother, mishaps.family.case
    entries = (await mother.get("workflow", f"/cases/{case}/timeline"))["entries"]
    parcels, bills = await mother.get("logistics", "/parcels"), await mother.get("logistics", "/bills")
    return {
        "case": case,
        "application": mishaps.family.application,
        "exchange": next(entry["exchange_id"] for entry in entries if entry["exchange_id"]),
        "licence": (await mother.get("sharing", "/licences"))["items"][0]["id"],
        "parcel": next(one["id"] for one in parcels["items"] if one["case_id"] == case),
        "bill": next(one["id"] for one in bills["items"] if one["case_id"] == case),
        "address": (await mother.get("logistics", "/addresses"))["items"][0]["id"],
        "order": mishaps.seen["rating"]["work_orders"][0],
        "message": (await mother.get("profile", "/messages"))["items"][0]["id"],
        "none": key(),
    }


READS = [
    ("workflow", "/cases/{case}"),
    ("workflow", "/cases/{case}/timeline"),
    ("workflow", "/applications/{application}"),
    ("sharing", "/exchanges/{exchange}"),
    ("sharing", "/licences/{licence}"),
    ("logistics", "/parcels/{parcel}"),
    ("logistics", "/bills/{bill}"),
    ("logistics", "/addresses/{address}"),
    ("feedback", "/work-orders/{order}"),
]
CHANGES = [
    ("workflow", "POST", "/cases/{case}/withdrawal", None),
    ("workflow", "POST", "/cases/{case}/supplements/{none}", {"answers": {"phone": "13900000001"}}),
    ("workflow", "PATCH", "/applications/{application}", {"answers": {"child_name": "冒名"}}),
    ("workflow", "DELETE", "/applications/{application}", None),
    ("workflow", "POST", "/applications/{application}/agreement", None),
    ("logistics", "POST", "/bills/{bill}/payments", None),
    ("logistics", "DELETE", "/addresses/{address}", None),
    ("feedback", "POST", "/work-orders/{order}/closing", {"settled": True}),
    ("profile", "POST", "/messages/{message}/read", None),
]


@pytest.mark.parametrize(("service", "path"), READS, ids=[path for _, path in READS])
async def test_a_stranger_sees_nothing(mishaps, known, service, path):
    own = await mishaps.family.mother.request("GET", service, path.format(**known))
    strange = await mishaps.stranger.request("GET", service, path.format(**known))
    nowhere = await mishaps.stranger.request("GET", service, path.format_map(dict.fromkeys(known, known["none"])))

    assert own.status_code == 200, own.text
    assert strange.status_code == nowhere.status_code == 404
    assert _without_instance(strange) == _without_instance(nowhere)


@pytest.mark.parametrize(("service", "method", "path", "body"), CHANGES, ids=[path for _, _, path, _ in CHANGES])
async def test_a_stranger_changes_nothing(mishaps, known, service, method, path, body):
    before = await mishaps.family.look()
    answer = await mishaps.stranger.request(method, service, path.format(**known), json=body)

    assert answer.status_code == 404, answer.text
    assert await mishaps.family.look() == before


async def test_a_stranger_cannot_hand_in_what_another_wrote(mishaps):
    refused = await mishaps.stranger.request(
        "POST", "workflow", "/cases", json={"application_id": mishaps.family.application}
    )

    assert refused.status_code in (401, 404)


async def test_nothing_of_it_is_in_a_strangers_lists(mishaps, known):
    lists = [
        ("workflow", "/cases"),
        ("workflow", "/applications"),
        ("sharing", "/licences"),
        ("sharing", "/accesses"),
        ("logistics", "/parcels"),
        ("logistics", "/bills"),
        ("logistics", "/addresses"),
        ("feedback", "/work-orders"),
        ("profile", "/messages"),
        ("profile", "/reminders"),
        ("profile", "/accesses"),
        ("profile", "/home"),
        ("identity", "/consents"),
        ("identity", "/me/children"),
    ]
    for service, path in lists:
        seen = await mishaps.stranger.request("GET", service, path)
        assert seen.status_code == 200, (service, path)
        assert not [name for name, one in known.items() if one in seen.text], (service, path)


def _without_instance(answer: httpx.Response) -> dict:
    return {name: value for name, value in answer.json().items() if name != "instance"}


async def test_clerks_of_other_departments_and_posts_know_of_no_task(mishaps):
    nothing = [404, 404, 404, 404, 404, False]

    assert mishaps.seen["others at the task"] == {"department": nothing, "post": nothing}


async def test_a_clerk_cannot_ask_for_anothers_inbox(mishaps):
    refused = await mishaps.archivist.visitor.request("GET", "workflow", "/tasks?post=household-registration")

    assert refused.status_code == 403


async def test_a_clerk_whom_it_does_not_concern_reads_no_exchange(mishaps, known):
    """With the right case and a purpose that another department has."""
    about = {"case_id": known["case"], "purpose": "newborn/birth-registration"}
    answer = await mishaps.cards.visitor.request("GET", "sharing", f"/exchanges/{known['exchange']}", params=about)

    assert answer.status_code in (403, 404), answer.text


async def test_a_clerk_cannot_answer_another_departments_work_order(mishaps, known):
    answer = {"text": "不归我管，但我来答复。"}
    refused = await mishaps.police.visitor.request(
        "POST", "feedback", f"/work-orders/{known['order']}/answer", json=answer
    )

    assert refused.status_code == 404, refused.text


async def test_a_program_sees_no_persons_things(mishaps, known):
    async with program(mishaps.house, "hospital") as hospital:
        for path in ("/exchanges/{exchange}", "/licences/{licence}", "/accesses"):
            assert (await hospital.request("GET", "sharing", path.format(**known))).status_code == 403
        resolved = await hospital.request(
            "POST", "sharing", f"/exchanges/{known['exchange']}/resolve", json={"fields": ["number"], "record": 0}
        )
        assert resolved.status_code == 403
