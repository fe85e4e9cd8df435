"""Orders of social security cards: accepted, produced by the bank, made."""

import json
from typing import Any

import httpx
from stdnum.cn import ric

from demo import city
from demo.base.agenda import Agenda
from demo.base.bodies import Fields, Refusal
from demo.base.settings import now
from demo.base.store import Row, Store

INVALID = "FIELD_INVALID"
PRODUCED_AFTER, MADE_AFTER = 1.5, 2.5
SCHEMA = """
CREATE TABLE bank (code TEXT PRIMARY KEY, name TEXT);
CREATE TABLE card_order (
    id INTEGER PRIMARY KEY, reference TEXT UNIQUE, content TEXT, number TEXT UNIQUE, bank TEXT REFERENCES bank,
    state TEXT DEFAULT 'ACCEPTED', made_on TEXT DEFAULT ''
)
"""


def fill(store: Store) -> None:
    for bank in city.banks():
        store.insert("bank", vars(bank))


class Cards:
    def __init__(self, store: Store, todo: Agenda) -> None:
        self._store, self._todo = store, todo
        todo.does("produce")(self._produce)
        todo.does("make")(self._make)

    def banks(self) -> list[dict[str, str]]:
        return [
            {"bankCode": bank["code"], "bankName": bank["name"]} for bank in self._store.all("SELECT * FROM bank ORDER BY code")
        ]  # fmt: skip

    def order(self, asked: Fields) -> dict[str, Any]:
        reference, number, bank = asked.text("reference"), _number(asked), asked.text("bankCode")
        content = json.dumps([number, asked.text("name", 50), bank], ensure_ascii=False)
        with self._store.transaction():
            known = self._store.one("SELECT * FROM card_order WHERE reference = ?", reference)
            if known is not None and known["content"] != content:
                raise Refusal("REFERENCE_USED", "reference: used for another order", 409)
            row = known or self._enter(reference, content, number, bank)
        return {"orderNo": order_no(row["id"]), "state": row["state"]}

    def _enter(self, reference: str, content: str, number: str, bank: str) -> Row:
        if self._store.one("SELECT 1 FROM bank WHERE code = ?", bank) is None:
            raise Refusal("BANK_UNKNOWN", "bankCode: no such bank")
        if self._store.one("SELECT 1 FROM card_order WHERE number = ?", number):
            raise Refusal("CARD_EXISTS", "this person has a card or has ordered one", 409)
        row = {"reference": reference, "content": content, "number": number, "bank": bank}
        order = self._store.insert("card_order", row)
        self._todo.add("produce", order, after=PRODUCED_AFTER)
        return {"id": order, "state": "ACCEPTED"}

    def progress(self, no: str) -> dict[str, Any]:
        row = self._store.one(
            "SELECT card_order.*, name AS bank_name FROM card_order JOIN bank ON code = bank WHERE id = ?",
            int(no[2:]) if no[2:].isdecimal() else 0,
        )
        if row is None or order_no(row["id"]) != no:
            raise Refusal("ORDER_UNKNOWN", "no such order", 404)
        return {
            "orderNo": no, "state": row["state"], "cardNo": card_no(row["id"]) if row["state"] == "MADE" else "",
            "bankName": row["bank_name"], "madeOn": row["made_on"],
        }  # fmt: skip

    async def _produce(self, _: httpx.AsyncClient, order: int) -> None:
        with self._store.transaction():
            self._store.run("UPDATE card_order SET state = 'PRODUCING' WHERE id = ?", order)
            self._todo.add("make", order, after=MADE_AFTER)

    async def _make(self, _: httpx.AsyncClient, order: int) -> None:
        today = now().date().isoformat()
        self._store.run("UPDATE card_order SET state = 'MADE', made_on = ? WHERE id = ?", today, order)


def order_no(order: int) -> str:
    return f"ZK{order:08d}"


def card_no(order: int) -> str:
    return f"Y44{order:06d}"


def _number(asked: Fields) -> str:
    number = asked.text("idNumber").upper()
    if len(number) != 18 or not number[:17].isdecimal() or number[-1] != ric.calc_check_digit(number):
        raise asked.wrong("idNumber", "an identity number is expected")
    return number
