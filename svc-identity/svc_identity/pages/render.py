"""Templates and texts to pages with strict headers."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
LANGUAGES = {"zh": "zh-CN", "en": "en"}


@lru_cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of the pages in one language."""
    catalogue: dict[str, dict[str, str]] = tomllib.loads((HERE / "texts.toml").read_text())
    return catalogue[language]


@lru_cache
def stylesheet() -> str:
    return (HERE / "style.css").read_text()


def language_of(ui_locales: str | None) -> str:
    """The first language asked for (`ui_locales`, OpenID Connect Core 3.1.2.1) that there are texts in; Chinese otherwise."""
    wanted = [tag.partition("-")[0].lower() for tag in (ui_locales or "").split()]
    return next((tag for tag in wanted if tag in LANGUAGES), "zh")


def page(
    template: str, language: str, *, status: int = 200, leads_to: str | None = None, **values: Any
) -> HTMLResponse:
    """`leads_to`: where the form may lead in the end, for browsers that apply `form-action` to redirects too."""
    words = texts(language)
    html = _environment().get_template(template).render(t=words, language=LANGUAGES[language], **values)
    return HTMLResponse(html, status, headers=_headers(leads_to) | {"Content-Language": LANGUAGES[language]})


def _headers(leads_to: str | None) -> dict[str, str]:
    target = urlsplit(leads_to or "")
    beyond = f" {target.scheme}://{target.netloc}" if target.scheme in ("http", "https") and target.netloc else ""
    policy = (
        f"default-src 'none'; style-src 'self'; form-action 'self'{beyond}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@lru_cache
def _environment() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
