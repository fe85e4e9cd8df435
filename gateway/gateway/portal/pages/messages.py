"""Messages and reading them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.cases import Action
from gateway.portal.views.mine import MessageLine, MessagePage, Messages
from gateway.portal.views.parts import Form, Link, Pages
from gateway.portal.visit import Visiting

router = APIRouter(prefix="/messages", route_class=PageRoute, dependencies=[public], include_in_schema=False)


@router.get("")
async def show_messages(visit: Visiting, cursor: str | None = None) -> Response:
    visit.person()
    page = await visit.services.get("profile", "/messages", cursor=cursor, language=visit.language.value)
    more = page["next_cursor"]
    visit.unread = sum(one["read_at"] is None for one in page["items"])
    return await visit.show(
        Messages(
            messages=tuple(_line(one) for one in page["items"]),
            read_all=Form("/messages/read"),
            pages=Pages(next_at=f"/messages?cursor={quote(more)}" if more else None),
        )
    )


def _line(one: Mapping[str, Any]) -> MessageLine:
    return MessageLine(
        title=one["subject"],
        text=one["text"],
        at=moment(one["created_at"]),
        href=f"/messages/{one['id']}",
        unread=one["read_at"] is None,
    )


@router.post("/read")
async def read_all(visit: Visiting) -> Response:
    """Those of the newest page."""
    visit.person()
    page = await visit.services.get("profile", "/messages", limit=100)
    for one in page["items"]:
        if one["read_at"] is None:
            await visit.services.post("profile", f"/messages/{one['id']}/read")
    return visit.go("/messages")


@router.get("/{message_id:uuid}")
async def show_message(visit: Visiting, message_id: UUID) -> Response:
    """Seeing it marks it as read, which a person expects of opening a message."""
    visit.person()
    message = await visit.services.post("profile", f"/messages/{message_id}/read?language={visit.language.value}")
    if message is None:
        raise Refusal(404, {})
    return await visit.show(
        MessagePage(
            title=message["subject"],
            at=moment(message["created_at"]),
            paragraphs=(message["text"],),
            act=Link(Action.SEE, message["link"]) if message["link"] else None,
        )
    )
