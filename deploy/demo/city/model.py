"""What the city is made of. Money in cents, numbers as text, days as dates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Division:
    code: str
    """Six digits as in GB/T 2260, invented."""
    name: str
    level: str
    parent: str


@dataclass(frozen=True)
class Department:
    key: str
    """How the city's other files name it."""
    code: str
    """Unified social credit code (GB 32100)."""
    name: str
    short_name: str
    division: str
    address: str
    phone: str


@dataclass(frozen=True)
class Window:
    number: str
    name: str
    department: str


@dataclass(frozen=True)
class Hall:
    code: str
    name: str
    division: str
    address: str
    phone: str
    hours: str
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class StaffMember:
    username: str
    name: str
    department: str
    post: str
    post_name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Household:
    household_no: str
    division: str
    address: str
    police_station: str


@dataclass(frozen=True)
class Resident:
    number: str
    """Identity number (GB 11643)."""
    name: str
    sex: str
    """`F` or `M`."""
    birth: date
    household_no: str
    relation: str
    """To the head of the household: head, spouse, son, daughter or parent."""
    phone: str
    """Empty for children."""
    insured: str
    """Medical insurance: `employee`, `resident` or empty."""


@dataclass(frozen=True)
class Marriage:
    certificate_no: str
    husband_number: str
    wife_number: str
    registered_on: date
    office: str
    state: str
    """`married` or `divorced`."""


@dataclass(frozen=True)
class Birth:
    """One child of a delivery; twins share the delivery's number. Births are counted back from the city's first day."""

    delivery_no: str
    mother_number: str
    days_before: int
    time: time
    gestation_weeks: int
    birth_order: int
    sex: str
    weight_g: int
    length_cm: int

    def born_at(self, today: date) -> datetime:
        return datetime.combine(today - timedelta(days=self.days_before), self.time, CHINA)


@dataclass(frozen=True)
class Company:
    code: str
    name: str
    kind: str
    """limited, joint-stock, cooperative or individual (个体工商户)."""
    division: str
    address: str
    representative_number: str
    founded_on: date
    capital_cents: int
    phone: str


@dataclass(frozen=True)
class Clinic:
    code: str
    name: str
    division: str
    address: str
    phone: str


@dataclass(frozen=True)
class InsurancePlace:
    """A place of insurance for residents: yearly premium, and whether children are insured before they have a number."""

    division: str
    premium_cents: int
    timing: str
    """`certificate`: with the birth certificate, the number later; `registration`: only with the number."""


@dataclass(frozen=True)
class Bank:
    code: str
    name: str
