"""What a caller of svc-logistics can be told."""

from chassis.problems import Conflict, NotFound, Problem


class AddressInUse(Conflict):
    """A parcel is on its way to or from this address."""

    slug = "address-in-use"
    title = "A parcel under way uses this address"


class BillNotOpen(Conflict):
    """It was paid or cancelled already."""

    slug = "bill-not-open"
    title = "The bill is not open any more"


class ParcelNotThere(Conflict):
    """The parcel cannot be handed out or received now."""

    slug = "parcel-not-there"
    title = "The parcel does not allow this now"


class CodeUnknown(NotFound):
    """No parcel waits under this pick-up code."""

    slug = "pick-up-code-unknown"
    title = "No parcel waits under this code"


class BadSignature(Problem):
    """The callback is not signed by the party it claims to come from, or is too old."""

    status = 401
    slug = "bad-signature"
    title = "The signature is not valid"
