"""What a person has: licences, data uses and grants, parcels, bills, messages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.apply import Grant
from gateway.portal.views.cases import Look
from gateway.portal.views.codes import (
    BillState,
    Code,
    CorrectionState,
    GrantState,
    LicenceState,
    ParcelState,
)
from gateway.portal.views.parts import ONE_PAGE, CaseRef, Fact, Form, Limit, Link, Money, Pages, Tab, View


@dataclass(frozen=True, kw_only=True)
class LicenceLine:
    name: str
    holder: str
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
class LicenceUse:
    who: str
    purpose: str
    at: datetime


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
    uses: tuple[LicenceUse, ...] = ()


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
    GRANTS = "grants"
    CORRECTIONS = "corrections"


@dataclass(frozen=True, kw_only=True)
class DataUse(Look):
    case: CaseRef | None = None
    grant: str
    outcome: str | None = None


@dataclass(frozen=True, kw_only=True)
class MyGrant(Grant):
    state: GrantState
    given_on: date
    case: CaseRef | None = None
    end_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class MyCorrection:
    fact: str
    was: str
    should_be: str
    department: str
    sent_on: date
    state: CorrectionState
    limit: Limit
    answer: str | None = None


@dataclass(frozen=True, kw_only=True)
class MyData(View):
    """One of three lists; `tabs` says which."""

    template: ClassVar = "pages/my_data.html"

    tab: DataTab
    tabs: tuple[Tab, ...]
    uses: tuple[DataUse, ...] = ()
    grants: tuple[MyGrant, ...] = ()
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
    pickup_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class MyParcels(View):
    template: ClassVar = "pages/my_parcels.html"

    parcels: tuple[ParcelLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True)
class Trace:
    state: ParcelState
    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class PickUp:
    """A code for a locker or a hall counter."""

    code: str
    place: str
    address: str
    hours: str
    until: date


@dataclass(frozen=True, kw_only=True)
class ParcelPage(View):
    template: ClassVar = "pages/parcel.html"

    what: str
    direction: Direction
    state: ParcelState
    carrier: str
    waybill: str
    case: CaseRef
    sender: str
    recipient: str
    address: str
    traces: tuple[Trace, ...]
    expected_on: date | None = None
    pickup: PickUp | None = None
    collect_on: date | None = None
    carrier_phone: str


@dataclass(frozen=True, kw_only=True)
class BillLine:
    what: str
    amount: Money
    state: BillState
    due: date
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
    payee: str
    number: str
    case: CaseRef
    for_whom: str
    due: date
    why: str
    basis: str
    form: Form
    paid_at: datetime | None = None
    receipt_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class HandOver(View):
    """Leaving for the payment provider: by a link, so that no form of ours posts to somebody else."""

    template: ClassVar = "pages/hand_over.html"

    to: str
    what: str
    amount: Money
    go_at: str
    back_at: str


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    title: str
    sender: str
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
    sender: str
    at: datetime
    paragraphs: tuple[str, ...]
    case: CaseRef | None = None
    act: Link | None = None
