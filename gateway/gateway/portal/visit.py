"""One visit: who looks at a page, in which language and letters, and what a page needs to answer them."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from chassis.identifiers import new_id
from chassis.runtime import runtime_of
from contracts.claims import Kind
from gateway.portal.glossary import NOTHING, Glossaries, Glossary
from gateway.portal.render import render
from gateway.portal.services import Services
from gateway.portal.views.frame import Flash, Frame, Identity, Language, Letters, Role, Who
from gateway.portal.views.parts import View
from gateway.sessions.provider import ProviderAway
from gateway.sessions.store import SessionStore, Signed
from gateway.settings import GatewaySettings

LANGUAGE, LETTERS, FLASH, FORM = "onedoor_language", "onedoor_letters", "onedoor_flash", "onedoor_form"
CLERK, OPERATOR = "clerk", "operator"
YEAR = 365 * 24 * 3600
_RANGE = re.compile(r"([A-Za-z]{2})(?:-[A-Za-z0-9-]+)?(?:\s*;\s*q=([01](?:\.[0-9]{1,3})?))?(?:,|\s|$)")
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


class SignInNeeded(Exception):
    """The page is for somebody who is signed in."""


class NotForYou(Exception):
    """The page is for another kind of account."""


class FormTooOld(Exception):
    """The form was not made for this session; nothing was done."""


@dataclass(kw_only=True)
class Visit:
    request: Request
    settings: GatewaySettings
    services: Services
    signed: Signed | None
    away: bool
    """The provider does not answer, so nobody knows who this is."""
    csrf: str
    form: Mapping[str, Any] = field(default_factory=dict)
    unread: int = 0

    @property
    def path(self) -> str:
        return self.request.url.path

    @property
    def now(self) -> datetime:
        return datetime.now(self.settings.city_zone)

    @property
    def is_staff(self) -> bool:
        return self.signed is not None and self.signed.claims.kind is Kind.STAFF

    @property
    def language(self) -> Language:
        return language_for(self.request)

    def person(self) -> Signed:
        """The person who visits; otherwise they are asked to sign in."""
        if self.signed is None:
            raise SignInNeeded()
        if self.is_staff:
            raise NotForYou()
        return self.signed

    def clerk(self) -> Signed:
        if self.signed is None:
            raise SignInNeeded()
        if not self.is_staff:
            raise NotForYou()
        return self.signed

    def operator(self) -> Signed:
        signed = self.clerk()
        if OPERATOR not in signed.claims.roles:
            raise NotForYou()
        return signed

    def given(self, name: str) -> str:
        """What was typed into a field, without blanks around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        form = cast(FormData, self.form)
        return [value for value in form.getlist(name) if isinstance(value, str)]

    @property
    def once(self) -> str | None:
        """The form's key; a form that is sent twice carries the same."""
        key = self.given("once")
        return key if TOKEN.fullmatch(key) else None

    def page_of_form(self) -> str:
        """The page that a form was sent from, by the browser's word; home if it does not say."""
        came = urlsplit(self.request.headers.get("referer", ""))
        ours = came.netloc == urlsplit(self.settings.public_url).netloc
        return came.path if ours and came.path.startswith("/") and not came.path.startswith("//") else "/"

    async def show(self, page: View) -> HTMLResponse:
        flash = self.request.cookies.get(FLASH)
        frame = await self._frame(Flash(flash) if flash in list(Flash) else None)
        response = render(page, frame=frame, glossary=await self._glossary())
        if flash is not None:
            response.delete_cookie(FLASH)
        if self.signed is None and self.request.cookies.get(FORM) != self.csrf:
            self.keep(response, FORM, self.csrf)
        return response

    def go(self, to: str, flash: Flash | None = None) -> Response:
        """See another page; `flash` is said there once."""
        response = RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})
        if flash is not None:
            self.keep(response, FLASH, flash.value, life=60)
        return response

    def keep(self, response: Response, name: str, value: str, life: int | None = None) -> None:
        response.set_cookie(
            name, value, max_age=life, httponly=True, secure=self.settings.is_https, samesite="lax", path="/"
        )

    async def _glossary(self) -> Glossary:
        if self.language is Language.ZH:
            return NOTHING
        return await cast(Glossaries, runtime_of(self.request).room(Glossaries)).now(self.services)

    async def _frame(self, flash: Flash | None) -> Frame:
        letters = self.request.cookies.get(LETTERS)
        return Frame(
            language=self.language,
            now=self.now,
            path=self.path,
            csrf=self.csrf,
            once=str(new_id()),
            letters=Letters(letters) if letters in list(Letters) else Letters.STANDARD,
            who=self.who,
            unread=self.unread,
            flash=flash,
        )

    @property
    def who(self) -> Who | None:
        if self.signed is None:
            return None
        if not self.is_staff:
            return Who(Identity("self", self.signed.name, Role.PERSON))
        roles = self.signed.claims.roles
        desk = Identity("post", self.signed.name, Role.STAFF)
        return Who(desk, at_desk=CLERK in roles, operates=OPERATOR in roles)


async def open_visit(request: Request) -> Visit:
    runtime = runtime_of(request)
    settings = cast(GatewaySettings, runtime.settings)
    store = cast(SessionStore, runtime.room(SessionStore))
    cookie, signed, away = request.cookies.get(settings.cookie), None, False
    if cookie:
        try:
            signed = await store.find(cookie)
        except ProviderAway:
            away = True
    kept = request.cookies.get(FORM, "")
    anonymous = kept if TOKEN.fullmatch(kept) else secrets.token_urlsafe(24)
    return Visit(
        request=request,
        settings=settings,
        services=Services(runtime.http, settings, signed.token if signed else None),
        signed=signed,
        away=away,
        csrf=signed.csrf if signed else anonymous,
    )


def language_for(request: Request) -> Language:
    """What the visitor chose, else what the browser would rather have."""
    wanted = request.cookies.get(LANGUAGE)
    if wanted in list(Language):
        return Language(wanted)
    return language_of(request.headers.get("accept-language", ""))


def language_of(accepted: str) -> Language:
    """Of our languages the one that the browser would rather have (RFC 9110, 12.5.4); Chinese when it names neither."""
    ranked = sorted(_RANGE.findall(accepted[:500]), key=lambda one: -float(one[1] or 1))
    ours = (Language(name.lower()) for name, quality in ranked if name.lower() in list(Language) and quality != "0")
    return next(ours, Language.ZH)


async def visit_of(request: Request) -> Visit:
    return cast(Visit, request.state.visit)


def sign_in_at(to: str) -> str:
    return f"/session/start?to={quote(to, safe='/')}"


Visiting = Annotated[Visit, Depends(visit_of)]
