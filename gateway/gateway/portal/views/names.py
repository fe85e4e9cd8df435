"""Codes that the services speak, as words. A code nobody knows here is shown as it came: nothing is hidden, nothing invented."""

from typing import TypeVar

from gateway.portal.views.codes import Code

C = TypeVar("C", bound=Code)


def known(kind: type[C], value: str) -> C | str:
    """The code, or the bare value when it is none of ours."""
    return kind(value) if value in kind._value2member_map_ else value


class Register(Code):
    """Data resources."""

    DELIVERIES = "hospital-deliveries"
    MARRIAGE = "marriage"
    POPULATION = "population"
    BIRTH_CERTIFICATE = "birth-certificate"
    BIRTH_REGISTRATION = "birth-registration"
    VACCINATION = "vaccination-record"
    ENROLMENT = "insurance-enrolment"
    PAYMENT = "insurance-payment"
    CARD = "social-card-order"


class Branch(Code):
    BIRTH_CERTIFICATE = "birth-certificate"
    BIRTH_REGISTRATION = "birth-registration"
    VACCINATION = "vaccination"
    MEDICAL_INSURANCE = "medical-insurance"
    SOCIAL_CARD = "social-card"


class Purpose(Code):
    """Purposes that are no branch's."""

    PREFILL = "prefill"
    AGREEMENT = "agreement"
    PROOFING = "proofing"
    REMINDERS = "reminders"
    PRESENTATION = "presentation"


class DataField(Code):
    """Fields of registers, of licences and of the form."""

    DELIVERY_NO = "delivery_no"
    BIRTH_ORDER = "birth_order"
    CHILD_SEX = "child_sex"
    BORN_AT = "born_at"
    WEIGHT = "weight_g"
    HOSPITAL = "hospital_name"
    SPOUSE_NAME = "spouse_name"
    SPOUSE_NUMBER = "spouse_number"
    REGISTERED_ON = "registered_on"
    NAME = "name"
    NUMBER = "number"
    HOUSEHOLD_NO = "household_no"
    HOUSEHOLD_HEAD = "household_head"
    ADDRESS = "address"
    HOUSEHOLD_PAGE = "household_page_no"
    LICENCE_NO = "licence_no"
    CERTIFICATE_NO = "certificate_no"
    CHILD_NAME = "child_name"
    MOTHER_NAME = "mother_name"
    MOTHER_NUMBER = "mother_number"
    FATHER_NAME = "father_name"
    FATHER_NUMBER = "father_number"
    HOUSEHOLD = "household"
    CLINIC = "clinic"
    BANK = "bank"
    PLACE = "insurance_place"
    ADDRESS_ID = "address_id"
    PHONE = "phone"
    PHOTO = "photo"
    RECORD_NO = "record_no"
    SCHEDULE = "schedule"
    ENROLMENT_NO = "enrolment_no"
    BILL_NO = "bill_no"
    PREMIUM = "premium"
    ORDER_NO = "order_no"
    CARD_NO = "card_no"
    BANK_NAME = "bank_name"
    MADE_ON = "made_on"
    MATCH = "match"
    ISSUED_ON = "issued_on"
    VALID_UNTIL = "valid_until"
    BIRTH_PLACE = "birth_place"
    GESTATION = "gestation_weeks"
    LENGTH = "length_cm"
    HOLDER = "holder"
    STATUS = "status"
    VALIDITY = "validity"
    EXPLANATION = "explanation"
    RIGHT = "right"


def answer_named(name: str) -> str:
    """A field of the form, or an explanation that a clerk asked for."""
    return DataField.EXPLANATION if name.startswith("other_") else known(DataField, name)


class Reason(Code):
    """Why something was refused, or cannot go on. The first are a clerk's grounds."""

    KINSHIP = "kinship-not-confirmed"
    CONDITIONS = "conditions-not-met"
    NOT_OURS = "outside-jurisdiction"
    UNTRUE = "materials-not-true"
    INCOMPLETE = "not-complete"
    REFUSED = "refused"
    CONSENT = "consent-declined"
    WITHDRAWN = "withdrawn-by-applicant"
    DECEASED = "deceased"
    PREREQUISITE = "prerequisite-refused"
    DOWN = "department-down"
    GRANT_EXPIRED = "grant-expired"
    GRANT_MISSING = "grant-missing"
    NOT_SHARED = "not-shared"
    INSURED = "already-insured"
    CARD_EXISTS = "card-exists"
    BANK_UNKNOWN = "bank-unknown"
    STUCK = "process-stuck"


GROUNDS = (Reason.KINSHIP, Reason.CONDITIONS, Reason.NOT_OURS, Reason.UNTRUE, Reason.INCOMPLETE)


class Procedure(Code):
    """Special procedures whose time does not count."""

    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert-review"
    HEARING = "hearing"
    INSPECTION = "inspection"
    TEST = "test"
    QUARANTINE = "quarantine"
    TENDER = "tender"
    AUCTION = "auction"
    EXTENSION = "extension"


class Contents(Code):
    HOUSEHOLD_BOOK = "household-book"
    SOCIAL_CARD = "social-card"


class BillKind(Code):
    PREMIUM = "medical-insurance-premium"


class RatingReason(Code):
    QUICK = "quick"
    CLEAR = "clear"
    FRIENDLY = "friendly"
    NO_VISITS = "no-visits"
    FEW_DOCUMENTS = "few-documents"
    SLOW = "slow"
    UNCLEAR = "unclear"
    UNFRIENDLY = "unfriendly"
    ASKED_AGAIN = "asked-again"
    TOO_MANY_DOCUMENTS = "too-many-documents"
    WRONG_INFORMATION = "wrong-information"
    SYSTEM_TROUBLE = "system-trouble"
    WORDS = "words"


class Post(Code):
    HOUSEHOLD_REGISTRATION = "household-registration"
    BIRTH_CERTIFICATE = "birth-certificate"
    BIRTH_CERTIFICATES = "birth-certificate-administration"
    MARRIAGE = "marriage-registration"
    VACCINATION = "vaccination"
    ENROLMENT = "resident-enrolment"
    PREMIUMS = "premium-collection"
    CARDS = "card-making"
    BUSINESS = "business-registration"
    SCHOOL = "school-admission"
    WINDOW = "window"
    DATA = "data-officer"
    EDITOR = "item-editor"
    REVIEWER = "item-reviewer"
    SUPERVISION = "supervision"
    OPERATION = "operation"


class Channel(Code):
    """GB/T 39046 A.5."""

    WINDOW = "1"
    WEB = "2"
    MOBILE = "3"
    COURIER = "4"
    OTHER = "9"


class Served(Code):
    """GB/T 39046 A.4."""

    PERSON = "1"
    ENTERPRISE = "2"
    INSTITUTION = "3"
    ORGANISATION = "4"
    ORGAN = "5"
    OTHER = "6"


class BodyLevel(Code):
    """GB/T 39046 A.2."""

    NATIONAL = "1"
    PROVINCIAL = "2"
    MUNICIPAL = "3"
    COUNTY = "4"
    TOWN = "5"
    VILLAGE = "6"
    SEVERAL = "7"


class ItemKind(Code):
    """GB/T 39046 A.1."""

    POWER = "00"
    LICENCE = "01"
    PENALTY = "02"
    COMPULSION = "03"
    LEVY = "04"
    PAYMENT = "05"
    INSPECTION = "06"
    CONFIRMATION = "07"
    REWARD = "08"
    ADJUDICATION = "09"
    OTHER = "10"
    PUBLIC_SERVICE = "20"
