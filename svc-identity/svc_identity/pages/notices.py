"""Pages that only say something."""

from fastapi.responses import HTMLResponse

from svc_identity.pages.render import page, texts


def broken_link(language: str = "zh") -> HTMLResponse:
    """For a request whose client is in doubt: it is told to the person and never redirected."""
    return notice("broken", language, status=400)


def failed(language: str = "zh", status: int = 400) -> HTMLResponse:
    return notice("failed", language, status=status)


def notice(
    what: str, language: str, *, status: int = 200, form_token: str | None = None, action: str = "", button: str = "",
    leads_to: str | None = None,
) -> HTMLResponse:  # fmt: skip
    words = texts(language)
    said = {"title": words[f"{what}_title"], "lead": words[f"{what}_lead"]}
    form = {"form_token": form_token, "action": action, "button": button}
    return page("notice.html", language, status=status, leads_to=leads_to, **said, **form)
