"""Waybills: ordered, cancelled before they are collected, shown with their whole track."""

import json
from typing import Any

from demo.base.bodies import Fields, Refusal
from demo.base.store import Row, Store
from demo.carrier.tracks import DOOR, LOCKER, ORDERED, Tracks

CANCELLED = "cancelled"
SCHEMA = """
CREATE TABLE waybill (
    id INTEGER PRIMARY KEY, reference TEXT UNIQUE, content TEXT, callback_url TEXT, way TEXT, state TEXT
);
CREATE TABLE event (
    event_id TEXT PRIMARY KEY, waybill INTEGER REFERENCES waybill, sequence INTEGER, state TEXT, at TEXT, text TEXT,
    UNIQUE (waybill, sequence)
);
CREATE TABLE plan (id INTEGER PRIMARY KEY, reference TEXT, way TEXT)
"""


class Waybills:
    def __init__(self, store: Store, tracks: Tracks) -> None:
        self._store, self._tracks = store, tracks

    def create(self, body: Fields) -> tuple[dict[str, Any], bool]:
        """The waybill, and whether it is new."""
        reference = body.text("parcel_reference")
        content, callback_url = _content(body), body.url("callback_url")
        known = self._store.one("SELECT * FROM waybill WHERE reference = ?", reference)
        if known is not None:
            if known["content"] != content:
                raise Refusal("reference-used", "parcel_reference: used for another parcel", 409)
            return _answer(known), False
        with self._store.transaction():
            way = self._planned(reference) or (LOCKER if body.given["handover"] == "locker" else DOOR)
            row: Row = {"reference": reference, "content": content, "callback_url": callback_url,
                        "way": json.dumps(way), "state": ORDERED}  # fmt: skip
            row["id"] = self._store.insert("waybill", row)
            self._tracks.begin(row["id"])
        return _answer(row), True

    def show(self, waybill_no: str) -> dict[str, Any]:
        row = self._find(waybill_no)
        track = self._store.all(
            "SELECT event_id, sequence, state, at, text FROM event WHERE waybill = ? ORDER BY sequence", row["id"]
        )
        return {**_answer(row), "track": track}

    def cancel(self, waybill_no: str) -> None:
        row = self._find(waybill_no)
        if row["state"] not in (ORDERED, CANCELLED):
            raise Refusal("already-collected", "the parcel has been collected", 409)
        self._store.run("UPDATE waybill SET state = ? WHERE id = ?", CANCELLED, row["id"])

    def plan(self, body: Fields) -> None:
        """The way of the waybill with this reference, or of the next one."""
        way = body.given.get("states")
        if not isinstance(way, list) or not way or not all(isinstance(state, str) and state for state in way):
            raise body.wrong("states", "a list of states is expected")
        reference = body.text("parcel_reference") if "parcel_reference" in body.given else None
        self._store.insert("plan", {"reference": reference, "way": json.dumps(way)})

    def _planned(self, reference: str) -> list[str] | None:
        row = self._store.one(
            "SELECT * FROM plan WHERE reference = ? OR reference IS NULL ORDER BY reference IS NULL, id", reference
        )
        if row is None:
            return None
        self._store.run("DELETE FROM plan WHERE id = ?", row["id"])
        way: list[str] = json.loads(row["way"])
        return way

    def _find(self, waybill_no: str) -> Row:
        row = self._store.one("SELECT * FROM waybill WHERE 'YX' || printf('%012d', id) = ?", waybill_no)
        if row is None:
            raise Refusal("unknown-waybill", "no such waybill", 404)
        return row


def waybill_number(waybill: int) -> str:
    return f"YX{waybill:012d}"


def _answer(row: Row) -> dict[str, Any]:
    return {"waybill_no": waybill_number(row["id"]), "parcel_reference": row["reference"], "state": row["state"]}


def _content(body: Fields) -> str:
    places = {side: _place(body.fields(side)) for side in ("pickup", "delivery")}
    return json.dumps({**places, "handover": body.one_of("handover", "door", "locker")}, ensure_ascii=False)


def _place(place: Fields) -> dict[str, str]:
    return {"name": place.text("name", 50), "phone": place.text("phone", 20), "address": place.text("address", 200)}
