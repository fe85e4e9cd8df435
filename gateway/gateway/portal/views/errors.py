"""No dead ends: what happened, what is safe, what to do now, and a reference that support can find."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gateway.portal.views.codes import Code
from gateway.portal.views.parts import Link, View


class Trouble(StrEnum):
    """Each has four texts: `errors.<trouble>.title`, `.happened`, `.safe`, `.now`."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_CANCELLED = "sign_in_cancelled"
    SESSION_EXPIRED = "session_expired"
    PROOFING_TOO_LOW = "proofing_too_low"
    FORM_TOO_OLD = "form_too_old"
    CHANGED_MEANWHILE = "changed_meanwhile"
    ALREADY_APPLIED = "already_applied"
    ITEM_WITHDRAWN = "item_withdrawn"
    LINK_USED = "link_used"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    SERVER = "server"


STATUS = {
    Trouble.NOT_FOUND: 404,
    Trouble.FORBIDDEN: 403,
    Trouble.SIGN_IN_FAILED: 400,
    Trouble.SIGN_IN_CANCELLED: 400,
    Trouble.SESSION_EXPIRED: 401,
    Trouble.PROOFING_TOO_LOW: 401,
    Trouble.FORM_TOO_OLD: 403,
    Trouble.CHANGED_MEANWHILE: 409,
    Trouble.ALREADY_APPLIED: 409,
    Trouble.ITEM_WITHDRAWN: 409,
    Trouble.LINK_USED: 410,
    Trouble.TOO_MANY: 429,
    Trouble.TOO_LARGE: 413,
    Trouble.UNAVAILABLE: 503,
    Trouble.SERVER: 500,
}


class WayOut(Code):
    """What to do now."""

    HOME = "home"
    SIGN_IN = "sign_in"
    PROVE = "prove"
    TRY_AGAIN = "try_again"
    BACK = "back"
    SEE_CASE = "see_case"
    SEARCH = "search"


@dataclass(frozen=True, kw_only=True)
class ErrorPage(View):
    """`ways`: the first is the button. `reference` is the request's id."""

    template: ClassVar = "pages/error.html"

    trouble: Trouble
    reference: str
    ways: tuple[Link, ...]
    phone: str

    @property
    def status(self) -> int:  # type: ignore[override]
        return STATUS[self.trouble]
