"""What a caller can be told, beside what every service says."""

from chassis.problems import Conflict, Forbidden, InvalidInput, NotFound


class PersonNotFound(NotFound):
    """There is no such person, or it is not yours to see."""

    slug = "person-not-found"
    title = "There is no such person here"


class DepartmentNotFound(NotFound):
    """No department has this code."""

    slug = "department-not-found"
    title = "There is no such department"


class StaffNotFound(NotFound):
    """Nobody of the staff has this username."""

    slug = "staff-not-found"
    title = "There is no such staff member"


class CompanyNotFound(NotFound):
    """No company has this code."""

    slug = "company-not-found"
    title = "There is no such company"


class ClientNotFound(NotFound):
    """No client has this id."""

    slug = "client-not-found"
    title = "There is no such client"


class ProofingNotFound(NotFound):
    """There is no such proofing, or it is not yours."""

    slug = "proofing-not-found"
    title = "There is no such proofing"


class AlreadyProofed(Conflict):
    """There is nothing to prove: it is known surely enough who you are."""

    slug = "already-proofed"
    title = "It is known surely enough who you are"


class ProofingExpired(Conflict):
    """It was not finished in time; start another."""

    slug = "proofing-expired"
    title = "This proofing was not finished in time; start another"


class FaceNotReady(Conflict):
    """The live-face check is not open: not prepared yet, or decided."""

    slug = "face-not-ready"
    title = "The live-face check does not wait for a result"


class ConsentNotFound(NotFound):
    """There is no such request for agreement, or you are not asked."""

    slug = "consent-not-found"
    title = "There is no such request for agreement"


class AlreadyDecided(Conflict):
    """It was agreed to, declined, withdrawn, or waited too long."""

    slug = "already-decided"
    title = "This was decided already"


class LoginNameTaken(Conflict):
    """Somebody else signs in with this name; choose another."""

    slug = "login-name-taken"
    title = "Somebody else signs in with this name"


class PersonDiffers(Conflict):
    """The number is registered with another name; check both."""

    slug = "person-differs"
    title = "This number is registered with another name"


class WrongPassword(Forbidden):
    """The present password is another one."""

    slug = "wrong-password"
    title = "The present password is not right"


class WeakPassword(InvalidInput):
    """Too short, too long, or too easily guessed."""

    slug = "weak-password"
    title = "Choose another password"
