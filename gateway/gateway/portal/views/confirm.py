"""A page of its own before something is given up; never a dialog."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gateway.portal.views.parts import Form, View


class GivingUp(StrEnum):
    """Each has four texts: `confirm.<what>.title`, `.means`, `.yes`, `.no`."""

    DRAFT = "draft"


@dataclass(frozen=True, kw_only=True)
class Confirm(View):
    template: ClassVar = "pages/confirm.html"

    giving_up: GivingUp
    what: str
    form: Form
    back_at: str
