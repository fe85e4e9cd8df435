"""Invented items of an invented city, and how tests bring them on offer."""

from typing import Any

import httpx

from chassis.identifiers import credit_code_check_digit
from chassis.testing import ServiceUnderTest

CITY = "440199"


def body_code(serial: str) -> str:
    first_17 = f"11440199MB2C{serial}"
    return first_17 + credit_code_check_digit(first_17)


POLICE, HEALTH = body_code("00012"), body_code("00023")
NAMES = {POLICE: "云溪市公安局", HEALTH: "云溪市卫生健康委员会"}


def item(slug: str, name: str, department: str = POLICE, serial: int = 1, **elements: Any) -> dict[str, Any]:
    return {
        "implementation_code": f"{department}3449907{serial:03}000",
        "slug": slug,
        "name": name,
        "kind": "07",
        "level": "3",
        "department": department,
        "department_name": NAMES[department],
        "division": CITY,
        "served": ["1"],
        "channels": ["1", "2"],
        "statutory_limit": {"amount": 15, "unit": "working-days"},
        "promised_limit": {"amount": 3, "unit": "working-days"},
        **elements,
    }


def bundle(*branches: dict[str, Any], **elements: Any) -> dict[str, Any]:
    return {
        "name": "新生儿出生一件事",
        "served": ["1"],
        "lead_department": HEALTH,
        "lead_department_name": NAMES[HEALTH],
        "process": "newborn",
        "branches": list(branches),
        "promised_limit": {"amount": 5, "unit": "working-days"},
        **elements,
    }


def operator(service: ServiceUnderTest) -> httpx.AsyncClient:
    return service.as_client("demo-operator", "catalog:item:write", "catalog:item:review", "catalog:bundle:write")


def editor(service: ServiceUnderTest, *scopes: str, **claims: Any) -> httpx.AsyncClient:
    return service.as_staff("catalog:item:write", *scopes, department=HEALTH, post="item-editor", **claims)


def reviewer(service: ServiceUnderTest, *scopes: str, **claims: Any) -> httpx.AsyncClient:
    return service.as_staff("catalog:item:review", *scopes, department=HEALTH, post="item-reviewer", **claims)


async def publish(service: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    client = operator(service)
    drafted = await client.post("/items", json=body)
    assert drafted.status_code in (200, 201), drafted.text
    version = f"/items/{drafted.json()['code']}/versions/{drafted.json()['version']}"
    assert (await client.post(f"{version}/review")).status_code == 200
    published = await client.post(f"{version}/publication")
    assert published.status_code == 200, published.text
    return published.json()


async def publish_bundle(service: ServiceUnderTest, code: str, body: dict[str, Any]) -> dict[str, Any]:
    client = operator(service)
    written = await client.put(f"/bundles/{code}", json=body)
    assert written.status_code == 200, written.text
    published = await client.post(f"/bundles/{code}/publication")
    assert published.status_code == 200, published.text
    return published.json()
