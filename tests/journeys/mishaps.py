"""A newborn's case through every mishap: what each function breaks, it mends again before it returns."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from demo.city import bundles, department, items
from demo.city.interfaces import GRANTS, HUMAN_RESOURCES
from demo.seed.offers import body_of, bundle_body
from launcher.house import House

from .family import Clerk, Family, faults
from .outside import Program, is_ready, kill, metric, pid_of, seconds_from_now
from .people import Visitor, until

CARDS, POLICE = department("human-resources"), department("police")
HEARD = "onedoor_events_handled_total"


@dataclass
class Mishaps:
    """The family whose case it is, somebody it does not concern, clerks, and what was seen on the way."""

    house: House
    operator: Program
    family: Family
    stranger: Visitor
    police: Clerk
    cards: Clerk
    archivist: Clerk
    """Of the police too, at another post."""
    seen: dict[str, Any] = field(default_factory=dict)


async def hand_in(story: Mishaps, **options: Any) -> Any:
    body = {"application_id": story.family.application}
    return await story.family.mother.request("POST", "workflow", "/cases", json=body, **options)


@asynccontextmanager
async def heard(house: House, service: str, kind: str):
    """What is done in the block has reached the service when the block ends."""
    before = await metric(house, service, HEARD, type=kind)
    yield
    await until(lambda: metric(house, service, HEARD, type=kind), lambda now: now > before, f"{kind} at {service}")


@asynccontextmanager
async def item_withdrawn(story: Mishaps, slug: str):
    """Within the block the item is not on offer."""
    [item] = [item for item in items() if item.code == slug]
    versions = f"/items/{item.implementation_code}/versions"
    offered = await story.operator.get("catalog", f"/items/{slug}")
    async with heard(story.house, "workflow", "onedoor.catalog.item.withdrawn.v1"):
        await story.operator.post("catalog", f"{versions}/{offered['version']}/withdrawal")
    try:
        yield item.implementation_code
    finally:
        async with heard(story.house, "workflow", "onedoor.catalog.item.published.v1"):
            draft = await story.operator.post("catalog", "/items", body_of(item))
            await story.operator.post("catalog", f"{versions}/{draft['version']}/review")
            await story.operator.post("catalog", f"{versions}/{draft['version']}/publication")


@asynccontextmanager
async def bundle_withdrawn(story: Mishaps, code: str):
    [bundle] = [bundle for bundle in bundles() if bundle.code == code]
    async with heard(story.house, "workflow", "onedoor.catalog.bundle.withdrawn.v1"):
        await story.operator.post("catalog", f"/bundles/{code}/withdrawal")
    try:
        yield
    finally:
        async with heard(story.house, "workflow", "onedoor.catalog.bundle.published.v1"):
            await story.operator.put("catalog", f"/bundles/{code}", bundle_body(bundle))
            await story.operator.post("catalog", f"/bundles/{code}/publication")


# ---------------------------------------------------------------------- grants


def the_grant(until_when: str | None = None) -> dict[str, Any]:
    """What human resources may read of the birth registration."""
    [grant] = [grant for grant in GRANTS if grant["department"] == HUMAN_RESOURCES["department"]]
    return grant if until_when is None else {**grant, "until": until_when}


async def grant(story: Mishaps, wanted: dict[str, Any]) -> None:
    asked = await story.operator.post("sharing", "/grant-applications", wanted)
    await story.operator.post("sharing", f"/grant-applications/{asked['id']}/approval")


async def revoke_all(story: Mishaps, wanted: dict[str, Any]) -> None:
    one = {name: wanted[name] for name in ("department", "resource", "purpose")}
    for given in (await story.operator.get("sharing", "/grants", limit=100, **one))["items"]:
        if given["revoked_at"] is None:
            await story.operator.post("sharing", f"/grants/{given['id']}/revocation")


@asynccontextmanager
async def grant_expired(story: Mishaps):
    """Within the block the only grant has run out; behind it there is one for good again."""
    await revoke_all(story, the_grant())
    end = time.time() + 2
    await grant(story, the_grant(seconds_from_now(2)))
    while time.time() <= end + 1:
        await asyncio.sleep(0.1)
    try:
        yield
    finally:
        await grant(story, the_grant())


async def incident_of(story: Mishaps, clerk: Clerk) -> dict[str, Any]:
    seen = await until(
        lambda: clerk.visitor.get("workflow", "/incidents", limit=100),
        lambda page: [one for one in page["items"] if one["case_id"] == story.family.case],
        "the incident",
    )
    [incident] = [one for one in seen["items"] if one["case_id"] == story.family.case]
    return incident


# ---------------------------------------------------------------------- departments and processes


@asynccontextmanager
async def department_down(story: Mishaps, program: str):
    """The block goes on once somebody has asked in vain; behind it the department is well."""
    before = await metric(story.house, "sharing", "onedoor_jobs_total", kind="exchange", result="retry")
    await faults(story.house, program, down=True)
    try:
        yield lambda: until(
            lambda: metric(story.house, "sharing", "onedoor_jobs_total", kind="exchange", result="retry"),
            lambda now: now > before,
            "a try in vain",
        )
    finally:
        await faults(story.house, program)


async def at_work(house: House, service: str, kind: str) -> None:
    """Return as soon as a job of this kind is being done."""
    database = await asyncpg.connect(f"{house.database_url.rpartition('/')[0]}/onedoor_{service}")
    running = "SELECT count(*) FROM job WHERE kind = $1 AND state = 'running'"
    try:
        await until(lambda: database.fetchval(running, kind), lambda number: number > 0, f"{kind} at work")
    finally:
        await database.close()


async def killed_and_back(house: House, service: str) -> None:
    """SIGKILL, and the supervisor brings another one."""
    before = kill(house, service)

    async def is_back() -> bool:
        return pid_of(house, service) not in (None, before) and await is_ready(house, service)

    await until(is_back, lambda back: back, f"another {service}")


async def patiently(look, good, what: str):
    """Longer than `until`: what a dead process had taken on comes back when its lease has run out."""
    for _ in range(2):
        try:
            return await until(look, good, what)
        except AssertionError:
            continue
    return await until(look, good, what)
