"""The city's bodies: divisions, departments, halls, staff, companies, clinics, banks."""

from datetime import date
from functools import cache

from demo.city.files import document, rows
from demo.city.model import Bank, Clinic, Company, Department, Division, Hall, InsurancePlace, StaffMember, Window


def divisions() -> list[Division]:
    return [Division(**row) for row in rows("divisions.csv")]


def departments() -> list[Department]:
    return [Department(**row) for row in rows("departments.csv")]


@cache
def _departments_by_key() -> dict[str, Department]:
    return {department.key: department for department in departments()}


def department(key: str) -> Department:
    return _departments_by_key()[key]


def halls() -> list[Hall]:
    return [
        Hall(**{**hall, "windows": tuple(Window(**window) for window in hall["windows"])})
        for hall in document("halls.json")
    ]


def staff() -> list[StaffMember]:
    return [
        StaffMember(
            username=row["username"],
            name=row["name"],
            department=row["department"],
            post=row["post"],
            post_name=row["post_name"],
            roles=tuple(row["roles"].split()),
        )
        for row in rows("staff.csv")
    ]


def companies() -> list[Company]:
    return [
        Company(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            division=row["division"],
            address=row["address"],
            representative_number=row["representative_number"],
            founded_on=date.fromisoformat(row["founded_on"]),
            capital_cents=int(row["capital_cents"]),
            phone=row["phone"],
        )
        for row in rows("companies.csv")
    ]


def clinics() -> list[Clinic]:
    return [Clinic(**row) for row in rows("clinics.csv")]


def banks() -> list[Bank]:
    return [Bank(**row) for row in rows("banks.csv")]


def insurance_places() -> list[InsurancePlace]:
    return [
        InsurancePlace(division=row["division"], premium_cents=int(row["premium_cents"]), timing=row["timing"])
        for row in rows("insurance-places.csv")
    ]
