"""Vaccination records (预防接种证): one for each child, opened at a clinic."""

import json
from datetime import date
from typing import Any

from demo import city
from demo.base.bodies import Fields, Refusal
from demo.base.settings import now
from demo.base.store import Row, Store
from demo.vaccination.schedule import schedule

BAD_PARAMETER, UNKNOWN_CLINIC, REUSED, UNKNOWN_RECORD = "1001", "1002", "1003", "1004"
OPEN_DAYS = "周一至周五"
SCHEMA = """
CREATE TABLE clinic (code TEXT PRIMARY KEY, name TEXT, division TEXT, address TEXT, phone TEXT);
CREATE TABLE archive (
    id INTEGER PRIMARY KEY, delivery_no TEXT, birth_order INTEGER, name TEXT, sex TEXT, birth TEXT,
    clinic TEXT REFERENCES clinic, opened_on TEXT, UNIQUE (delivery_no, birth_order)
);
CREATE TABLE business (no TEXT PRIMARY KEY, content TEXT, archive INTEGER REFERENCES archive, existing INTEGER)
"""


def fill(store: Store) -> None:
    for clinic in city.clinics():
        store.insert("clinic", vars(clinic))


class Archives:
    def __init__(self, store: Store) -> None:
        self._store = store

    def clinics(self, asked: Fields) -> list[dict[str, Any]]:
        district = asked.given.get("districtCode")
        found = self._store.all("SELECT * FROM clinic WHERE ? IN ('', division) ORDER BY code", district or "")
        return [
            {"clinicCode": row["code"], "clinicName": row["name"], "districtCode": row["division"],
             "address": row["address"], "phone": row["phone"], "openDays": OPEN_DAYS}
            for row in found
        ]  # fmt: skip

    def open(self, asked: Fields) -> dict[str, Any]:
        business, child = asked.text("bizNo"), _child(asked)
        content = json.dumps(child, ensure_ascii=False)
        with self._store.transaction():
            known = self._store.one("SELECT * FROM business WHERE no = ?", business)
            if known is None:
                known = self._begin(business, child, content)
            elif known["content"] != content:
                raise Refusal(REUSED, "bizNo: used for another record")
        return self._answer(known["archive"], bool(known["existing"]))

    def get(self, asked: Fields) -> dict[str, Any]:
        no = asked.text("archiveNo")
        for row in self._store.all("SELECT * FROM archive"):
            if archive_no(row) == no:
                return self._answer(row["id"], existing=True)
        raise Refusal(UNKNOWN_RECORD, "archiveNo: no such record")

    def _begin(self, business: str, child: dict[str, Any], content: str) -> Row:
        if self._store.one("SELECT 1 FROM clinic WHERE code = ?", child["clinic"]) is None:
            raise Refusal(UNKNOWN_CLINIC, "clinicCode: no such clinic")
        known = self._store.one(
            "SELECT id FROM archive WHERE (delivery_no, birth_order) = (?, ?)",
            child["delivery_no"], child["birth_order"],
        )  # fmt: skip
        archive = known["id"] if known else self._store.insert("archive", {**child, "opened_on": _today()})
        entry = {"no": business, "content": content, "archive": archive, "existing": int(known is not None)}
        self._store.insert("business", entry)
        return entry

    def _answer(self, archive: int, existing: bool) -> dict[str, Any]:
        row = self._store.one(
            "SELECT archive.*, clinic.name AS clinic_name FROM archive JOIN clinic ON code = clinic WHERE id = ?",
            archive,
        )
        if row is None:
            raise Refusal(UNKNOWN_RECORD, "archiveNo: no such record")
        return {
            "archiveNo": archive_no(row), "clinicCode": row["clinic"], "clinicName": row["clinic_name"],
            "openedOn": row["opened_on"], "existing": existing, "schedule": schedule(date.fromisoformat(row["birth"])),
        }  # fmt: skip


def archive_no(row: Row) -> str:
    return f"JZ{row['clinic'][:6]}{row['id']:07d}"


def _today() -> str:
    return now().date().isoformat()


def _child(asked: Fields) -> dict[str, Any]:
    birth = asked.text("birthDate")
    try:
        date.fromisoformat(birth)
    except ValueError:
        raise asked.wrong("birthDate", "YYYY-MM-DD is expected") from None
    return {
        "delivery_no": asked.text("deliveryNo"), "birth_order": asked.whole("birthOrder"),
        "name": asked.text("childName", 50), "sex": asked.one_of("sex", "F", "M"), "birth": birth,
        "clinic": asked.text("clinicCode"),
    }  # fmt: skip
