"""The page for people who are refused because too many requests came: made without asking anybody, and nearly for nothing."""

from datetime import datetime
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie

from fastapi import FastAPI
from markupsafe import escape

from gateway.authorise import PROVIDER
from gateway.portal.render import HEADERS, html
from gateway.portal.views.errors import ErrorPage, Trouble, WayOut
from gateway.portal.views.frame import Frame, Language, Letters
from gateway.portal.views.parts import Link
from gateway.portal.visit import FORM, LANGUAGE, LETTERS, TOKEN, language_of
from gateway.proxy import Page, Request
from gateway.sessions.store import SessionStore
from gateway.settings import GatewaySettings

MARKS = CSRF, HERE, PATH, REFERENCE = "the-csrf-token", "/the-address", "/the-path", "the-reference"
"""What stands in the prepared page where each request has something of its own."""


class LimitedPage:
    """Given to the proxy. The same page for everybody, so no name is on it; its forms work."""

    def __init__(self, app: FastAPI, settings: GatewaySettings) -> None:
        self._app, self._settings = app, settings
        self._prepared = lru_cache(self._rendered)

    def __call__(self, request: Request) -> Page | None:
        """None for programs, whatever they say that they accept: an API never answers with a page."""
        is_for_people = request.route.name == PROVIDER if request.route else not request.path.startswith(b"/api/")
        if not is_for_people or b"text/html" not in (request.header(b"accept") or b""):
            return None
        cookies = _cookies_of(request)
        language = _language_of(request, cookies.get(LANGUAGE))
        letters = cookies.get(LETTERS)
        text = self._prepared(language, Letters(letters) if letters in list(Letters) else Letters.STANDARD)
        path, here = (request.path, request.target) if request.method == "GET" else (b"/", b"/")
        own = {CSRF: self._csrf(cookies), REFERENCE: request.request_id}
        own |= {PATH: path.decode("latin-1"), HERE: here.decode("latin-1")}
        for mark, value in own.items():
            text = text.replace(mark, escape(value))
        headers = HEADERS | {"Content-Type": "text/html; charset=utf-8", "Content-Language": language.value}
        return [(name.lower().encode(), value.encode()) for name, value in headers.items()], text.encode()

    def _csrf(self, cookies: dict[str, str]) -> str:
        runtime, cookie = getattr(self._app.state, "runtime", None), cookies.get(self._settings.cookie)
        if runtime is not None and cookie is not None:
            store = runtime.room(SessionStore)
            assert isinstance(store, SessionStore)  # noqa: S101
            signed = store.known(cookie)
            if signed is not None:
                return signed.csrf
        kept = cookies.get(FORM, "")
        return kept if TOKEN.fullmatch(kept) else ""

    def _rendered(self, language: Language, letters: Letters) -> str:
        ways = (Link(WayOut.TRY_AGAIN, HERE), Link(WayOut.HOME, "/"))
        page = ErrorPage(trouble=Trouble.TOO_MANY, reference=REFERENCE, ways=ways, phone=self._settings.helpline)
        now = datetime.now(self._settings.city_zone)
        return html(page, Frame(language=language, letters=letters, now=now, path=PATH, csrf=CSRF, once=""))


def _cookies_of(request: Request) -> dict[str, str]:
    header = request.header(b"cookie") or b""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header.decode("latin-1")).items()}
    except CookieError:
        return {}


def _language_of(request: Request, chosen: str | None) -> Language:
    if chosen in list(Language):
        return Language(chosen)
    return language_of((request.header(b"accept-language") or b"").decode("latin-1"))
