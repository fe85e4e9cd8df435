"""Tables of svc-sharing."""

from svc_sharing.models.base import Base
from svc_sharing.models.exchanges import CaseBranch, CaseKey, Correction, Exchange, Secret, Verification
from svc_sharing.models.ledger import LedgerHead, LedgerLine, PublishedHeads
from svc_sharing.models.licences import Issuer, Licence, Presentation
from svc_sharing.models.resources import Connector, Department, Grant, GrantApplication, Resource

__all__ = [
    "Base",
    "CaseBranch",
    "CaseKey",
    "Connector",
    "Correction",
    "Department",
    "Exchange",
    "Grant",
    "GrantApplication",
    "Issuer",
    "LedgerHead",
    "LedgerLine",
    "Licence",
    "Presentation",
    "PublishedHeads",
    "Resource",
    "Secret",
    "Verification",
]
