"""A newborn's case as events, to tell in any order that topics allow."""

from datetime import date
from uuid import UUID

from chassis.identifiers import new_id
from contracts.event import Event
from contracts.events.feedback import CaseRated, RatingInvited
from contracts.events.identity import ConsentAsked, ConsentGiven
from contracts.events.logistics import BillIssued, BillPaid, ParcelCreated, ParcelDelivered, ParcelMoved, ParcelState
from contracts.events.sharing import LicenceRegistered
from contracts.events.workflow import (
    ApplicationStarted,
    BranchAccepted,
    BranchEnded,
    BranchOutcome,
    BranchReceived,
    CaseClosed,
    CaseOutcome,
    CaseSubmitted,
    SubmittedBranch,
    SupplementAsked,
    SupplementSupplied,
)

MOTHER, FATHER = UUID("018f0000-0000-7000-8000-000000000001"), UUID("018f0000-0000-7000-8000-000000000002")
NUMBER, CHILD = "440199-2026-000001", "child-key"
BRANCHES = [
    SubmittedBranch(
        branch="birth-registration", item_code="A", title="出生登记", department="D1", department_name="公安局"
    ),
    SubmittedBranch(
        branch="vaccination", item_code="B", title="预防接种证", department="D2", department_name="疾控中心"
    ),
]


class Story:
    def __init__(self) -> None:
        self.case, self.consent, self.supplement, self.bill = new_id(), new_id(), new_id(), new_id()
        self.parcel, self.licence, self.invitation = new_id(), new_id(), new_id()

    def facts(self) -> dict[str, object]:
        return {"case_id": self.case, "case_number": NUMBER, "applicant_id": MOTHER}

    def branch(self, code: str = "birth-registration") -> dict[str, object]:
        return {**self.facts(), "branch": code, "item_code": "A", "department": "D1"}

    def started(self) -> Event:
        return ApplicationStarted(
            application_id=self.case, applicant_id=MOTHER, bundle_code="newborn", title="新生儿出生一件事"
        )

    def submitted(self) -> Event:
        about = {"bundle_code": "newborn", "title": "新生儿出生一件事", "parties": [FATHER], "subject_key": CHILD}
        return CaseSubmitted(**self.facts(), **about, branches=BRANCHES)

    def asked(self) -> Event:
        return SupplementAsked(**self.branch(), supplement_id=self.supplement, reply_by=date(2026, 3, 12))

    def workflow(self) -> list[Event]:
        closed = {"bundle_code": "newborn", "title": "新生儿出生一件事", "outcome": CaseOutcome.GRANTED}
        return [
            self.started(),
            self.submitted(),
            BranchReceived(**self.branch(), acceptance_due=date(2026, 3, 12)),
            self.asked(),
            SupplementSupplied(**self.branch(), supplement_id=self.supplement),
            BranchAccepted(**self.branch(), promised_due=date(2026, 3, 16), statutory_due=date(2026, 4, 1)),
            BranchEnded(**self.branch(), outcome=BranchOutcome.GRANTED),
            BranchEnded(**self.branch("vaccination"), outcome=BranchOutcome.GRANTED),
            CaseClosed(**self.facts(), **closed, branches={"birth-registration": BranchOutcome.GRANTED}),
        ]

    def agreement(self) -> list[Event]:
        about = {
            "consent_id": self.consent,
            "person_id": FATHER,
            "asked_by": MOTHER,
            "case_id": self.case,
            "purpose": "newborn/agreement",
        }
        return [ConsentAsked(**about), ConsentGiven(**about)]

    def licences(self) -> list[Event]:
        about = {
            "issuer": "D3",
            "issuer_name": "市妇幼保健院",
            "case_id": self.case,
            "request_id": None,
            "title": "出生医学证明",
        }
        return [LicenceRegistered(licence_id=self.licence, kind="birth-certificate", holders=[MOTHER, FATHER], **about)]

    def parcels(self) -> list[Event]:
        about = {"parcel_id": self.parcel, "case_id": self.case, "request_id": new_id(), "person_id": MOTHER}
        card = {**about, "direction": "out", "contents": "social-card"}
        states = [ParcelState.IN_LOCKER]
        moved = [ParcelMoved(**card, state=state) for state in states]
        return [ParcelCreated(**card), *moved, ParcelDelivered(**card, state=ParcelState.DELIVERED)]

    def bills(self) -> list[Event]:
        about = {
            "bill_id": self.bill,
            "case_id": self.case,
            "request_id": new_id(),
            "payer_id": MOTHER,
            "amount": 40000,
        }
        return [BillIssued(**about, kind="insurance-premium"), BillPaid(**about, payment_id=new_id())]

    def ratings(self) -> list[Event]:
        about = {"case_id": self.case, "title": "新生儿出生一件事", "case_number": NUMBER}
        invited = RatingInvited(invitation_id=self.invitation, person_id=MOTHER, code="c0de", **about)
        rated = CaseRated(rating_id=new_id(), case_id=self.case, level=1, item_codes=["A"], departments=["D1"])
        return [invited, rated]

    def topics(self) -> list[list[Event]]:
        """Events keep their order within each list; between lists any order may happen."""
        return [self.workflow(), self.agreement(), self.licences(), self.parcels(), self.bills(), self.ratings()]
