"""Views to HTML. `render(page, frame=frame)` is all that a route needs."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.portal.catalogue import catalogue
from gateway.portal.glossary import NOTHING, Glossary
from gateway.portal.speech import Speech
from gateway.portal.views.addresses import At
from gateway.portal.views.frame import Frame, Language
from gateway.portal.views.parts import View
from gateway.portal.voices import spoken

HERE = Path(__file__).parent
STATIC = HERE / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def render(page: View, *, frame: Frame, glossary: Glossary = NOTHING) -> HTMLResponse:
    """The page in the frame's language, names by the glossary, with a strict content security policy; never kept by a cache."""
    headers = HEADERS | {"Content-Language": frame.language.value}
    return HTMLResponse(html(page, frame, glossary), status_code=page.status, headers=headers)


def html(page: View, frame: Frame, glossary: Glossary = NOTHING) -> str:
    speech = Speech(catalogue(frame.language), frame.now)
    words = {
        "t": speech.t,
        "word": speech.word,
        "show": speech.show,
        "typed": typed,
        "listed": speech.list,
        "day": speech.day,
        "greeting": speech.greeting,
        "days_left": speech.days_left,
    }
    text = environment().get_template(page.template).render(page=page, frame=frame, at=At, asset=asset, **words)
    return text if frame.language is Language.ZH else spoken(text, glossary)


def typed(text: str) -> Markup:
    """What a person wrote themselves, which is never said in another language."""
    return Markup('<span translate="no">{}</span>').format(text)


@lru_cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@lru_cache
def asset(name: str) -> str:
    """Address of a static file; it changes with the content, so browsers may keep it for ever."""
    fingerprint = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{At.STATIC}/{name}?v={fingerprint}"
