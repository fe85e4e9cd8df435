"""What the hospital keeps: its deliveries, their children, and who asked for which certificate."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from demo import city
from demo.base.bodies import Refusal
from demo.base.store import Row, Store

SCHEMA = """
CREATE TABLE delivery (
    delivery_no TEXT PRIMARY KEY, mother_number TEXT, mother_name TEXT, gestation_weeks INTEGER, place TEXT
);
CREATE TABLE child (
    delivery_no TEXT REFERENCES delivery, birth_order INTEGER, sex TEXT, born_at TEXT, weight_g INTEGER,
    length_cm INTEGER, status TEXT DEFAULT 'alive', PRIMARY KEY (delivery_no, birth_order)
);
CREATE TABLE certificate (
    number INTEGER PRIMARY KEY, delivery_no TEXT, birth_order INTEGER, content TEXT, jws TEXT,
    UNIQUE (delivery_no, birth_order)
);
CREATE TABLE request (
    number INTEGER PRIMARY KEY, reference TEXT UNIQUE, delivery_no TEXT, birth_order INTEGER, content TEXT,
    state TEXT DEFAULT 'accepted', certificate INTEGER REFERENCES certificate
)
"""
PLACE = "云溪市云江区"


def fill(store: Store, today: date) -> None:
    names = {resident.number: resident.name for resident in city.residents()}
    known: set[str] = set()
    for birth in city.births():
        no, mother = birth.delivery_no, birth.mother_number
        if no not in known:
            known.add(no)
            weeks = birth.gestation_weeks
            store.insert("delivery", {"delivery_no": no, "mother_number": mother, "mother_name": names[mother],
                                      "gestation_weeks": weeks, "place": PLACE})  # fmt: skip
        born_at = birth.born_at(today).isoformat()
        store.insert("child", {"delivery_no": no, "birth_order": birth.birth_order, "sex": birth.sex,
                               "born_at": born_at, "weight_g": birth.weight_g, "length_cm": birth.length_cm})  # fmt: skip


@dataclass(frozen=True)
class Child:
    delivery_no: str
    birth_order: int
    sex: str
    born_at: str
    weight_g: int
    length_cm: int
    status: str
    mother_number: str
    mother_name: str
    gestation_weeks: int
    place: str

    @property
    def locator(self) -> dict[str, Any]:
        return {"delivery_no": self.delivery_no, "birth_order": self.birth_order}


@dataclass(frozen=True)
class CertificateRequest:
    number: int
    reference: str
    delivery_no: str
    birth_order: int
    content: str
    state: str
    certificate: int | None

    def answer(self) -> dict[str, Any]:
        return {"requestNo": request_no(self.number), "reference": self.reference, "state": self.state}

    @property
    def certificate_no(self) -> str | None:
        return certificate_no(self.certificate) if self.certificate else None


def request_no(number: int) -> str:
    return f"SQ{number:08d}"


def certificate_no(number: int) -> str:
    return f"Y440199{number:03d}"


class Records:
    def __init__(self, store: Store) -> None:
        self.store = store

    def deliveries_of(self, mother: str) -> list[dict[str, Any]]:
        found = self.store.all(
            "SELECT d.*, max(c.born_at) FROM delivery d JOIN child c USING (delivery_no)"
            " WHERE mother_number = ? GROUP BY delivery_no ORDER BY 6 DESC",
            mother,
        )
        return [self._delivery(row) for row in found]

    def _delivery(self, row: Row) -> dict[str, Any]:
        children = self.store.all(
            "SELECT child.*, number FROM child LEFT JOIN certificate USING (delivery_no, birth_order)"
            " WHERE delivery_no = ? ORDER BY birth_order",
            row["delivery_no"],
        )
        hospital = city.department("hospital")
        return {
            "deliveryNo": row["delivery_no"],
            "hospitalCode": hospital.code,
            "hospitalName": hospital.name,
            "motherName": row["mother_name"],
            "motherIdNumber": row["mother_number"],
            "gestationWeeks": row["gestation_weeks"],
            "childrenTotal": len(children),
            "children": [_child(child) for child in children],
        }

    def child(self, delivery_no: str, birth_order: int) -> Child:
        """Raises Refusal `delivery-not-found`."""
        row = self.store.one(
            "SELECT * FROM child JOIN delivery USING (delivery_no) WHERE delivery_no = ? AND birth_order = ?",
            delivery_no, birth_order,
        )  # fmt: skip
        if row is None:
            raise Refusal("delivery-not-found", "no such delivery, or no such child of it", 404)
        return Child(**row)

    def mark_deceased(self, child: Child) -> None:
        self.store.run("UPDATE child SET status = 'deceased' WHERE (delivery_no, birth_order) = (?, ?)",
                       child.delivery_no, child.birth_order)  # fmt: skip

    def request(self, no: str) -> CertificateRequest:
        row = self.store.one("SELECT * FROM request WHERE 'SQ' || printf('%08d', number) = ?", no)
        if row is None:
            raise Refusal("request-not-found", "no such request", 404)
        return CertificateRequest(**row)

    def request_by_reference(self, reference: str) -> CertificateRequest | None:
        row = self.store.one("SELECT * FROM request WHERE reference = ?", reference)
        return CertificateRequest(**row) if row else None

    def is_asked_otherwise(self, child: Child, content: str) -> bool:
        """Whether somebody asked for this child's certificate with another name or other parents."""
        other = self.store.one(
            "SELECT 1 FROM request WHERE (delivery_no, birth_order) = (?, ?) AND content <> ?",
            child.delivery_no, child.birth_order, content,
        )  # fmt: skip
        return other is not None

    def certificate(self, child: Child) -> Row | None:
        return self.store.one("SELECT * FROM certificate WHERE (delivery_no, birth_order) = (?, ?)",
                              child.delivery_no, child.birth_order)  # fmt: skip


def _child(row: Row) -> dict[str, Any]:
    return {
        "birthOrder": row["birth_order"],
        "sex": row["sex"],
        "bornAt": row["born_at"],
        "weightGrams": row["weight_g"],
        "lengthCm": row["length_cm"],
        "status": row["status"],
        "certificateNo": certificate_no(row["number"]) if row["number"] else None,
    }
