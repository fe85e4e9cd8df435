"""What a child is vaccinated with and when, in the general terms of the national immunisation programme."""

from datetime import date
from typing import Any

PROGRAMME = (
    # code, name, dose, months after birth
    ("HepB", "乙肝疫苗", 1, 0),
    ("BCG", "卡介苗", 1, 0),
    ("HepB", "乙肝疫苗", 2, 1),
    ("IPV", "脊灰灭活疫苗", 1, 2),
    ("DTaP", "百白破疫苗", 1, 2),
    ("IPV", "脊灰灭活疫苗", 2, 3),
    ("bOPV", "脊灰减毒活疫苗", 3, 4),
    ("DTaP", "百白破疫苗", 2, 4),
    ("HepB", "乙肝疫苗", 3, 6),
    ("DTaP", "百白破疫苗", 3, 6),
    ("MPSV-A", "A群流脑多糖疫苗", 1, 6),
    ("MMR", "麻腮风疫苗", 1, 8),
    ("JE-L", "乙脑减毒活疫苗", 1, 8),
    ("MPSV-A", "A群流脑多糖疫苗", 2, 9),
    ("MMR", "麻腮风疫苗", 2, 18),
    ("DTaP", "百白破疫苗", 4, 18),
    ("HepA-L", "甲肝减毒活疫苗", 1, 18),
    ("JE-L", "乙脑减毒活疫苗", 2, 24),
    ("MPSV-AC", "A群C群流脑多糖疫苗", 1, 36),
    ("bOPV", "脊灰减毒活疫苗", 4, 48),
    ("DTaP", "百白破疫苗", 5, 72),
    ("MPSV-AC", "A群C群流脑多糖疫苗", 2, 72),
)


def schedule(birth: date) -> list[dict[str, Any]]:
    return [
        {"vaccineCode": code, "vaccineName": name, "dose": dose, "dueDate": months_later(birth, months).isoformat()}
        for code, name, dose, months in PROGRAMME
    ]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    return date(day.year + years, month + 1, day.day)
