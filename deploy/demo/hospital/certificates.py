"""The hospital's certificate office: accepts a request, issues one certificate for each child, delivers it to OneDoor."""

import json
import time
from typing import Any

import httpx

from demo import city
from demo.base.agenda import Agenda
from demo.base.bodies import Fields, Refusal
from demo.base.jws import SigningKey
from demo.base.settings import now
from demo.hospital.onedoor import OneDoor
from demo.hospital.records import CertificateRequest, Child, Records, certificate_no

ISSUED_AFTER = 3.0
DELIVERED_AFTER = 0.2


class Office:
    def __init__(self, records: Records, todo: Agenda, key: SigningKey, onedoor: OneDoor) -> None:
        self._records, self._todo, self._key, self._onedoor = records, todo, key, onedoor
        todo.does("issue")(self._issue)
        todo.does("deliver")(self._deliver)
        todo.does("report-death")(self._report_death)

    def jwks(self) -> dict[str, Any]:
        return self._key.jwks()

    def accept(self, body: Fields) -> dict[str, Any]:
        reference, wanted = body.text("reference"), _content(body)
        child = self._records.child(body.text("deliveryNo"), body.whole("birthOrder"))
        content = json.dumps({**child.locator, **wanted}, ensure_ascii=False)
        known = self._records.request_by_reference(reference)
        if known is not None:
            if known.content != content:
                raise Refusal("reference-reused", "this reference stands for another request", 409)
            return known.answer()
        self._check(child, wanted, content)
        return self._file(reference, child, content).answer()

    def _check(self, child: Child, wanted: dict[str, Any], content: str) -> None:
        if (wanted["mother_name"], wanted["mother_number"]) != (child.mother_name, child.mother_number):
            raise Refusal("mother-mismatch", "the mother is not the one of this delivery", 422)
        if child.status == "deceased":
            raise Refusal("child-deceased", "the child has died", 409)
        if self._records.is_asked_otherwise(child, content):
            raise Refusal("certificate-issued", "this child has a certificate, or will have, with other content", 409)

    def _file(self, reference: str, child: Child, content: str) -> CertificateRequest:
        store = self._records.store
        with store.transaction():
            number = store.insert("request", {**child.locator, "reference": reference, "content": content})
            self._todo.add("issue", number, after=ISSUED_AFTER)
        return CertificateRequest(
            number, reference, child.delivery_no, child.birth_order, content, state="accepted", certificate=None
        )

    async def _issue(self, _: httpx.AsyncClient, number: int) -> None:
        store = self._records.store
        asked = store.one("SELECT * FROM request WHERE number = ?", number)
        if asked is None or asked["state"] != "accepted":
            return
        child = self._records.child(asked["delivery_no"], asked["birth_order"])
        with store.transaction():
            issued = self._records.certificate(child)
            certificate = issued["number"] if issued else self._sign(child, asked["content"])
            store.run("UPDATE request SET state = 'issued', certificate = ? WHERE number = ?", certificate, number)
            self._todo.add("deliver", number, after=DELIVERED_AFTER)

    def _sign(self, child: Child, content: str) -> int:
        store = self._records.store
        number = store.insert("certificate", {**child.locator, "content": content})
        jws = self._key.sign("licence+jws", certificate_payload(number, child, json.loads(content)))
        store.run("UPDATE certificate SET jws = ? WHERE number = ?", jws, number)
        return number

    async def _deliver(self, http: httpx.AsyncClient, number: int) -> None:
        store = self._records.store
        found = store.one(
            "SELECT reference, jws FROM request r JOIN certificate c ON c.number = r.certificate WHERE r.number = ?",
            number,
        )
        if found is not None:
            await self._onedoor.register(http, found["reference"], found["jws"])
            store.run("UPDATE request SET state = 'delivered' WHERE number = ?", number)

    def report_death(self, child: Child) -> None:
        with self._records.store.transaction():
            self._records.mark_deceased(child)
            self._todo.add("report-death", child.locator, after=DELIVERED_AFTER)

    async def _report_death(self, http: httpx.AsyncClient, locator: dict[str, Any]) -> None:
        await self._onedoor.report_death(http, locator)


def certificate_payload(number: int, child: Child, content: dict[str, Any]) -> dict[str, Any]:
    """The elements of GB/T 36903, and the certificate's own fields."""
    hospital, definer = city.department("hospital"), city.department("health-commission")
    today = now().date().isoformat()
    no, kind = certificate_no(number), f"{definer.code}001"
    facts = {
        "child_name": content["child_name"], "child_sex": child.sex, "born_at": child.born_at,
        "birth_place": child.place, "gestation_weeks": child.gestation_weeks, "weight_g": child.weight_g,
        "length_cm": child.length_cm, **child.locator,
    }  # fmt: skip
    parents = {name: content[name] for name in ("mother_name", "mother_number", "father_name", "father_number")}
    return {
        "iss": hospital.code, "jti": f"1.2.156.3005.2.{kind}.{hospital.code}.{no}.001", "iat": int(time.time()),
        "licence_type": "出生医学证明", "licence_type_code": kind, "licence_no": no,
        "issuer": {"name": hospital.name, "code": hospital.code},
        "issued_on": today, "valid_from": today, "valid_until": None,
        "holder": {"name": content["child_name"], "kind": "newborn",
                   "code": f"{child.delivery_no}-{child.birth_order}"},
        "fields": {**facts, **parents},
    }  # fmt: skip


def _content(body: Fields) -> dict[str, Any]:
    mother = body.fields("mother")
    father = body.fields("father") if body.given.get("father") is not None else None
    return {
        "child_name": body.text("childName", 50),
        "mother_name": mother.text("name", 50),
        "mother_number": mother.text("idNumber"),
        "father_name": father.text("name", 50) if father else None,
        "father_number": father.text("idNumber") if father else None,
    }
