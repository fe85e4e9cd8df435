"""Departments, staff, residents and companies; who can sign in, and with what."""

import os
from pathlib import Path

from demo.city import births, companies, department, departments, marriages, residents, staff
from demo.city.model import Company, Department, Resident, StaffMember
from demo.seed.onedoor import OneDoor, each

PASSWORD = "yunxi-2026-demo"  # noqa: S105 - a demo city's, printed at start
NAMED = {"李晓雯": "lixiaowen", "陈北辰": "chenbeichen"}


async def bring_people(onedoor: OneDoor) -> None:
    async def one_department(body: Department) -> None:
        await onedoor.put("identity", f"/departments/{body.code}", {"name": body.name, "division": body.division})

    async def one_member(member: StaffMember) -> None:
        body = {"name": member.name, "department": department(member.department).code, "post": member.post}
        await onedoor.put(
            "identity", f"/staff/{member.username}", {**body, "roles": list(member.roles), "password": PASSWORD}
        )

    parents = with_account()

    async def one_resident(resident: Resident) -> None:
        body = {"name": resident.name, "number": resident.number, "phone": resident.phone or None}
        if resident.number in parents:
            body |= {"username": parents[resident.number], "password": PASSWORD}
        await onedoor.post("identity", "/persons", body)

    async def one_company(company: Company) -> None:
        body = {"name": company.name, "legal_representative": company.representative_number}
        await onedoor.put("identity", f"/companies/{company.code}", body)

    await each(departments(), one_department)
    await each(staff(), one_member)
    await each(residents(), one_resident)
    await each(companies(), one_company)


def with_account() -> dict[str, str]:
    """User names of the parents of newborns, by identity number: the telephone, or a name for the two in the README."""
    mothers = {birth.mother_number for birth in births()}
    couples = {wedding.wife_number: wedding.husband_number for wedding in marriages() if wedding.state == "married"}
    numbers = mothers | {couples[mother] for mother in mothers if mother in couples}
    return {person.number: NAMED.get(person.name, person.phone) for person in residents() if person.number in numbers}


def write_sign_ins() -> None:
    """`$RUN_DIR/demo-sign-ins.txt`: what the launcher prints."""
    parents = with_account()
    known = {person.number: person for person in residents()}
    couples = {wedding.wife_number: wedding.husband_number for wedding in marriages() if wedding.state == "married"}
    lines = [f"Demo sign-ins; everybody's password is {PASSWORD}", "", "  parents of a newborn"]
    seen = set()
    for birth in births():
        if birth.mother_number in seen:
            continue
        seen.add(birth.mother_number)
        pair = [birth.mother_number, couples.get(birth.mother_number)]
        names = [f"{known[number].name} ({parents[number]})" for number in pair if number is not None]
        lines.append(f"    {' and '.join(names)}")
    lines += ["", "  staff"]
    lines += [
        f"    {member.username:<20} {member.name}, {department(member.department).name}, {member.post_name}"
        for member in staff()
    ]
    Path(os.environ["RUN_DIR"], "demo-sign-ins.txt").write_text("\n".join(lines) + "\n")
