"""What happens to a parcel and how the carrier tells of it: truly kept, badly told, as carriers do."""

import json
import secrets
import time

from demo.base.agenda import Agenda, Http, post
from demo.base.settings import now
from demo.base.signing import sign
from demo.base.store import Row, Store

ORDERED = "101"
DOOR = ["1", "0", "0", "5", "3"]
LOCKER = ["1", "0", "0", "5", "501", "304"]
STEP_SECONDS = 2.0
TEXTS = {
    "1": "快件已揽收", "0": "快件运输中", "5": "快件派送中", "501": "快件已放入智能柜", "3": "快件已签收",
    "301": "本人已签收", "303": "他人代签收", "304": "已从智能柜取出", "2": "快件异常，正在处理",
    "4": "退回件已签收", "6": "快件退回中", "14": "收件人拒收",
}  # fmt: skip


class Tracks:
    def __init__(self, store: Store, todo: Agenda, secret: str) -> None:
        self._store, self._todo, self._secret = store, todo, secret
        todo.does("step")(self._step)
        todo.does("tell")(self._tell)

    def begin(self, waybill: int) -> None:
        self._todo.add("step", [waybill, 1], after=STEP_SECONDS)

    async def _step(self, _: Http, step: list[int]) -> None:
        """The parcel reaches the next state of its way."""
        waybill, sequence = step
        row = self._store.one("SELECT * FROM waybill WHERE id = ?", waybill)
        done = self._store.one("SELECT 1 FROM event WHERE (waybill, sequence) = (?, ?)", waybill, sequence)
        if row is None or row["state"] == "cancelled" or done:
            return
        way = json.loads(row["way"])
        with self._store.transaction():
            self._happen(waybill, sequence, way[sequence - 1])
            if told := to_tell(waybill, sequence, len(way)):
                self._todo.add("tell", [waybill, told], after=0)
            if sequence < len(way):
                self._todo.add("step", [waybill, sequence + 1], after=STEP_SECONDS)

    def _happen(self, waybill: int, sequence: int, state: str) -> None:
        self._store.run("UPDATE waybill SET state = ? WHERE id = ?", state, waybill)
        self._store.insert("event", {
            "event_id": secrets.token_hex(8), "waybill": waybill, "sequence": sequence, "state": state,
            "at": now().isoformat(timespec="milliseconds"), "text": TEXTS.get(state, "状态更新"),
        })  # fmt: skip

    async def _tell(self, http: Http, telling: tuple[int, list[int]]) -> None:
        """One callback; what is to be told after it waits until it was heard, so that the order is what it was meant to be."""
        waybill, (sequence, *others) = telling
        row = self._store.one(
            "SELECT event.*, reference, callback_url, 'YX' || printf('%012d', waybill) AS waybill_no"
            " FROM event JOIN waybill ON id = waybill WHERE (waybill, sequence) = (?, ?)",
            waybill, sequence,
        )  # fmt: skip
        if row is None:
            return
        await post(http, row["callback_url"], *self._callback(row))
        if others:
            self._todo.add("tell", [waybill, others], after=0)

    def _callback(self, row: Row) -> tuple[bytes, dict[str, str]]:
        told = {name: row[name] for name in ("event_id", "waybill_no", "sequence", "state", "at", "text")}
        body = json.dumps({**told, "parcel_reference": row["reference"]}, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        signature = sign(self._secret, timestamp, body)
        return body, {"X-Carrier-Timestamp": timestamp, "X-Carrier-Signature": signature}


def to_tell(waybill: int, sequence: int, last: int) -> list[int]:
    """Which states are told, in this order, when a waybill reaches a step.

    The first is told twice; by every third waybill only after the last. Every second waybill turns round the two
    states before its last.
    """
    is_late, turns = waybill % 3 == 0 and last > 1, waybill % 2 == 0 and last > 3
    if turns and sequence == last - 2:
        return []
    told = [sequence, sequence - 1] if turns and sequence == last - 1 else [sequence]
    if sequence == 1:
        return [] if is_late else [1, 1]
    return [*told, 1, 1] if is_late and sequence == last else told
