"""Events that could not be handled, for operators: shown, and handled again, one by one or all of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.operations import tabs_of
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.confirm import Confirm, Deed
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import known
from gateway.portal.views.operations import (
    DeadLetterPage,
    DeadLetters,
    Death,
    Letter,
    LetterTab,
    Program,
    ProgramTab,
    Replaying,
)
from gateway.portal.views.parts import Form, Pages, Tab
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/operations", route_class=PageRoute, dependencies=[public], include_in_schema=False)
A_STRETCH = 4.0
"""Seconds of handling again until the page says how far it came."""


@router.get("/{program}/dead-letters")
async def show_dead_letters(
    visit: Visiting, program: Program, state: LetterTab = LetterTab.WAITING, cursor: str | None = None
) -> Response:
    visit.operator()
    is_replayed = state is LetterTab.REPLAYED
    page = await visit.services.get(program, "/operations/dead-letters", replayed=is_replayed, cursor=cursor)
    at = f"/operations/{program.value}/dead-letters"
    more = {"state": state.value, "cursor": page["next_cursor"]}
    return await visit.show(
        DeadLetters(
            program=program,
            tabs=tabs_of(program, ProgramTab.DEAD_LETTERS),
            states=tuple(Tab(one, f"{at}?state={one.value}", None, one is state) for one in LetterTab),
            lines=tuple(_letter(program, one) for one in page["items"]),
            replay_all_at=f"{at}/replay" if page["items"] and not is_replayed else None,
            pages=Pages(next_at=f"{at}?{urlencode(more)}" if page["next_cursor"] else None),
        )
    )


def _letter(program: Program, one: Mapping[str, Any]) -> Letter:
    return Letter(
        number=one["id"],
        type=one["type"],
        topic=one["topic"],
        key=one["key"],
        why=known(Death, one["reason"]),
        error=one["error"],
        dead_at=moment(one["dead_at"]),
        replayed_at=moment(one["replayed_at"]) if one["replayed_at"] else None,
        at=f"/operations/{program.value}/dead-letters/{one['id']}",
    )


async def _found_letter(visit: Visit, program: Program, number: int) -> Letter:
    visit.operator()
    return _letter(program, await visit.services.get(program, f"/operations/dead-letters/{number}"))


@router.get("/{program}/dead-letters/{number:int}")
async def show_dead_letter(visit: Visiting, program: Program, number: int) -> Response:
    return await _show_letter(visit, program, await _found_letter(visit, program, number))


async def _show_letter(visit: Visit, program: Program, letter: Letter, failed_again: str | None = None) -> Response:
    return await visit.show(
        DeadLetterPage(
            program=program,
            letter=letter,
            back_at=f"/operations/{program.value}/dead-letters",
            replay_at=f"{letter.at}/replay" if letter.replayed_at is None else None,
            failed_again=failed_again,
        )
    )


@router.get("/{program}/dead-letters/{number:int}/replay")
async def ask_replay(visit: Visiting, program: Program, number: int) -> Response:
    letter = await _found_letter(visit, program, number)
    if letter.replayed_at is not None:
        return visit.go(letter.at)
    form = Form(f"{letter.at}/replay")
    return await visit.show(Confirm(deed=Deed.REPLAY, what=letter.type or letter.topic, form=form, back_at=letter.at))


@router.post("/{program}/dead-letters/{number:int}/replay")
async def replay(visit: Visiting, program: Program, number: int) -> Response:
    visit.operator()
    path = f"/operations/dead-letters/{number}"
    try:
        answer = await visit.services.post(program, f"{path}/replay", once=visit.once)
    except Refusal as refusal:
        if refusal.slug != "still-failing":
            raise
        letter = await _found_letter(visit, program, number)
        return await _show_letter(visit, program, letter, str(refusal.problem.get("cause", "")))
    done = Flash.REPLAYED if answer["outcome"] == "handled" else Flash.NOTHING_TO_REPLAY
    return visit.go(f"/operations/{program.value}/dead-letters/{number}", done)


@router.get("/{program}/dead-letters/replay")
async def ask_replay_all(visit: Visiting, program: Program) -> Response:
    visit.operator()
    at = f"/operations/{program.value}/dead-letters"
    return await visit.show(Confirm(deed=Deed.REPLAY_ALL, what=program, form=Form(f"{at}/replay"), back_at=at))


@router.post("/{program}/dead-letters/replay")
async def replay_all(visit: Visiting, program: Program) -> Response:
    """A stretch of them, oldest first; the page that answers goes on with the next stretch."""
    visit.operator()
    at = f"/operations/{program.value}/dead-letters"
    waiting = await _waiting(visit, program, after=_count(visit, "after"))
    so_far = Replaying(
        program=program,
        handled=_count(visit, "handled"),
        needless=_count(visit, "needless"),
        failed=_count(visit, "failed"),
        causes=tuple(visit.many("cause")),
        after=0,
        left=0,
        at=at,
    )
    return await visit.show(await _stretch(visit, so_far, waiting))


async def _stretch(visit: Visit, so_far: Replaying, waiting: list[int]) -> Replaying:
    loop = asyncio.get_running_loop()
    until = loop.time() + A_STRETCH
    for place, number in enumerate(waiting):
        if place and loop.time() > until:
            break
        so_far = replace(await _replayed(visit, so_far, number), after=number, left=len(waiting) - place - 1)
    return so_far


async def _replayed(visit: Visit, so_far: Replaying, number: int) -> Replaying:
    path = f"/operations/dead-letters/{number}/replay"
    try:
        answer = await visit.services.post(so_far.program, path)
    except Refusal as refusal:
        if refusal.status == 404:
            return replace(so_far, needless=so_far.needless + 1)
        if refusal.slug != "still-failing":
            raise
        causes = dict.fromkeys((*so_far.causes, str(refusal.problem.get("cause", ""))))
        return replace(so_far, failed=so_far.failed + 1, causes=tuple(causes))
    if answer["outcome"] == "handled":
        return replace(so_far, handled=so_far.handled + 1)
    return replace(so_far, needless=so_far.needless + 1)


async def _waiting(visit: Visit, program: Program, after: int) -> list[int]:
    """Numbers of those not handled yet, oldest first; a letter that dies meanwhile has a higher one."""
    found: list[int] = []
    cursor = None
    while True:
        page = await visit.services.get(program, "/operations/dead-letters", replayed=False, limit=100, cursor=cursor)
        found += [one["id"] for one in page["items"] if one["id"] > after]
        cursor = page["next_cursor"]
        if cursor is None or page["items"][-1]["id"] <= after:
            return sorted(found)


def _count(visit: Visit, name: str) -> int:
    given = visit.given(name)
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
