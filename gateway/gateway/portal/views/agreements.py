"""What another person is asked to agree to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.apply import Grant
from gateway.portal.views.codes import AgreementState
from gateway.portal.views.parts import Form, View


@dataclass(frozen=True, kw_only=True)
class Agreement(View):
    """What the other parent sees: asked by whom, what for, who will see what. The child's answers stay with whoever gave them."""

    template: ClassVar = "pages/agreement.html"

    asker: str
    title: str
    state: AgreementState
    grants: tuple[Grant, ...]
    form: Form
    answered_at: datetime | None = None
    until: date
