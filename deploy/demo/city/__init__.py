"""The invented city of Yunxi (云溪市) as data. Files in `data/`, read into plain typed objects."""

from demo.city.bodies import (
    banks,
    clinics,
    companies,
    department,
    departments,
    divisions,
    halls,
    insurance_places,
    staff,
)
from demo.city.calendar import CalendarYear, calendar_year
from demo.city.english import english
from demo.city.items import bundles, items
from demo.city.model import InsurancePlace
from demo.city.people import births, households, marriages, residents

__all__ = [
    "CalendarYear",
    "InsurancePlace",
    "banks",
    "births",
    "bundles",
    "calendar_year",
    "clinics",
    "companies",
    "department",
    "departments",
    "divisions",
    "english",
    "halls",
    "households",
    "insurance_places",
    "items",
    "marriages",
    "residents",
    "staff",
]
