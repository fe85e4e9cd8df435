"""Tables of svc-workflow."""

from svc_workflow.models.applications import Application, FormPart, SealedFormCode
from svc_workflow.models.base import Base
from svc_workflow.models.cases import Access, Branch, CardRow, Case, CaseCounter, ExcludedTime, Supplement
from svc_workflow.models.instances import Definition, HistoryRow, Incident, Instance, Step, Subscription, Task, Timer
from svc_workflow.models.places import BundleOffer, CalendarYear, ItemOffer, Office, Place

__all__ = [
    "Access",
    "Application",
    "Base",
    "Branch",
    "BundleOffer",
    "CalendarYear",
    "CardRow",
    "Case",
    "CaseCounter",
    "Definition",
    "ExcludedTime",
    "FormPart",
    "HistoryRow",
    "Incident",
    "Instance",
    "ItemOffer",
    "Office",
    "Place",
    "SealedFormCode",
    "Step",
    "Subscription",
    "Supplement",
    "Task",
    "Timer",
]
