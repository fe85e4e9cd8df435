"""The population register: who lives in which household, and the registration of births (出生登记)."""

import json
import re
from datetime import date
from typing import Any

from stdnum.cn import ric

from demo import city
from demo.base.bodies import Fields, Refusal
from demo.base.settings import now
from demo.base.store import Row, Store

SCHEMA = """
CREATE TABLE household (no TEXT PRIMARY KEY, division TEXT, address TEXT, police_station TEXT);
CREATE TABLE person (
    number TEXT PRIMARY KEY, name TEXT, sex TEXT, birth TEXT, household_no TEXT REFERENCES household, relation TEXT,
    dead INTEGER DEFAULT 0
);
CREATE INDEX person_of_household ON person (household_no);
CREATE TABLE registration (
    reference TEXT PRIMARY KEY, content TEXT, certificate_no TEXT UNIQUE, number TEXT REFERENCES person, household_no TEXT, page TEXT,
    day TEXT
);
CREATE TABLE nonce (value TEXT PRIMARY KEY, at INTEGER)
"""
RELATIONS = {"head": "01", "spouse": "10", "son": "20", "daughter": "30", "parent": "50", "grandchild": "40"}
SEXES = {"M": "1", "F": "2"}
HAN = "01"


def fill(store: Store) -> None:
    for home in city.households():
        store.insert("household", {"no": home.household_no, "division": home.division, "address": home.address,
                                   "police_station": home.police_station})  # fmt: skip
    for one in city.residents():
        store.insert("person", {"number": one.number, "name": one.name, "sex": SEXES[one.sex],
                                "birth": f"{one.birth:%Y%m%d}", "household_no": one.household_no,
                                "relation": RELATIONS[one.relation]})  # fmt: skip


class Register:
    def __init__(self, store: Store) -> None:
        self._store = store

    def compare(self, asked: Fields) -> dict[str, Any]:
        """Verification (核查): `1` name and number match, `0` they do not, `2` no such number."""
        number, name = asked.text("gmsfhm"), asked.text("xm", 50)
        person = self._store.one("SELECT name FROM person WHERE number = ?", number.upper())
        return {"hcjg": "2" if person is None else "1" if person["name"] == name else "0"}

    def person(self, asked: Fields) -> dict[str, Any]:
        person = self._person(asked.text("gmsfhm"))
        home, head = self._home(person["household_no"])
        return {
            "ry": {
                "gmsfhm": person["number"], "xm": person["name"], "xb": person["sex"], "mz": HAN,
                "csrq": person["birth"], "hh": home["no"], "yhzgx": person["relation"], "hzxm": head["name"],
                "hzgmsfhm": head["number"], "zz": home["address"], "xzqh": home["division"],
                "pcs": home["police_station"], "swbs": str(person["dead"]),
            }
        }  # fmt: skip

    def household(self, asked: Fields) -> dict[str, Any]:
        home, head = self._home(asked.text("hh"))
        return {
            "h": {
                "hh": home["no"], "hzxm": head["name"], "hzgmsfhm": head["number"], "zz": home["address"],
                "xzqh": home["division"], "pcs": home["police_station"], "rs": self._size(home["no"]),
            }
        }  # fmt: skip

    def register_newborn(self, asked: Fields) -> dict[str, Any]:
        reference, wanted = asked.text("ywlsh"), _newborn(asked)
        content = json.dumps(wanted, ensure_ascii=False)
        with self._store.transaction():
            known = self._store.one("SELECT * FROM registration WHERE reference = ?", reference)
            if known is None:
                known = self._enter(reference, wanted, content)
            elif known["content"] != content:
                raise Refusal("LSH_CF", "业务流水号已用于其他登记")
        return {"gmsfhm": known["number"], "hh": known["household_no"], "hkbym": known["page"], "djrq": known["day"]}

    def _enter(self, reference: str, wanted: dict[str, str], content: str) -> Row:
        if self._store.one("SELECT 1 FROM registration WHERE certificate_no = ?", wanted["cszmbh"]):
            raise Refusal("ZM_CF", "该出生医学证明已办理出生登记")
        home, parent = self._joined(wanted)
        number = self._new_number(home["division"], wanted["csrq"], wanted["xb"])
        page = f"{self._size(home['no']) + 1:02d}"
        self._store.insert("person", {
            "number": number, "name": wanted["xm"], "sex": wanted["xb"], "birth": wanted["csrq"],
            "household_no": home["no"], "relation": _relation(parent["relation"], wanted["xb"]),
        })  # fmt: skip
        entry = {"reference": reference, "content": content, "certificate_no": wanted["cszmbh"], "number": number,
                 "page": page, "household_no": home["no"], "day": f"{now():%Y%m%d}"}  # fmt: skip
        self._store.insert("registration", entry)
        return entry

    def _joined(self, wanted: dict[str, str]) -> tuple[Row, Row]:
        """The household, named or the parent's own, and the parent in it."""
        parent = self._store.one("SELECT * FROM person WHERE number = ?", wanted["fmgmsfhm"].upper())
        named = wanted["hh"] or (parent["household_no"] if parent else "")
        home, _ = self._home(named)
        if parent is None or parent["household_no"] != home["no"]:
            raise Refusal("BZH_CY", "父母不是该户成员")
        return home, parent

    def _new_number(self, division: str, birth: str, sex: str) -> str:
        """GB 11643: division, birth, a sequence that is odd for boys and even for girls, check digit."""
        for sequence in range(1 if sex == SEXES["M"] else 2, 1000, 2):
            first = f"{division}{birth}{sequence:03d}"
            number = first + ric.calc_check_digit(f"{first}0")
            if self._store.one("SELECT 1 FROM person WHERE number = ?", number) is None:
                return number
        raise Refusal("HM_YJ", "当日顺序码已用尽")

    def _person(self, number: str) -> Row:
        person = self._store.one("SELECT * FROM person WHERE number = ?", number.upper())
        if person is None:
            raise Refusal("01", "查无此人")
        return person

    def _home(self, no: str) -> tuple[Row, Row]:
        home = self._store.one("SELECT * FROM household WHERE no = ?", no)
        head = self._store.one("SELECT * FROM person WHERE household_no = ? AND relation = '01'", no)
        if home is None or head is None:
            raise Refusal("01", "查无此户")
        return home, head

    def _size(self, no: str) -> int:
        counted = self._store.one("SELECT count(*) AS size FROM person WHERE household_no = ?", no)
        return int(counted["size"]) if counted else 0


def _newborn(asked: Fields) -> dict[str, str]:
    birth = asked.text("csrq")
    try:
        born = date.fromisoformat(birth) if re.fullmatch(r"[0-9]{8}", birth) else None
    except ValueError:
        born = None
    if born is None or born > now().date():
        raise asked.wrong("csrq", "YYYYMMDD, not in the future, is expected")
    return {
        "cszmbh": asked.text("cszmbh", 32), "xm": asked.text("xm", 50), "xb": asked.one_of("xb", "1", "2"),
        "csrq": birth, "fmgmsfhm": asked.text("fmgmsfhm"), "hh": asked.text("hh") if asked.given.get("hh") else "",
    }  # fmt: skip


def _relation(parents: str, sex: str) -> str:
    """To the head: a child of the head or spouse is a son or daughter, of a son or daughter a grandchild."""
    if parents in (RELATIONS["head"], RELATIONS["spouse"]):
        return RELATIONS["son"] if sex == SEXES["M"] else RELATIONS["daughter"]
    return RELATIONS["grandchild"]
