"""Progress by the case's number; and cases that cannot go on, for the clerk who can help."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gateway.portal.views.codes import Code, IncidentState
from gateway.portal.views.parts import ONE_PAGE, Form, Pages, Tab, View


@dataclass(frozen=True, kw_only=True)
class Progress(View):
    """A GET form with the field `number`. The number alone opens nothing: the case shows to whom it concerns."""

    template: ClassVar = "pages/progress.html"

    form: Form
    phone: str


class Mender(Code):
    """Who can help: a clerk of the department, or, where no department can, an operator."""

    CLERK = "clerk"
    OPERATOR = "operator"


class Extent(Code):
    """How much of a case stands still, where it is more than one department's part."""

    WHOLE = "whole"


class IncidentTab(Code):
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """`why` and `branch` are codes of the services, as words where they are known."""

    case_number: str
    branch: Code | str
    why: Code | str
    raised_at: datetime
    resolved_at: datetime | None
    at: str

    @property
    def state(self) -> IncidentState:
        return IncidentState.OPEN if self.resolved_at is None else IncidentState.RESOLVED


@dataclass(frozen=True, kw_only=True)
class Incidents(View):
    template: ClassVar = "pages/incidents.html"

    mender: Mender
    tabs: tuple[Tab, ...]
    lines: tuple[Incident, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class IncidentPage(View):
    template: ClassVar = "pages/incident.html"

    incident: Incident
    retry_at: str | None
    back_at: str
