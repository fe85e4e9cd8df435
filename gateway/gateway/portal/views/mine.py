"""What a person has: licences, data uses and grants, parcels, bills, messages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.cases import Look
from gateway.portal.views.codes import (
    BillState,
    Code,
    CorrectionState,
    LicenceState,
    ParcelState,
)
from gateway.portal.views.parts import ONE_PAGE, CaseRef, Fact, Form, Link, Money, Pages, Tab, View


@dataclass(frozen=True, kw_only=True)
class LicenceLine:
    name: str
    issuer: str
    state: LicenceState
    issued_on: date
    href: str


@dataclass(frozen=True, kw_only=True)
class MyLicences(View):
    template: ClassVar = "pages/my_licences.html"

    licences: tuple[LicenceLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class ShowCode:
    """A short code somebody else types to check the licence; it dies soon."""

    code: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class LicencePage(View):
    template: ClassVar = "pages/licence.html"

    name: str
    number: str
    holder: str
    issuer: str
    state: LicenceState
    fields: tuple[Fact, ...]
    issued_on: date
    valid_until: date | None
    form: Form
    download_at: str
    show: ShowCode | None = None


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a stranger may learn: that it is genuine, who issued it, whether it is valid now."""

    name: str
    issuer: str
    state: LicenceState
    fields: tuple[Fact, ...]
    checked_at: datetime


@dataclass(frozen=True, kw_only=True)
class VerifyLicence(View):
    template: ClassVar = "pages/verify.html"

    form: Form
    verified: Verified | None = None


class DataTab(Code):
    USES = "uses"
    CORRECTIONS = "corrections"


@dataclass(frozen=True, kw_only=True)
class DataUse(Look):
    source: str
    grant: str | None


@dataclass(frozen=True, kw_only=True)
class MyCorrection:
    fact: str
    register: str
    statement: str
    sent_on: date
    state: CorrectionState
    due: date
    answer: str | None = None


@dataclass(frozen=True, kw_only=True)
class MyData(View):
    """One of two lists; `tabs` says which."""

    template: ClassVar = "pages/my_data.html"

    tab: DataTab
    tabs: tuple[Tab, ...]
    uses: tuple[DataUse, ...] = ()
    corrections: tuple[MyCorrection, ...] = ()
    pages: Pages = ONE_PAGE


class Direction(Code):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class ParcelLine:
    what: str
    direction: Direction
    state: ParcelState
    href: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MyParcels(View):
    template: ClassVar = "pages/my_parcels.html"

    parcels: tuple[ParcelLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True)
class Trace:
    state: ParcelState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PickUp:
    """A code for the counter of a hall."""

    code: str
    place: str
    address: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class ParcelPage(View):
    template: ClassVar = "pages/parcel.html"

    what: str
    direction: Direction
    state: ParcelState
    waybill: str | None
    case: CaseRef
    traces: tuple[Trace, ...]
    pickup: PickUp | None = None


@dataclass(frozen=True, kw_only=True)
class BillLine:
    what: str
    amount: Money
    state: BillState
    on: date
    href: str


@dataclass(frozen=True, kw_only=True)
class MyBills(View):
    template: ClassVar = "pages/my_bills.html"

    bills: tuple[BillLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class BillPage(View):
    template: ClassVar = "pages/bill.html"

    what: str
    amount: Money
    state: BillState
    number: str
    case: CaseRef
    issued_on: date
    form: Form
    paid_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HandOver(View):
    """Leaving for the payment provider: by a link, so that no form of ours posts to somebody else. No `go_at`: not ready yet."""

    template: ClassVar = "pages/hand_over.html"

    to: str
    what: str
    amount: Money
    go_at: str | None
    again_at: str
    back_at: str


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    title: str
    text: str
    at: datetime
    href: str
    unread: bool


@dataclass(frozen=True, kw_only=True)
class Messages(View):
    template: ClassVar = "pages/messages.html"

    messages: tuple[MessageLine, ...]
    read_all: Form
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class MessagePage(View):
    template: ClassVar = "pages/message.html"

    title: str
    at: datetime
    paragraphs: tuple[str, ...]
    act: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Correction(View):
    """'This is wrong': a request to the department that keeps the fact."""

    template: ClassVar = "pages/correction.html"

    fact: Fact
    department: str
    form: Form
    back_at: str
