"""A page that follows its case: through our own HTTP protocol, past outages, never past the session."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
import uvicorn
from issuer import _Server
from sqlalchemy import select

from gateway.main import proxy_of
from gateway.models import BrowserSession
from gateway.portal import live

TYPE = "https://onedoor.example/problems/"
CASE, NUMBER = "01920000-0000-7000-8000-000000000009", "440199-2026-000117"
AT = "2026-03-11T09:20:00+08:00"
URL = f"/cases/{NUMBER}/events"
AWAY = (503, {"type": TYPE + "unavailable", "status": 503})


def case(**changes) -> dict:
    facts = {
        "id": CASE, "case_number": NUMBER, "title": "新生儿出生一件事", "outcome": None, "state": "open", "submitted_at": AT,
        "closed_at": None, "withdrawn_at": None, "may_withdraw": True, "branches": [], "supplements": [],
    }  # fmt: skip
    return facts | changes


@pytest_asyncio.fixture
async def server(gateway, monkeypatch):
    monkeypatch.setattr(live, "SOONEST", 0.05)
    monkeypatch.setattr(live, "LATEST", 0.1)
    app = gateway.http._transport.app
    http = proxy_of(app, gateway.runtime.settings).protocol()
    running = _Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", http=http))
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield running
    running.should_exit = True
    await task


@pytest_asyncio.fixture
async def mother(server, browser, issuer):
    """A browser with her session, at the real server."""
    issuer.answers |= {
        f"/cases/by-number/{NUMBER}": case(),
        f"/cases/{CASE}/timeline": {"entries": []},
        "/parcels": {"items": []},
        "/bills": {"items": []},
    }
    await browser.sign_in()
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    cookies = {"cookie": f"onedoor={browser.http.cookies['onedoor']}"}
    async with httpx.AsyncClient(base_url=address, headers=cookies, timeout=10) as http:
        yield http


class Heard:
    """What comes down a stream, an event or a comment at a time."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> str:
        lines: list[str] = []
        async for line in self._lines:
            if line == "":
                return " ".join(lines)
            lines.append(line)
        return "the end"

    async def until(self, word: str) -> str:
        while word not in (said := await asyncio.wait_for(self.next(), 10)):
            assert said != "the end", f"{word} never came"
        return said


@asynccontextmanager
async def listening(http: httpx.AsyncClient, url: str = URL, **headers: str):
    async with http.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = Heard(answer)
        assert await heard.next() == "retry: 3000"
        yield heard


async def test_news_are_told_as_they_come_and_the_end_once(mother, issuer):
    async with listening(mother) as heard:
        first = await heard.until("changed")
        assert await heard.next() == ": nothing new"
        issuer.answers[f"/cases/by-number/{NUMBER}"] = case(outcome="granted", closed_at=AT)
        second = await heard.until("changed")

        assert first != second
        assert (await heard.next()).startswith("event: finished")
        assert await heard.next() == "the end"


async def test_what_a_page_shows_already_is_no_news(mother, browser):
    page = await mother.get(f"/cases/{NUMBER}", headers={"accept": "text/html"})
    stream = page.text.split('data-live="')[1].split('"')[0]

    async with listening(mother, stream) as heard:
        assert [await heard.next() for _ in range(3)] == [": nothing new"] * 3


async def test_a_browser_that_comes_back_hears_only_what_it_missed(mother, issuer):
    async with listening(mother) as heard:
        mark = (await heard.until("changed")).split("id: ")[1].split()[0]

    async with listening(mother, f"{URL}?seen=old", **{"last-event-id": mark}) as heard:
        assert await heard.next() == ": nothing new"


async def test_a_stream_outlives_an_outage_of_the_service_behind_it(mother, issuer):
    async with listening(mother) as heard:
        await heard.until("changed")
        issuer.answers[f"/cases/by-number/{NUMBER}"] = AWAY
        assert [await heard.next() for _ in range(3)] == [": nothing new"] * 3
        issuer.answers[f"/cases/by-number/{NUMBER}"] = case(state="silenced")

        assert "event: changed" in await heard.until("changed")


async def test_a_stream_may_begin_while_the_service_is_away(mother, issuer):
    issuer.answers[f"/cases/by-number/{NUMBER}"] = AWAY

    async with listening(mother) as heard:
        assert await heard.next() == ": nothing new"
        issuer.answers[f"/cases/by-number/{NUMBER}"] = case()
        await heard.until("changed")


async def test_somebody_elses_case_is_never_followed(mother, issuer):
    del issuer.answers[f"/cases/by-number/{NUMBER}"]

    async with listening(mother) as heard:
        assert await heard.next() == ": nothing new"
        assert (await heard.next()).startswith("event: finished")
        assert await heard.next() == "the end"


async def test_without_a_session_there_is_no_stream(mother):
    answer = await mother.get(URL, headers={"cookie": ""})

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_a_stream_ends_with_the_session(mother, browser):
    async with listening(mother) as heard:
        await heard.until("changed")
        await browser.send("/session/end", await browser.get(f"/cases/{NUMBER}"))

        assert (await heard.until("finished")).startswith("event: finished")


async def test_listening_keeps_no_session_alive(mother, gateway):
    async def seen_at():
        async with gateway.session() as session:
            return (await session.execute(select(BrowserSession.seen_at))).scalar_one()

    before = await seen_at()
    async with listening(mother) as heard:
        await heard.until("changed")
        await heard.until("nothing")

    assert await seen_at() == before


async def test_a_session_has_four_streams_and_a_place_is_free_again_once_one_is_left(mother, gateway):
    async def answers() -> int:
        async with mother.stream("GET", URL) as answer:
            return answer.status_code

    streams = gateway.runtime.room(live.Streams)
    async with listening(mother), listening(mother), listening(mother):
        async with listening(mother):
            assert await answers() == 429
        while streams._open.total() > 3:
            await asyncio.sleep(0.01)
        assert await answers() == 200


async def test_a_gateway_that_stops_ends_its_streams_at_once(mother, server):
    async with listening(mother) as heard:
        await heard.until("changed")
        server.should_exit = True

        async with asyncio.timeout(5):
            while await heard.next() != "the end":
                pass


@pytest.mark.parametrize("state", ["done", "failed"])
async def test_registers_that_still_answer_are_followed_until_they_have(mother, issuer, state):
    waiting = {"prefills": [{"state": "done"}, {"state": "waiting"}]}
    issuer.answers[f"/applications/{CASE}"] = waiting

    async with listening(mother, f"/apply/{CASE}/events") as heard:
        await heard.until("changed")
        assert await heard.next() == ": nothing new"
        issuer.answers[f"/applications/{CASE}"] = {"prefills": [{"state": "done"}, {"state": state}]}
        await heard.until("changed")
        assert (await heard.next()).startswith("event: finished")
