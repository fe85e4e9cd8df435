"""Who lives in the city: households, residents, marriages, births."""

from datetime import date, time

from demo.city.files import rows
from demo.city.model import Birth, Household, Marriage, Resident


def households() -> list[Household]:
    return [Household(**row) for row in rows("households.csv")]


def residents() -> list[Resident]:
    return [
        Resident(
            number=row["number"],
            name=row["name"],
            sex=row["sex"],
            birth=date.fromisoformat(row["birth"]),
            household_no=row["household_no"],
            relation=row["relation"],
            phone=row["phone"],
            insured=row["insured"],
        )
        for row in rows("residents.csv")
    ]


def marriages() -> list[Marriage]:
    return [
        Marriage(
            certificate_no=row["certificate_no"],
            husband_number=row["husband_number"],
            wife_number=row["wife_number"],
            registered_on=date.fromisoformat(row["registered_on"]),
            office=row["office"],
            state=row["state"],
        )
        for row in rows("marriages.csv")
    ]


def births() -> list[Birth]:
    return [
        Birth(
            delivery_no=row["delivery_no"],
            mother_number=row["mother_number"],
            days_before=int(row["days_before"]),
            time=time.fromisoformat(row["time"]),
            gestation_weeks=int(row["gestation_weeks"]),
            birth_order=int(row["birth_order"]),
            sex=row["sex"],
            weight_g=int(row["weight_g"]),
            length_cm=int(row["length_cm"]),
        )
        for row in rows("deliveries.csv")
    ]
