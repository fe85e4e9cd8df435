"""Tables, by noun."""

from svc_identity.models.accounts import Account, Lockout, LoginName, Password, SignIn
from svc_identity.models.base import Base
from svc_identity.models.clients import Approval, Client, UsedAssertion
from svc_identity.models.consents import Consent, Step
from svc_identity.models.organisations import Company, Department, Staff
from svc_identity.models.people import Guardianship, IdentifierAccess, Person, Proofing, ProofingEvidence
from svc_identity.models.tokens import AuthorizationCode, Family, RefreshToken, SigningKeyRow

__all__ = [
    "Account",
    "Approval",
    "AuthorizationCode",
    "Base",
    "Client",
    "Company",
    "Consent",
    "Department",
    "Family",
    "Guardianship",
    "IdentifierAccess",
    "Lockout",
    "LoginName",
    "Password",
    "Person",
    "Proofing",
    "ProofingEvidence",
    "RefreshToken",
    "SignIn",
    "SigningKeyRow",
    "Staff",
    "Step",
    "UsedAssertion",
]
