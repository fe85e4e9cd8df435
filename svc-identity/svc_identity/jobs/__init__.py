"""Work that calls out, and work that time brings."""

from chassis.jobs import Jobs
from svc_identity.jobs.periodic import LapseConsents, Tidy
from svc_identity.jobs.proofing import AskRegister, CheckFace, OpenFaceSession
from svc_identity.jobs.steps import EstablishGuardianship, FindOtherPerson

jobs = Jobs(AskRegister, OpenFaceSession, CheckFace, FindOtherPerson, EstablishGuardianship, LapseConsents, Tidy)
