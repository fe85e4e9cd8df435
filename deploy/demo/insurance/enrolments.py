"""Who is insured, and the enrolment of residents: a premium is billed, insurance is active when it is paid."""

import json
from datetime import date, datetime, timedelta

from stdnum.cn import ric

from demo import city
from demo.base.bodies import Fields, Refusal
from demo.base.settings import now
from demo.base.store import Row, Store

MALFORMED, UNKNOWN, SERIAL_USED, INSURED, AMOUNT = "4000", "4004", "4009", "4010", "4011"
SCHEMA = """
CREATE TABLE insured (number TEXT PRIMARY KEY, kind TEXT, place TEXT, since TEXT);
CREATE TABLE enrolment (
    id INTEGER PRIMARY KEY, serial TEXT UNIQUE, content TEXT, number TEXT UNIQUE, child TEXT UNIQUE, place TEXT,
    premium INTEGER, starts TEXT, ends TEXT, payment TEXT
)
"""
FIRST_YEAR = 2020
NEWBORN_DAYS = 90


def fill(store: Store, today: date) -> None:
    homes = {home.household_no: home.division for home in city.households()}
    for one in city.residents():
        if one.insured:
            since = min(max(one.birth, date(FIRST_YEAR, 1, 1)), today)
            _insure(store, one.number, one.insured, homes[one.household_no], since.isoformat())


class Enrolments:
    def __init__(self, store: Store) -> None:
        self._store = store

    def insured_state(self, _: str, asked: Fields) -> dict[str, str]:
        row = self._store.one("SELECT * FROM insured WHERE number = ?", asked.text("idno").upper())
        if row is None:
            return {"insured": "0"}
        return {"insured": "1", "kind": row["kind"], "place": row["place"], "since": row["since"]}

    def enrol(self, serial: str, asked: Fields) -> dict[str, str]:
        place = _place(asked)
        number = None if place.timing == "certificate" and not asked.given.get("idno") else _number(asked)
        child = None if number else f"{asked.text('deliveryno')}-{asked.text('birthorder', 2)}"
        content = json.dumps([number, child, asked.text("name", 50), place.division], ensure_ascii=False)
        with self._store.transaction():
            known = self._store.one("SELECT * FROM enrolment WHERE serial = ?", serial)
            if known is not None and known["content"] != content:
                raise Refusal(SERIAL_USED, "serial: used for another enrolment")
            return _bill(known or self._enter(serial, content, number, child, place))

    def _enter(
        self, serial: str, content: str, number: str | None, child: str | None, place: city.InsurancePlace
    ) -> Row:
        taken = (
            "SELECT 1 FROM insured WHERE number = ?1 UNION ALL SELECT 1 FROM enrolment WHERE number = ?1 OR child = ?2"
        )
        if self._store.one(taken, number, child):
            raise Refusal(INSURED, "this person is insured or enrolled already")
        starts, ends = coverage(number, now().date())
        row: Row = {"serial": serial, "content": content, "number": number, "child": child, "place": place.division,
                    "premium": place.premium_cents, "starts": starts.isoformat(), "ends": ends.isoformat(),
                    "payment": None}  # fmt: skip
        return {**row, "id": self._store.insert("enrolment", row)}

    def _require_new(self, number: str | None, child: str | None) -> None:
        taken = (
            "SELECT 1 FROM insured WHERE number = ?1 UNION ALL SELECT 1 FROM enrolment WHERE number = ?1 OR child = ?2"
        )
        if self._store.one(taken, number, child):
            raise Refusal(INSURED, "this person is insured or enrolled already")

    def confirm_payment(self, _: str, asked: Fields) -> dict[str, str]:
        payment = asked.text("payno")
        _check_time(asked)
        with self._store.transaction():
            row = self._find("billno", asked.text("billno"))
            if asked.text("amount") != str(row["premium"]):
                raise Refusal(AMOUNT, "amount: differs from the premium")
            if row["payment"] not in (None, payment):
                raise Refusal(SERIAL_USED, "payno: the bill was paid by another payment")
            if row["payment"] is None:
                self._store.run("UPDATE enrolment SET payment = ? WHERE id = ?", payment, row["id"])
                self._activate({**row, "payment": payment})
        return {"enrolno": enrolment_no(row), "state": "active"}

    def supply_number(self, _: str, asked: Fields) -> dict[str, str]:
        """A child enrolled with its birth certificate has got its number."""
        number = _number(asked)
        with self._store.transaction():
            row = self._find("enrolno", asked.text("enrolno"))
            if row["number"] not in (None, number):
                raise Refusal(SERIAL_USED, "idno: this enrolment has another number")
            if row["number"] is None:
                self._require_new(number, None)
                self._store.run("UPDATE enrolment SET number = ? WHERE id = ?", number, row["id"])
                self._activate({**row, "number": number})
        return {"enrolno": enrolment_no(row), "state": _state(row)}

    def _activate(self, row: Row) -> None:
        if row["number"] and row["payment"]:
            _insure(self._store, row["number"], "resident", row["place"], row["starts"])

    def state(self, _: str, asked: Fields) -> dict[str, str]:
        return _bill(self._find("enrolno", asked.text("enrolno")))

    def _find(self, kind: str, no: str) -> Row:
        number_of = bill_no if kind == "billno" else enrolment_no
        digits = no[2:]
        row = self._store.one("SELECT * FROM enrolment WHERE id = ?", int(digits) if digits.isdecimal() else 0)
        if row is None or number_of(row) != no:
            raise Refusal(UNKNOWN, f"{kind}: unknown")
        return row


def coverage(number: str | None, today: date) -> tuple[date, date]:
    """A child enrolled by number within 90 days is insured from its birth, others from the day; until the year ends."""
    born = ric.get_birth_date(number) if number else today
    starts = born if today - born <= timedelta(days=NEWBORN_DAYS) else today
    return starts, date(today.year, 12, 31)


def enrolment_no(row: Row) -> str:
    return f"YB{row['id']:010d}"


def bill_no(row: Row) -> str:
    return f"JF{row['id']:010d}"


def _insure(store: Store, number: str, kind: str, place: str, since: str) -> None:
    store.insert("insured", {"number": number, "kind": kind, "place": place, "since": since})


def _bill(row: Row) -> dict[str, str]:
    return {
        "enrolno": enrolment_no(row), "billno": bill_no(row), "premium": str(row["premium"]), "from": row["starts"],
        "to": row["ends"], "state": _state(row),
    }  # fmt: skip


def _state(row: Row) -> str:
    return "active" if row["payment"] else "unpaid"


def _place(asked: Fields) -> city.InsurancePlace:
    division = asked.text("place")
    for place in city.insurance_places():
        if place.division == division:
            return place
    raise asked.wrong("place", "no place of insurance")


def _number(asked: Fields) -> str:
    number = asked.text("idno").upper()
    if len(number) != 18 or not number[:17].isdecimal() or number[-1] != ric.calc_check_digit(number):
        raise asked.wrong("idno", "an identity number is expected")
    return number


def _check_time(asked: Fields) -> None:
    try:
        datetime.fromisoformat(asked.text("paidat"))
    except ValueError:
        raise asked.wrong("paidat", "an ISO time is expected") from None
