"""What a caller of svc-sharing can be told."""

from chassis.problems import Conflict, Forbidden, InvalidInput, NotFound, Problem


class NotGranted(Forbidden):
    """No live grant covers this use; `reason` says whether it is missing, expired, or the data is not shared."""

    slug = "not-granted"
    title = "No grant allows this"


class Erased(Problem):
    """The values were erased; only the ledger remembers that they were used."""

    status = 410
    slug = "erased"
    title = "The values were erased"


class NotAnswered(Conflict):
    """The department has not answered yet, or did not."""

    slug = "not-answered"
    title = "The department has not answered"


class AlreadyDecided(Conflict):
    """An application for a grant is decided once."""

    slug = "already-decided"
    title = "This was decided already"


class ResourceUnknown(NotFound):
    """There is no such resource."""

    slug = "resource-unknown"
    title = "There is no such resource"


class IssuerUnknown(InvalidInput):
    """The body that should have signed is not known here."""

    slug = "issuer-unknown"
    title = "This issuing body is not known here"


class SignatureInvalid(InvalidInput):
    """The document is not signed by the body's published keys, or is no licence."""

    slug = "signature-invalid"
    title = "The signature is not the issuing body's"


class PresentationUnknown(NotFound):
    """The code is wrong, used or too old: ask the holder to show the licence again."""

    slug = "presentation-unknown"
    title = "This code is not valid any more"


class CorrectionClosed(Conflict):
    """The correction was answered already."""

    slug = "correction-closed"
    title = "This correction was answered already"
