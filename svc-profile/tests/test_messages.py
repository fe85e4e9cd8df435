"""Messages: once, in the person's language, by the channels they chose."""

import json
from importlib.resources import files

import httpx
import pytest
from sqlalchemy import func, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.identifiers import new_id
from chassis.jobs import Worker
from chassis.tables import JobRow
from contracts.events.profile import MessageSent, ReminderSet, ReminderSilenced
from contracts.events.sharing import DeathReported, SharingStepAnswered
from contracts.events.workflow import StepRequested
from contracts.steps import Capability, Outcome
from svc_profile.jobs import schedules
from svc_profile.jobs.schedules import FetchSchedule, RemindDue
from svc_profile.models import StepNote
from svc_profile.words import CONTENTS, LANGUAGES, catalogue

from .story import CHILD, FATHER, MOTHER, Story
from .test_home import home, person

SCHEDULE = [
    {"code": "HepB", "name": "乙肝疫苗", "dose": 2, "due": "2026-04-05"},
    {"code": "BCG", "name": "卡介苗", "dose": 1, "due": "2099-03-05"},
]


async def messages(service, who=MOTHER) -> list[dict]:
    return (await person(service, who).get("/messages")).json()["items"]


async def test_an_event_twice_is_one_message(service):
    event = Story().submitted()
    await service.receive(event)
    await service.receive(event)

    assert [message["kind"] for message in await messages(service)] == ["case-submitted"]


async def test_a_message_is_read_once_and_by_its_owner(service):
    await service.receive(Story().submitted())
    [message] = await messages(service)

    assert (await person(service, new_id()).post(f"/messages/{message['id']}/read")).status_code == 404
    first = (await person(service).post(f"/messages/{message['id']}/read")).json()["read_at"]
    assert (await person(service).post(f"/messages/{message['id']}/read")).json()["read_at"] == first
    assert (await home(service))["unread"] == 0


async def test_messages_speak_the_language_of_the_person(service):
    await person(service).put("/me/contact", json={"language": "en"})
    await service.receive(Story().submitted())

    assert (await messages(service))[0]["subject"] == "We have your application"


@pytest.mark.parametrize(("asked", "subject"), [("zh", "已收到您的申请"), ("en", "We have your application")])
async def test_a_page_in_another_language_asks_for_that(service, asked, subject):
    await person(service).put("/me/contact", json={"language": "en" if asked == "zh" else "zh"})
    await service.receive(Story().submitted())
    mine = person(service)

    [listed] = (await mine.get("/messages", params={"language": asked})).json()["items"]
    [at_home] = (await mine.get("/home", params={"language": asked})).json()["messages"]
    read = (await mine.post(f"/messages/{listed['id']}/read", params={"language": asked})).json()

    assert [one["subject"] for one in (listed, at_home, read)] == [subject] * 3


async def test_who_opted_in_gets_mail_and_sms(connected, mail, sms):
    wish = {"email": "xiaowen@mail.example", "phone": "13900000001", "by_email": True, "by_sms": True}
    await person(connected).put("/me/contact", json=wish)
    await connected.receive(Story().submitted())

    await connected.run_jobs()

    assert [letter["To"] for letter in mail.letters] == ["xiaowen@mail.example"]
    assert "440199-2026-000001" in mail.letters[0].get_content()
    assert [(text["to"], "440199-2026-000001" in text["text"]) for text in sms.sent] == [("13900000001", True)]
    sent = {event.channel for event in await connected.published(MessageSent) if event.person_id == MOTHER}
    assert sent == {"in-app", "e-mail", "sms"}


async def test_a_gateway_that_is_away_is_asked_again(connected, sms):
    sms.refusals = 2
    await person(connected).put("/me/contact", json={"phone": "13900000001", "by_sms": True})
    await connected.receive(Story().submitted())

    await connected.run_jobs()

    assert len(sms.sent) == 1


async def test_who_did_not_opt_in_is_left_in_peace(connected, mail, sms):
    await person(connected).put("/me/contact", json={"email": "xiaowen@mail.example", "phone": "13900000001"})
    await connected.receive(Story().submitted())
    await connected.run_jobs()

    assert (mail.letters, sms.sent) == ([], [])


async def test_a_wrong_address_is_pointed_at(service):
    answer = await person(service).put("/me/contact", json={"email": "nobody", "phone": "12"})

    assert {error["pointer"] for error in answer.json()["errors"]} == {"#/email", "#/phone"}


def schedule_events(story: Story) -> tuple[StepRequested, SharingStepAnswered]:
    request = new_id()
    asked = StepRequested(
        request_id=request, case_id=story.case, case_number="n", applicant_id=MOTHER, capability=Capability.SHARING_SUBMIT,
        purpose="newborn/vaccination", arguments={},
    )  # fmt: skip
    result = {"exchange_id": str(new_id()), "fields": ["record_no", "schedule"]}
    return asked, SharingStepAnswered(request_id=request, case_id=story.case, outcome=Outcome.DONE, result=result)


async def brought(service, story: Story) -> None:
    """What the job does with svc-sharing's answer."""
    asked, answered = schedule_events(story)
    await service.receive(asked, answered)
    async with service.session() as session:
        assert await session.get_one(StepNote, asked.request_id)
        await FetchSchedule(request_id=asked.request_id).finish(session, SCHEDULE)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_schedule_is_fetched_once_both_ends_are_known(service, order):
    story = Story()
    await service.receive(story.submitted())
    events = schedule_events(story)

    async with service.session() as session:
        waiting = FetchSchedule(request_id=events[0].request_id)
        await service.receive(events[order[0]])
        await service.receive(events[order[1]])
        assert await waiting.prepare(session) == {
            "exchange": events[1].result["exchange_id"],
            "purpose": "newborn/vaccination",
            "case_id": str(story.case),
        }


class Sharing:
    """Answers as svc-sharing's interface says, after so many times of being away."""

    def __init__(self, away: int) -> None:
        self.away = away
        routes = [Route("/exchanges/{exchange_id}/resolve", self.resolve, methods=["POST"])]
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://sharing"
        )

    async def resolve(self, request: Request) -> Response:
        if self.away:
            self.away -= 1
            return JSONResponse({}, 503)
        return JSONResponse({"values": {"schedule": SCHEDULE}})


async def test_an_outage_of_an_hour_costs_nobody_their_reminders(service):
    story = Story()
    service.runtime.peers["sharing"] = Sharing(away=20).http
    await service.receive(story.submitted(), *schedule_events(story))

    await service.run_jobs()

    assert len(await service.published(ReminderSet)) == 4


async def test_a_case_that_is_heard_of_after_its_schedule_is_waited_for(service):
    story = Story()
    service.runtime.peers["sharing"] = Sharing(away=0).http
    await service.receive(*schedule_events(story))
    worker = Worker(service.runtime, service.service.jobs)
    for _ in range(20):
        await worker.run_due()
        async with service.session() as session:
            await session.execute(update(JobRow).values(run_at=func.now()))
    await service.receive(story.submitted())

    await service.run_jobs()

    assert len(await service.published(ReminderSet)) == 4


async def test_both_parents_are_reminded_of_vaccinations(service):
    story = Story()
    await service.receive(story.submitted())

    await brought(service, story)

    assert len(await service.published(ReminderSet)) == 4
    assert [row["text"] for row in (await home(service, FATHER))["reminders"]] == [
        "乙肝疫苗第 2 针，从2026年4月5日起可以接种。",
        "卡介苗第 1 针，从2099年3月5日起可以接种。",
    ]


async def test_what_is_due_becomes_a_message_once(service):
    story = Story()
    await service.receive(story.submitted())
    await brought(service, story)

    for _ in range(2):
        await RemindDue().call(service.runtime, RemindDue())

    assert [message["kind"] for message in await messages(service)].count("vaccination-due") == 1
    assert len((await home(service))["reminders"]) == 1


async def test_all_that_is_due_is_said_in_one_run_however_much_it_is(service, monkeypatch):
    monkeypatch.setattr(schedules, "HANDFUL", 1)
    stories = [Story() for _ in range(3)]
    for story in stories:
        await service.receive(story.submitted())
        await brought(service, story)

    await RemindDue().call(service.runtime, RemindDue())

    assert [message["kind"] for message in await messages(service)].count("vaccination-due") == len(stories)


@pytest.mark.parametrize("late", [False, True])
async def test_a_death_silences_every_reminder_for_ever(service, late):
    story = Story()
    await service.receive(story.submitted())
    death = DeathReported(subject_key=CHILD, source_name="市妇幼保健院")
    if late:
        await brought(service, story)
    await service.receive(death)
    if not late:
        await brought(service, story)

    assert (await home(service))["reminders"] == []
    assert len(await service.published(ReminderSilenced)) == (4 if late else 0)


def test_every_text_exists_in_both_languages():
    assert set(catalogue("zh")) == set(catalogue("en"))
    assert all(set(names) == set(LANGUAGES) for names in CONTENTS.values())


def test_both_languages_ask_for_the_same_parameters():
    texts = {
        language: json.loads(files("svc_profile").joinpath(f"texts/{language}.json").read_text())
        for language in LANGUAGES
    }
    for kind in texts["zh"]:
        asked = [{word.split("}")[0] for word in texts[language][kind][1].split("{")[1:]} for language in LANGUAGES]
        assert asked[0] == asked[1], kind
