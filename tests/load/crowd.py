"""Many newborn cases at once, from application to the end, through the gateway's HTTP interface.

`async with crowd(house, 200) as cases: walked = await cases.drive()`. Families are furnished in the departments' databases,
their parents registered by an operator's program; parents come with tokens as the issuer signs them (a sign-in hashes a
password on purpose slowly), clerks with a browser session of their own.
"""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contracts import scopes
from demo.city import banks, clinics
from demo.crowd import DIVISION, Family, families
from demo.seed.people import PASSWORD
from launcher.house import House
from tests.journeys.outside import Program, minted, program
from tests.journeys.people import Visitor

from .callers import LONGEST_PAUSE, Caller
from .desks import Desk
from .http import Client

AT_ONCE = 8
TOKEN_SECONDS = 6 * 3600
LOOKS = 40
"""At most so many looks a second by all who wait together: what they wait for needs the machine too."""
CLERKS = ("police.clerk", "hr.clerk")


@dataclass
class Walked:
    """One case from beginning to end; moments in seconds since the crowd began to move."""

    family: Family
    case_id: str = ""
    case_number: str = ""
    outcome: str | None = None
    started: float = 0.0
    submitted: float = 0.0
    closed: float = 0.0


@dataclass
class Couple:
    family: Family
    mother: Caller
    father: Caller


@dataclass
class Crowd:
    couples: Sequence[Couple]
    desks: Sequence[Desk]
    seen: Counter[str] = field(default_factory=Counter)
    """Answers that were no success, by service and status; `lost` for none at all."""
    walked: list[Walked] = field(default_factory=list)

    async def drive(self, concurrency: int = 50) -> list[Walked]:
        """All of them, so many at a time; returns when every case is closed."""
        turns, began = asyncio.Semaphore(concurrency), time.monotonic()

        async def one(couple: Couple) -> Walked:
            async with turns:
                walked = Walked(couple.family, started=time.monotonic() - began)
                self.walked.append(walked)
                await hand_in(couple, walked)
                walked.submitted = time.monotonic() - began
                await see_through(couple, walked)
                walked.closed = time.monotonic() - began
                return walked

        async with asyncio.TaskGroup() as group:
            clerks = [group.create_task(desk.work()) for desk in self.desks]
            cases = [group.create_task(one(couple)) for couple in self.couples]
            await asyncio.wait(cases, return_when=asyncio.FIRST_EXCEPTION)
            for clerk in clerks:
                clerk.cancel()
        return [case.result() for case in cases]


async def hand_in(couple: Couple, walked: Walked) -> None:
    """From the application to the case. No clerk is needed yet."""
    mother, father = couple.mother, couple.father
    application: str = (await mother.post("workflow", "/applications", {"bundle_code": "newborn"}))["id"]
    path = f"/applications/{application}"
    await mother.until(
        "workflow", path, lambda it: all(one["state"] != "waiting" for one in it["prefills"]), "the registers' answers"
    )
    address = await mother.post("logistics", "/addresses", _address(couple.family))
    await mother.patch("workflow", path, {"child": {"record": 0}, "answers": _answers(couple.family, address["id"])})
    await mother.post("workflow", f"{path}/agreement")
    consent = await father.until(
        "identity",
        "/consents?state=asked",
        lambda page: [one["id"] for one in page["items"] if one["case_id"] == application],
        "the question to the father",
    )
    await father.post("identity", f"/consents/{consent[0]}/decision", {"decision": "give"})
    await mother.until("workflow", path, lambda it: it["agreement"]["state"] == "given", "the father's word")
    case = await mother.post("workflow", "/cases", {"application_id": application})
    walked.case_id, walked.case_number = case["id"], case["case_number"]


async def see_through(couple: Couple, walked: Walked) -> None:
    """The premium is paid when its bill comes; everything else is the departments'."""
    mother = couple.mother
    bill = await mother.until(
        "logistics", "/bills", lambda page: [one["id"] for one in page["items"] if one["state"] == "open"], "the bill"
    )
    payment = await mother.post("logistics", f"/bills/{bill[0]}/payments")
    page = await mother.until("logistics", f"/payments/{payment['id']}", lambda it: it["pay_url"], "the pay page")
    await mother.press(page)
    closed = await mother.until(
        "workflow",
        f"/cases/{walked.case_id}",
        lambda it: it if it["state"] == "closed" else None,
        "the end of the case",
    )
    walked.outcome = closed["outcome"]


def _address(family: Family) -> dict[str, Any]:
    street = family.household.address
    return {"recipient": family.mother.name, "phone": family.mother.phone, "division": DIVISION, "street": street}


def _answers(family: Family, address: str) -> dict[str, Any]:
    return {
        "child_name": family.child_name,
        "household": "mother",
        "clinic": clinics()[0].code,
        "bank": banks()[0].code,
        "insurance_place": DIVISION,
        "address_id": address,
        "phone": family.mother.phone,
    }


@asynccontextmanager
async def crowd(house: House, count: int, first: int = 0, patience: float = 180) -> AsyncIterator[Crowd]:
    """Furnished and registered; `first`: from which invented family on, as each child is applied for once."""
    some = families(count, first)
    await asyncio.to_thread(_furnish, house, count, first)
    async with program(house) as operator:
        registered = await _register(operator, some)
    seen: Counter[str] = Counter()
    client = Client("localhost", urlsplit(house.url).port or 80)
    longest = max(LONGEST_PAUSE, count / LOOKS)
    callers = [
        Caller(client, {"authorization": f"Bearer {token}"}, seen, patience, longest)
        for token in await asyncio.to_thread(_tokens, house, registered)
    ]
    couples = [Couple(one, *callers[2 * index : 2 * index + 2]) for index, one in enumerate(some)]
    desks = [Desk(Caller(client, await _session(house, name), seen, patience)) for name in CLERKS]
    try:
        yield Crowd(couples, desks, seen)
    finally:
        client.close()


def _furnish(house: House, count: int, first: int) -> None:
    line = [sys.executable, "-m", "demo.crowd", str(count), str(first)]
    subprocess.run(line, env=house.common_environment(), check=True)  # noqa: S603


async def _register(operator: Program, some: Sequence[Family]) -> list[str]:
    """Ids of mothers and fathers in turn."""
    turns = asyncio.Semaphore(AT_ONCE)
    await operator.token("identity")

    async def one(name: str, number: str, phone: str) -> str:
        async with turns:
            person = await operator.post("identity", "/persons", {"name": name, "number": number, "phone": phone})
            return str(person["id"])

    parents = [parent for family in some for parent in (family.mother, family.father)]
    return await asyncio.gather(*(one(parent.name, parent.number, parent.phone) for parent in parents))


def _tokens(house: House, subjects: Sequence[str]) -> list[str]:
    now = int(time.time())
    common = {
        "iss": house.url, "aud": "onedoor", "iat": now, "exp": now + TOKEN_SECONDS, "client_id": "gateway",
        "kind": "person", "proofing": 4, "scope": " ".join(scopes.PERSON),
    }  # fmt: skip
    return minted(house, *({**common, "sub": subject, "jti": f"crowd-{subject}"} for subject in subjects))


async def _session(house: House, username: str) -> dict[str, str]:
    """A browser's cookie and CSRF token."""
    visitor = await Visitor.signed_in(house.url, username, PASSWORD)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.browser.cookies.jar)
    await visitor.close()
    return {"cookie": cookies, "x-csrf-token": visitor.csrf}
