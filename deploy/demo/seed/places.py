"""Calendars, divisions, clinics, banks, halls, and where departments take parcels."""

from demo.city import banks, calendar_year, clinics, departments, divisions, halls, insurance_places
from demo.city.model import Bank, Clinic, Department, Division, Hall
from demo.seed.onedoor import OneDoor, each

YEARS = (2026, 2027)


async def bring_places(onedoor: OneDoor) -> None:
    for year in YEARS:
        given = calendar_year(year)
        holidays = [day.isoformat() for day in sorted(given.holidays)]
        worked = [day.isoformat() for day in sorted(given.workdays)]
        await onedoor.put("workflow", f"/calendars/{year}", {"holidays": holidays, "make_up_days": worked})
        await onedoor.put("feedback", f"/calendars/{year}", {"holidays": holidays, "working_days": worked})

    timing = {place.division: place.timing for place in insurance_places()}

    async def one_division(division: Division) -> None:
        begins = timing.get(division.code, "registration")
        await onedoor.put("workflow", f"/places/{division.code}", {"name": division.name, "insurance_timing": begins})

    async def one_clinic(clinic: Clinic) -> None:
        await onedoor.put("workflow", f"/offices/clinic/{clinic.code}", {"name": clinic.name, "street": clinic.address})

    async def one_bank(bank: Bank) -> None:
        await onedoor.put("workflow", f"/offices/bank/{bank.code}", {"name": bank.name})

    async def one_department(department: Department) -> None:
        body = {"name": department.name, "phone": department.phone, "street": department.address}
        await onedoor.put("logistics", f"/department-addresses/{department.code}", body)

    async def one_hall(hall: Hall) -> None:
        body = {"name": hall.name, "street": hall.address, "hours": hall.hours}
        await onedoor.put("logistics", f"/halls/{hall.code.lower()}", body)

    await each(divisions(), one_division)
    await each(clinics(), one_clinic)
    await each(banks(), one_bank)
    await each(departments(), one_department)
    await each(halls(), one_hall)
