"""What a caller can be told, beside the problems every service has."""

from typing import ClassVar

from chassis.problems import Conflict


class AlreadyApplied(Conflict):
    """There is a case for the same child; the members `case_id` and `case_number` name it."""

    slug: ClassVar = "already-applied"
    title: ClassVar = "This was applied for already"


class NotAgreed(Conflict):
    """The other parent has not agreed, or has declined."""

    slug: ClassVar = "not-agreed"
    title: ClassVar = "The other person has not agreed yet"


class ItemIsWithdrawn(Conflict):
    """The item or the bundle is no longer offered; `item_code` names it."""

    slug: ClassVar = "item-withdrawn"
    title: ClassVar = "This is not offered any more"


class NotADraft(Conflict):
    """The application was handed in or thrown away."""

    slug: ClassVar = "not-a-draft"
    title: ClassVar = "This application cannot be changed any more"


class AgreementUnderWay(Conflict):
    """The other parent was asked already, or there is nobody to ask."""

    slug: ClassVar = "agreement-not-possible"
    title: ClassVar = "There is nobody to be asked now"


class StillAsking(Conflict):
    """Departments (`resources`) have not answered yet: wait a moment, or ask those again that failed."""

    slug: ClassVar = "still-asking"
    title: ClassVar = "A department has not answered yet"


class TaskTaken(Conflict):
    """A colleague has claimed the task."""

    slug: ClassVar = "task-taken"
    title: ClassVar = "A colleague works on this task"


class TaskClosed(Conflict):
    """The task is done, or nobody needs to do it any more."""

    slug: ClassVar = "task-closed"
    title: ClassVar = "This task is closed"


class SupplementAskedBefore(Conflict):
    """A supplement is asked once and completely (一次性告知)."""

    slug: ClassVar = "supplement-asked-before"
    title: ClassVar = "A supplement was asked for already"


class NothingUndecided(Conflict):
    """Every branch has its outcome, or the case was withdrawn before."""

    slug: ClassVar = "nothing-undecided"
    title: ClassVar = "There is nothing left to withdraw"


class SupplementClosed(Conflict):
    """It was answered before, or is of no use any more."""

    slug: ClassVar = "supplement-closed"
    title: ClassVar = "This supplement is closed"


class IncidentResolved(Conflict):
    """Somebody retried it before."""

    slug: ClassVar = "incident-resolved"
    title: ClassVar = "This incident is resolved"


class FormClosed(Conflict):
    """The code does not open the form for this request, or no longer."""

    slug: ClassVar = "form-closed"
    title: ClassVar = "This code does not open the form"


class CalendarMissing(Conflict):
    """A limit would end beyond the calendars that are loaded; load the next year's first."""

    slug: ClassVar = "calendar-missing"
    title: ClassVar = "The calendar ends too early"
