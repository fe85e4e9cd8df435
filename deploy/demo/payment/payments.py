"""Payments: one for each bill, paid once, reported until it is heard, and sometimes twice."""

import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from demo.base.agenda import Agenda, Http, post
from demo.base.bodies import Fields, Refusal
from demo.base.settings import now
from demo.base.signing import sign
from demo.base.store import Row, Store

REPORTED_AFTER = 0.2
SCHEMA = """
CREATE TABLE payment (
    id INTEGER PRIMARY KEY, bill_reference TEXT UNIQUE, amount INTEGER, subject TEXT, callback_url TEXT,
    return_url TEXT, ticket TEXT UNIQUE, state TEXT DEFAULT 'waiting', paid_at TEXT, event_id TEXT
)
"""


class Payments:
    def __init__(self, store: Store, todo: Agenda, secret: str, url: str) -> None:
        self._store, self._todo, self._secret, self._url = store, todo, secret, url
        todo.does("report")(self._report)

    def create(self, body: Fields) -> tuple[dict[str, Any], bool]:
        """The payment, and whether it is new."""
        bill, amount = body.text("bill_reference"), body.whole("amount")
        row: Row = {"bill_reference": bill, "amount": amount, "subject": body.text("subject", 60),
                    "callback_url": body.url("callback_url"), "return_url": body.url("return_url"),
                    "ticket": secrets.token_urlsafe(24)}  # fmt: skip
        known = self._store.one("SELECT * FROM payment WHERE bill_reference = ?", bill)
        if known is None:
            self._store.insert("payment", row)
            return self._created(bill), True
        if known["amount"] != amount or known["state"] == "closed":
            raise Refusal("bill-used", "bill_reference: has a payment of another amount, or a closed one", 409)
        return self._created(bill), False

    def _created(self, bill: str) -> dict[str, Any]:
        row = self._row("bill_reference", bill)
        return {**_answer(row), "pay_url": f"{self._url}/pay/{row['ticket']}"}

    def show(self, payment_no: str) -> dict[str, Any]:
        return _answer(self._by_number(payment_no))

    def by_ticket(self, ticket: str) -> Row:
        row = self._row("ticket", ticket)
        return {**row, "payment_no": number(row["id"])}

    def pay(self, payment_no: str) -> dict[str, Any]:
        with self._store.transaction():
            row = self._by_number(payment_no)
            if row["state"] != "waiting":
                code, why = ("already-paid", "已支付") if row["state"] == "paid" else ("closed", "已关闭")
                raise Refusal(code, f"该笔支付{why}", 409)
            paid_at = now().isoformat(timespec="seconds")
            self._store.run("UPDATE payment SET state = 'paid', paid_at = ?, event_id = ? WHERE id = ?",
                            paid_at, secrets.token_hex(8), row["id"])  # fmt: skip
            times = 2 if row["id"] % 2 == 0 else 1
            self._todo.add("report", [row["id"], times], after=REPORTED_AFTER)
        return self.show(payment_no)

    def close(self, payment_no: str) -> dict[str, Any]:
        row = self._by_number(payment_no)
        if row["state"] == "paid":
            raise Refusal("already-paid", "该笔支付已支付", 409)
        self._store.run("UPDATE payment SET state = 'closed' WHERE id = ?", row["id"])
        return self.show(payment_no)

    async def _report(self, http: Http, report: tuple[int, int]) -> None:
        payment, times = report
        row = self._row("id", payment)
        body = json.dumps({**_answer(row), "event_id": row["event_id"]}).encode()
        timestamp, path = str(int(time.time())), urlsplit(row["callback_url"]).path
        signature = sign(self._secret, timestamp, "POST", path, body)
        await post(http, row["callback_url"], body, {"X-Pay-Timestamp": timestamp, "X-Pay-Signature": signature})
        if times > 1:
            self._todo.add("report", [payment, times - 1], after=REPORTED_AFTER)

    def _by_number(self, payment_no: str) -> Row:
        digits = payment_no[2:]
        row = self._row("id", int(digits) if digits.isdecimal() else 0)
        if number(row["id"]) != payment_no:
            raise Refusal("unknown-payment", "没有这笔支付", 404)
        return row

    def _row(self, column: str, value: object) -> Row:
        row = self._store.one(f"SELECT * FROM payment WHERE {column} = ?", value)  # noqa: S608
        if row is None:
            raise Refusal("unknown-payment", "没有这笔支付", 404)
        return row


def number(payment: int) -> str:
    return f"ZF{payment:012d}"


def _answer(row: Row) -> dict[str, Any]:
    return {
        "payment_no": number(row["id"]),
        **{name: row[name] for name in ("bill_reference", "amount", "state", "paid_at")},
    }
