"""A page of its own before something that cannot be taken back; never a dialog."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gateway.portal.views.codes import Code
from gateway.portal.views.parts import Form, View


class Deed(StrEnum):
    """Each has four texts: `confirm.<deed>.title`, `.means`, `.yes`, `.no`."""

    DELETE_DRAFT = "draft"
    REPLAY = "replay"
    REPLAY_ALL = "replay_all"
    RETRY = "retry"
    RETRY_STEP = "retry_step"

    @property
    def look(self) -> str:
        return "danger" if self is Deed.DELETE_DRAFT else ""


@dataclass(frozen=True, kw_only=True)
class Confirm(View):
    template: ClassVar = "pages/confirm.html"

    deed: Deed
    what: Code | str
    form: Form
    back_at: str
