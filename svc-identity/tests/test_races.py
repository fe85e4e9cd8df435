"""Two at once: one wins, and what must not be had twice is not."""

import asyncio

from sqlalchemy import func, select

from svc_identity.models import Lockout, Person

from .browser import MOTHER, Browser


async def test_one_code_exchanged_twice_at_once_is_exchanged_once_at_most(browser):
    code = await browser.code()

    answers = await asyncio.gather(*(browser.exchange(code) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]


async def test_one_refresh_token_used_twice_at_once_is_caught(browser, service):
    tokens = await browser.tokens()

    answers = await asyncio.gather(
        *(browser.token("refresh_token", refresh_token=tokens["refresh_token"]) for _ in range(3))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (await browser.token("refresh_token", refresh_token=won["refresh_token"])).status_code == 400


async def test_guessing_at_once_gives_no_more_guesses(browser, service):
    guessers = [Browser(service) for _ in range(12)]

    answers = await asyncio.gather(*(guesser.sign_in(password="wrong password") for guesser in guessers))

    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7
    async with service.session() as session:
        assert (await session.execute(select(func.max(Lockout.attempts)))).scalar() == 5


async def test_one_number_registered_at_once_is_one_person(service):
    operator = service.as_client("demo-operator", "identity:person:write")
    someone = {"name": MOTHER["name"], "number": MOTHER["number"]}

    answers = await asyncio.gather(*(operator.post("/persons", json=someone) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    async with service.session() as session:
        assert (await session.execute(select(func.count()).select_from(Person))).scalar() == 1
