"""What a caller of svc-feedback can be told."""

from chassis.problems import Conflict, NotFound


class LinkUnknown(NotFound):
    """The rating link is wrong or too old."""

    slug = "rating-link-unknown"
    title = "This rating link is not valid any more"


class AlreadyRated(Conflict):
    """A case is rated once."""

    slug = "already-rated"
    title = "This case was rated already"


class WorkOrderNotInState(Conflict):
    """The work order is not in a state that allows this."""

    slug = "work-order-not-in-state"
    title = "The work order does not allow this now"


class NoCalendar(Conflict):
    """A limit reaches into a year whose calendar is not loaded."""

    slug = "calendar-not-loaded"
    title = "The calendar of that year is not loaded"
