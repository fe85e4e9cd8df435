"""A newborn's family and the clerks who meet it: each function is one thing a person does, and what they then see."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from demo.city import banks, births, clinics, department, marriages, residents, staff
from demo.seed.people import PASSWORD, with_account
from launcher.house import House

from .people import Visitor, key, ok, until

ADDRESS = {"recipient": "李晓雯", "phone": "13900000001", "division": "440196", "street": "听雨巷 7 号 2 栋 301"}
BRANCHES = ["birth-certificate", "birth-registration", "vaccination", "medical-insurance", "social-card"]


@dataclass
class Family:
    """Mother and father in their browsers; what they came to know on the way."""

    house: House
    mother: Visitor
    father: Visitor
    mother_number: str
    father_number: str
    application: str = ""
    case: str = ""
    case_number: str = ""
    seen: dict[str, Any] = field(default_factory=dict)

    # ------------------------------------------------------------------ applying

    async def prove_who_they_are(self) -> None:
        for parent in (self.mother, self.father):
            await prove(parent, self.house)

    async def start(self) -> dict[str, Any]:
        """Begin to apply; the registers are asked at once."""
        started = await self.mother.post("workflow", "/applications", {"bundle_code": "newborn"})
        self.application = started["id"]
        return await until(
            lambda: self.mother.get("workflow", f"/applications/{self.application}"),
            lambda seen: all(prefill["state"] != "waiting" for prefill in seen["prefills"]),
            "the registers' answers",
        )

    async def known(self, resource: str) -> dict[str, Any]:
        """What a register said, with its source, as the mother sees it."""
        seen = await self.mother.get("workflow", f"/applications/{self.application}")
        [prefill] = [prefill for prefill in seen["prefills"] if prefill["resource"] == resource]
        return await self.mother.get("sharing", f"/exchanges/{prefill['exchange_id']}")

    async def answer(self, child_name: str = "李予安", record: int = 0, **answers: Any) -> dict[str, Any]:
        address = await self.mother.post("logistics", "/addresses", ADDRESS)
        given = {
            "child_name": child_name,
            "household": "mother",
            "clinic": clinics()[0].code,
            "bank": banks()[0].code,
            "insurance_place": "440196",
            "address_id": address["id"],
            "phone": "13900000001",
            **answers,
        }
        return await self.mother.patch(
            "workflow", f"/applications/{self.application}", {"child": {"record": record}, "answers": given}
        )

    async def agree(self, decision: str = "give") -> None:
        await self.mother.post("workflow", f"/applications/{self.application}/agreement")
        asked = await until(
            lambda: self.father.get("identity", "/consents", state="asked"),
            lambda page: [consent for consent in page["items"] if consent["case_id"] == self.application],
            "the question to the father",
        )
        [consent] = [consent for consent in asked["items"] if consent["case_id"] == self.application]
        await self.father.post("identity", f"/consents/{consent['id']}/decision", {"decision": decision})
        await until(
            lambda: self.mother.get("workflow", f"/applications/{self.application}"),
            lambda seen: seen["agreement"]["state"] in ("given", "declined"),
            "the father's word",
        )

    async def submit(self) -> dict[str, Any]:
        """Pressed twice with one key: one case."""
        once = {"headers": {"Idempotency-Key": key()}}
        first = await self.mother.post("workflow", "/cases", {"application_id": self.application}, **once)
        again = await self.mother.post("workflow", "/cases", {"application_id": self.application}, **once)
        assert again == first
        self.case, self.case_number = first["id"], first["case_number"]
        return first

    async def apply(self, **answers: Any) -> None:
        """From the first page to the case number."""
        await self.prove_who_they_are()
        await self.start()
        await self.answer(**answers)
        await self.agree()
        await self.submit()

    async def leave(self) -> None:
        await self.mother.close()
        await self.father.close()

    # ------------------------------------------------------------------ following the case

    async def look(self) -> dict[str, Any]:
        return await self.mother.get("workflow", f"/cases/{self.case}")

    async def branch(self, code: str) -> dict[str, Any]:
        return branch_of(await self.look(), code)

    async def until_branch(self, code: str, *states: str) -> dict[str, Any]:
        seen = await until(self.look, lambda case: branch_of(case, code)["state"] in states, f"{code}: {states}")
        return branch_of(seen, code)

    async def until_closed(self) -> dict[str, Any]:
        return await until(self.look, lambda case: case["state"] == "closed", "the end of the case")

    async def pay(self) -> None:
        """The mother pays the premium on the provider's page."""
        bills = await until(
            lambda: self.mother.get("logistics", "/bills"),
            lambda page: [bill for bill in page["items"] if bill["case_id"] == self.case and bill["state"] == "open"],
            "the bill",
        )
        bill = next(bill for bill in bills["items"] if bill["case_id"] == self.case)
        payment = await self.mother.post("logistics", f"/bills/{bill['id']}/payments")
        ready = await until(
            lambda: self.mother.get("logistics", f"/payments/{payment['id']}"),
            lambda seen: seen["pay_url"],
            "the pay page",
        )
        async with httpx.AsyncClient(trust_env=False) as browser:
            assert (await browser.post(ready["pay_url"])).status_code == 303


def branch_of(case: dict[str, Any], code: str) -> dict[str, Any]:
    [branch] = [branch for branch in case["branches"] if branch["branch"] == code]
    return branch


class Clerk:
    """A member of staff at their desk."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    async def task(self, family: Family, action: str) -> dict[str, Any]:
        """The open task of this kind in the family's case, once it is there."""

        def mine(page: dict[str, Any]) -> list[dict[str, Any]]:
            return [task for task in page["items"] if task["case_id"] == family.case and task["action"] == action]

        seen = await until(lambda: self.visitor.get("workflow", "/tasks", limit=100), mine, f"the task {action}")
        return mine(seen)[0]

    async def do(self, family: Family, action: str, decision: str, **more: Any) -> dict[str, Any]:
        task = await self.task(family, action)
        await self.visitor.post("workflow", f"/tasks/{task['id']}/claim")
        return await self.visitor.post("workflow", f"/tasks/{task['id']}/completion", {"decision": decision, **more})


async def prove(person: Visitor, house: House) -> None:
    """Name and number against the register, and a live face: 高级实名."""
    me = await person.get("identity", "/me")
    if me["proofing"] >= 4:
        return
    proofing = await person.post("identity", "/proofings", {})
    path = f"/proofings/{proofing['id']}"
    ready = await until(lambda: person.get("identity", path), lambda seen: seen["face_page"], "the camera's page")
    async with httpx.AsyncClient(trust_env=False) as camera:
        assert (await camera.post(ready["face_page"], data={"outcome": "live"})).status_code == 303
    await person.post("identity", f"{path}/face", {})
    await until(lambda: person.get("identity", path), lambda seen: seen["state"] == "done", "the proofing")
    await person.sign_in_again()


async def family_of(house: House, delivery_no: str) -> Family:
    """The parents of a delivery, signed in."""
    mother_number = next(birth.mother_number for birth in births() if birth.delivery_no == delivery_no)
    father_number = next(
        pair.husband_number for pair in marriages() if pair.wife_number == mother_number and pair.state == "married"
    )
    accounts = with_account()
    mother, father = [await visitor(house, accounts[number]) for number in (mother_number, father_number)]
    return Family(house, mother, father, mother_number, father_number)


async def visitor(house: House, username: str) -> Visitor:
    return await Visitor.signed_in(house.url, username, PASSWORD)


async def clerk(house: House, username: str) -> Clerk:
    return Clerk(await visitor(house, username))


async def faults(house: House, program: str, **faults: Any) -> None:
    """Make a department's system fail, as real ones do; nothing named: it is well again."""
    url = f"http://127.0.0.1:{house.port + house.program(program).offset}/demo/faults"
    async with httpx.AsyncClient(trust_env=False) as outside:
        ok(await outside.post(url, json=faults) if faults else await outside.delete(url))


def name_of(number: str) -> str:
    return next(person.name for person in residents() if person.number == number)


__all__ = [
    "BRANCHES",
    "Clerk",
    "Family",
    "branch_of",
    "clerk",
    "department",
    "family_of",
    "faults",
    "name_of",
    "prove",
    "staff",
]
