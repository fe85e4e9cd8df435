"""The newborn bundle on offer in a small city, and a family that applies: what tests do, said once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from chassis.identifiers import credit_code_check_digit, new_id
from chassis.jobs import Job, enqueue
from chassis.testing import ServiceUnderTest
from contracts.event import Event
from contracts.events.catalog import BundleBranch, BundlePublished, ItemPublished, Limit
from contracts.events.identity import IdentityStepAnswered
from contracts.events.logistics import BillPaid, LogisticsStepAnswered, ParcelDelivered, ParcelState
from contracts.events.sharing import LicenceRegistered, SharingStepAnswered
from contracts.events.workflow import StepRequested
from contracts.scopes import PERSON, STAFF
from contracts.steps import Outcome, StepAnswered
from svc_workflow import clock

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock in the city, in a week without holidays."""
PLACE = "440196"
HOSPITAL, POLICE, CLINIC, INSURANCE, CARDS = (
    first_17 + credit_code_check_digit(first_17)
    for first_17 in (
        "12440199MB2C00001",
        "11440199MB2C00002",
        "12440199MB2C00003",
        "11440199MB2C00004",
        "11440199MB2C00005",
    )
)
BRANCHES = {
    "birth-certificate": (HOSPITAL, "出生医学证明", Limit(amount=1, unit="working-days")),
    "birth-registration": (POLICE, "出生登记", Limit(amount=5, unit="working-days")),
    "vaccination": (CLINIC, "预防接种证", Limit(amount=1, unit="working-days")),
    "medical-insurance": (INSURANCE, "城乡居民医保参保", Limit(amount=3, unit="working-days")),
    "social-card": (CARDS, "社会保障卡", Limit(amount=10, unit="working-days")),
}
POSTS = {"birth-registration": (POLICE, "household-registration"), "social-card": (CARDS, "card-making")}
ANSWERS = {
    "child_name": "云小溪",
    "household": "mother",
    "clinic": "clinic-1",
    "bank": "yxb",
    "insurance_place": PLACE,
    "address_id": "01920000-0000-7000-8000-00000000000a",
    "phone": "13800138000",
}
ANSWERED_BY: dict[str, type[StepAnswered]] = {
    "sharing": SharingStepAnswered,
    "identity": IdentityStepAnswered,
    "logistics": LogisticsStepAnswered,
}


def item(branch: str, version: int = 1) -> ItemPublished:
    department, name, promised = BRANCHES[branch]
    return ItemPublished(
        item_code=f"item-{branch}",
        version=version,
        name=name,
        kind="07",
        department=department,
        department_name=f"{name}办理机关",
        statutory_limit=Limit(amount=20, unit="working-days"),
        promised_limit=promised,
    )


def bundle() -> BundlePublished:
    branches = [
        BundleBranch(
            branch=code, item_code=f"item-{code}", name=name, department=body, department_name=f"{name}办理机关"
        )
        for code, (body, name, _) in BRANCHES.items()
    ]
    return BundlePublished(
        bundle_code="newborn", version=1, name="新生儿出生一件事", process="newborn", branches=branches
    )


class City:
    """The service, at a moment that the test moves on."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service, self.now = service, MONDAY

    async def open(self, insurance_timing: str = "registration") -> "City":
        operator = self.service.as_client("demo-operator", "workflow:calendar:write", "workflow:place:write")
        for year in (2026, 2027):
            days = {"holidays": [f"{year}-10-01"], "make_up_days": []}
            ok(await operator.put(f"/calendars/{year}", json=days))
        place = {"name": "云溪区", "insurance_timing": insurance_timing}
        ok(await operator.put(f"/places/{PLACE}", json=place))
        await self.receive(*map(item, BRANCHES), bundle())
        return self

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def receive(self, *events: Event) -> None:
        with clock.standing_at(self.now):
            await self.service.receive(*events)

    async def call(self, client: httpx.AsyncClient, method: str, url: str, **options: Any) -> httpx.Response:
        with clock.standing_at(self.now):
            return await client.request(method, url, **options)

    def person(self, person: UUID, **claims: Any) -> "Caller":
        return Caller(self, self.service.as_person(person, *PERSON, **claims))

    def clerk(self, branch: str, staff: UUID | None = None) -> "Caller":
        department, post = POSTS[branch]
        scopes = STAFF["clerk"]
        return Caller(self, self.service.as_staff(*scopes, department=department, post=post, staff=staff))

    async def asked(self, case_id: UUID | str, what: str) -> StepRequested:
        """The newest step of a resource, of a parcel's contents, or of a capability."""
        steps = [step for step in await self.service.published(StepRequested) if str(step.case_id) == str(case_id)]
        return next(step for step in reversed(steps) if what in _names(step))

    async def answer(
        self, case_id: UUID | str, what: str, outcome: str = "done", reason: str | None = None, **result: Any
    ) -> StepRequested:
        step = await self.asked(case_id, what)
        answered = ANSWERED_BY[step.capability.partition(".")[0]]
        await self.receive(
            answered(
                request_id=step.request_id,
                case_id=step.case_id,
                outcome=Outcome(outcome),
                result={name: str(value) if isinstance(value, UUID) else value for name, value in result.items()},
                reason=reason,
            )
        )
        return step

    async def exchange(self, case_id: UUID | str, resource: str, **result: Any) -> StepRequested:
        """A department's system has done what was asked."""
        facts = {"exchange_id": str(new_id()), "fields": [], "records": 1, "record_keys": [], "source_name": resource}
        return await self.answer(case_id, resource, **{**facts, **result})

    async def licence(self, case_id: UUID | str) -> None:
        step = await self.asked(case_id, "birth-certificate-request")
        await self.receive(
            LicenceRegistered(
                licence_id=new_id(),
                kind="birth-certificate",
                holders=[step.applicant_id],
                issuer=HOSPITAL,
                issuer_name="云溪市妇幼保健院",
                case_id=step.case_id,
                request_id=step.request_id,
                title="出生医学证明",
            )
        )

    async def parcel(self, case_id: UUID | str, what: str) -> None:
        """The carrier takes the order and delivers."""
        parcel_id = new_id()
        step = await self.answer(case_id, what, parcel_id=parcel_id)
        await self.receive(
            ParcelDelivered(
                parcel_id=parcel_id,
                case_id=step.case_id,
                request_id=step.request_id,
                person_id=step.applicant_id,
                direction=str(step.arguments["direction"]),
                contents=str(step.arguments["contents"]),
                state=ParcelState.DELIVERED,
            )
        )

    async def pay(self, case_id: UUID | str) -> None:
        bill_id = new_id()
        step = await self.answer(case_id, "logistics.bill", bill_id=bill_id)
        await self.receive(
            BillPaid(
                bill_id=bill_id,
                case_id=step.case_id,
                request_id=step.request_id,
                payer_id=step.applicant_id,
                payment_id=new_id(),
                amount=40000,
            )
        )

    async def run(self, job: Job) -> None:
        """A periodic job, once, now."""
        async with self.service.session() as session:
            await enqueue(session, job)
        with clock.standing_at(self.now):
            await self.service.run_jobs(early=False)

    async def tasks(self, branch: str) -> list[dict[str, Any]]:
        return list(ok(await self.clerk(branch).get("/tasks", params={"branch": branch}))["items"])

    async def decide(self, branch: str, decision: str, **body: Any) -> dict[str, Any]:
        """On the first task in the post's inbox that offers it."""
        task = next(task for task in await self.tasks(branch) if decision in task["decisions"])
        completion = {"decision": decision, **body}
        return dict(ok(await self.clerk(branch).post(f"/tasks/{task['id']}/completion", json=completion)))


class Caller:
    def __init__(self, city: City, client: httpx.AsyncClient) -> None:
        self.city, self.client = city, client

    async def get(self, url: str, **options: Any) -> httpx.Response:
        return await self.city.call(self.client, "GET", url, **options)

    async def post(self, url: str, **options: Any) -> httpx.Response:
        return await self.city.call(self.client, "POST", url, **options)

    async def patch(self, url: str, **options: Any) -> httpx.Response:
        return await self.city.call(self.client, "PATCH", url, **options)

    async def delete(self, url: str, **options: Any) -> httpx.Response:
        return await self.city.call(self.client, "DELETE", url, **options)


class Family:
    def __init__(self, city: City, children: int = 1) -> None:
        self.city = city
        self.mother_id, self.father_id = new_id(), new_id()
        self.mother, self.father = city.person(self.mother_id), city.person(self.father_id)
        self.children = [f"child-{new_id()}" for _ in range(children)]

    async def start(self) -> str:
        return str(ok(await self.mother.post("/applications", json={"bundle_code": "newborn"}), 201)["id"])

    async def prefill(self, application_id: str, married: bool = True) -> None:
        deliveries = {"records": len(self.children), "record_keys": self.children}
        await self.city.exchange(application_id, "hospital-deliveries", **deliveries)
        await self.city.exchange(application_id, "marriage", records=int(married))
        await self.city.exchange(application_id, "population")

    async def fill(self, application_id: str, record: int = 0) -> dict[str, Any]:
        body = {"child": {"record": record}, "answers": ANSWERS}
        return ok(await self.mother.patch(f"/applications/{application_id}", json=body))

    async def agree(self, application_id: str) -> None:
        ok(await self.mother.post(f"/applications/{application_id}/agreement"), 202)
        await self.city.answer(application_id, "identity.consent", consent_id=new_id(), person_id=self.father_id)

    async def ready(self, record: int = 0) -> str:
        """An application that lacks nothing."""
        application_id = await self.start()
        await self.prefill(application_id)
        await self.fill(application_id, record)
        await self.agree(application_id)
        return application_id

    async def submit(self, application_id: str, **headers: str) -> httpx.Response:
        return await self.mother.post("/cases", json={"application_id": application_id}, headers=headers)

    async def apply(self, record: int = 0) -> str:
        return str(ok(await self.submit(await self.ready(record)), 201)["id"])

    async def certified(self) -> str:
        """A case whose birth certificate is there."""
        case_id = await self.apply()
        await self.city.exchange(case_id, "birth-certificate-request")
        await self.city.licence(case_id)
        return case_id

    async def accepted(self) -> str:
        """A case whose registration the police have accepted."""
        case_id = await self.certified()
        await self.city.decide("birth-registration", "receive")
        await self.city.decide("birth-registration", "accept")
        return case_id

    async def registered(self) -> str:
        """A case whose child is in the register; the household book is on its way back."""
        case_id = await self.accepted()
        await self.city.decide("birth-registration", "approve")
        await self.city.parcel(case_id, "in:household-book")
        await self.city.exchange(case_id, "birth-registration")
        await self.city.answer(case_id, "identity.guardianship", child_id=new_id())
        return case_id

    async def case(self, case_id: str) -> dict[str, Any]:
        return ok(await self.mother.get(f"/cases/{case_id}"))

    async def branch(self, case_id: str, code: str) -> dict[str, Any]:
        return next(branch for branch in (await self.case(case_id))["branches"] if branch["branch"] == code)

    async def kinds(self, case_id: str) -> list[str]:
        """What the timeline tells, in order."""
        timeline = ok(await self.mother.get(f"/cases/{case_id}/timeline"))
        return [entry["kind"] for entry in timeline["entries"]]

    async def states(self, case_id: str) -> dict[str, str]:
        return {branch["branch"]: branch["state"] for branch in (await self.case(case_id))["branches"]}


def ok(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json() if response.content else None


def _names(step: StepRequested) -> set[str]:
    arguments = step.arguments
    return {
        step.capability.value,
        str(arguments.get("resource")),
        f"{arguments.get('direction')}:{arguments.get('contents')}",
    }
