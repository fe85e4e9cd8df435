"""Tables of svc-profile."""

from svc_profile.models.base import Base
from svc_profile.models.cards import (
    AccessLine,
    BillCard,
    CaseCard,
    CasePerson,
    LicenceCard,
    LicenceHolder,
    ParcelCard,
    Waiting,
)
from svc_profile.models.messages import Contact, Delivery, Message
from svc_profile.models.reminders import Reminder, SilencedSubject, StepNote, Tag

__all__ = [
    "AccessLine",
    "Base",
    "BillCard",
    "CaseCard",
    "CasePerson",
    "Contact",
    "Delivery",
    "LicenceCard",
    "LicenceHolder",
    "Message",
    "ParcelCard",
    "Reminder",
    "SilencedSubject",
    "StepNote",
    "Tag",
    "Waiting",
]
