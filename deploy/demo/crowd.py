"""Many invented families with a newborn, furnished in the departments' databases of a running house. Not part of the city.

`python -m demo.crowd COUNT [FIRST]` brings families FIRST to FIRST + COUNT - 1; safe to repeat.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg
from stdnum.cn import ric

from demo.base.settings import Settings, read_settings
from demo.city.model import Household, Marriage, Resident
from demo.hospital.records import PLACE
from demo.marriage import UPSERT, database_url
from demo.population.register import RELATIONS, SEXES

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安宁和平清朗明远知行思源书言若水望舒云帆景行乐天嘉木怀瑾初晴"
DIVISION = "440196"
FIRST_DAY, DAYS = date(1985, 1, 1), 5_000
SEQUENCES = range(500, 998, 2)
"""Above what the city's own residents have: nobody here is anybody there."""
NEWBORN_DAYS = 28
MOST = DAYS * len(SEQUENCES)


@dataclass(frozen=True)
class Family:
    """A married couple in one household, the father its head, and their child's delivery."""

    index: int
    father: Resident
    mother: Resident
    household: Household
    marriage: Marriage
    delivery_no: str
    days_before: int

    @property
    def sex(self) -> str:
        return "F" if self.index % 2 else "M"

    @property
    def child_name(self) -> str:
        return self.father.name[0] + "予" + GIVEN[self.index % len(GIVEN)]


def families(count: int, first: int = 0) -> list[Family]:
    """Always the same ones by their index."""
    if first + count > MOST:
        raise ValueError(f"there are {MOST} families")
    return [_family(index) for index in range(first, first + count)]


def _family(index: int) -> Family:
    home = Household(f"{DIVISION}{index:08d}", DIVISION, f"云溪市云江区新苗路{index + 1}号1栋101", "新苗派出所")
    father, mother = _parent(index, home, "M", "head"), _parent(index, home, "F", "spouse")
    wedding = Marriage(
        certificate_no=f"J{DIVISION}-2022-{index + 1_000_000}",
        husband_number=father.number,
        wife_number=mother.number,
        registered_on=date(2022, 5, 20),
        office="云溪市云江区民政局婚姻登记处",
        state="married",
    )
    return Family(index, father, mother, home, wedding, f"FM2026{index + 1_000_000}", 1 + index % NEWBORN_DAYS)


def _parent(index: int, home: Household, sex: str, relation: str) -> Resident:
    birth = FIRST_DAY + timedelta(days=index % DAYS)
    sequence = SEQUENCES[index // DAYS] + (sex == "M")
    first = f"{DIVISION}{birth:%Y%m%d}{sequence:03d}"
    shift = 7 if sex == "M" else 0
    name = (
        SURNAMES[(index + shift) % len(SURNAMES)] + GIVEN[index // 3 % len(GIVEN)] + GIVEN[(index + shift) % len(GIVEN)]
    )
    return Resident(
        number=first + ric.calc_check_digit(f"{first}0"),
        name=name,
        sex=sex,
        birth=birth,
        household_no=home.household_no,
        relation=relation,
        phone=f"1{38 if sex == 'M' else 37}{index:08d}",
        insured="employee",
    )


async def bring(settings: Settings, some: Sequence[Family]) -> None:
    """Into the registers of population and deliveries, whose programs may be running, and of marriages."""
    await asyncio.to_thread(bring_population, settings, some)
    await asyncio.to_thread(bring_deliveries, settings, some)
    server = settings.environment.get("DATABASE_URL")
    if not server:
        raise SystemExit("DATABASE_URL is needed: the server with the register of marriages.")
    connection = await asyncpg.connect(database_url(server))
    try:
        await connection.executemany(UPSERT, [_wedding(family) for family in some])
    finally:
        await connection.close()


def bring_population(settings: Settings, some: Sequence[Family]) -> None:
    homes = [
        (home.household_no, home.division, home.address, home.police_station)
        for home in (family.household for family in some)
    ]
    people = [
        (one.number, one.name, SEXES[one.sex], f"{one.birth:%Y%m%d}", one.household_no, RELATIONS[one.relation])
        for family in some
        for one in (family.father, family.mother)
    ]
    with closing(sqlite3.connect(settings.data / "population.db", timeout=30)) as register, register:
        register.executemany(
            "INSERT OR IGNORE INTO household (no, division, address, police_station) VALUES (?, ?, ?, ?)", homes
        )
        register.executemany(
            "INSERT OR IGNORE INTO person (number, name, sex, birth, household_no, relation) VALUES (?, ?, ?, ?, ?, ?)",
            people,
        )


def bring_deliveries(settings: Settings, some: Sequence[Family]) -> None:
    deliveries = [(one.delivery_no, one.mother.number, one.mother.name, 39, PLACE) for one in some]
    children = [
        (one.delivery_no, 1, one.sex, f"{settings.today - timedelta(days=one.days_before)}T06:42:00+08:00", 3250, 50)
        for one in some
    ]
    with closing(sqlite3.connect(settings.data / "hospital.db", timeout=30)) as records, records:
        records.executemany(
            "INSERT OR IGNORE INTO delivery (delivery_no, mother_number, mother_name, gestation_weeks, place)"
            " VALUES (?, ?, ?, ?, ?)",
            deliveries,
        )
        records.executemany(
            "INSERT OR IGNORE INTO child (delivery_no, birth_order, sex, born_at, weight_g, length_cm)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            children,
        )


def _wedding(family: Family) -> tuple[object, ...]:
    wedding = family.marriage
    return (
        wedding.certificate_no, family.father.name, wedding.husband_number, family.mother.name, wedding.wife_number,
        wedding.registered_on, wedding.office, wedding.state,
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(bring(read_settings(0), families(int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 0)))
