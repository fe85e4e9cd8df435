import sqlite3
from contextlib import closing

from stdnum.cn import ric

from demo import city, crowd
from demo.base.settings import read_settings
from demo.crowd import families
from demo.hospital.app import make_app as hospital
from demo.population.app import make_app as population


def test_nobody_of_the_crowd_is_anybody_else():
    some = [*families(3, crowd.DAYS - 1), *families(300)]
    parents = [parent for family in some for parent in (family.mother, family.father)]
    numbers = {parent.number for parent in parents}

    assert len(numbers) == len(parents)
    assert all(number[17] == ric.calc_check_digit(number) for number in numbers)
    assert not numbers & {resident.number for resident in city.residents()}
    assert not {family.delivery_no for family in some} & {birth.delivery_no for birth in city.births()}
    assert not {family.household.household_no for family in some} & {home.household_no for home in city.households()}


def test_a_family_is_the_same_one_every_time():
    assert families(2, 7) == families(9)[7:]


def test_the_registers_know_them_once_however_often_they_are_brought(tmp_path):
    settings = read_settings(0, {"DEMO_DATA": str(tmp_path)})
    for make_app in (population, hospital):
        make_app(settings)
    family = families(1)[0]

    for _ in range(2):
        crowd.bring_population(settings, [family])
        crowd.bring_deliveries(settings, [family])

    with closing(sqlite3.connect(tmp_path / "population.db")) as register:
        found = register.execute("SELECT name FROM person WHERE number = ?", (family.mother.number,)).fetchall()
    with closing(sqlite3.connect(tmp_path / "hospital.db")) as records:
        children = "SELECT count(*) FROM child JOIN delivery USING (delivery_no) WHERE mother_number = ?"
        [(born,)] = records.execute(children, (family.mother.number,)).fetchall()
    assert (found, born) == ([(family.mother.name,)], 1)
