"""What the catalogue offers, as lists and guides show it."""

import logging
from collections.abc import Mapping
from typing import Any

from gateway.portal.services import Away, Refusal, Services
from gateway.portal.views.home import LifeEvent, Service
from gateway.portal.views.services import Hall

logger = logging.getLogger(__name__)


async def bundle(services: Services, code: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = await services.get("catalog", f"/bundles/{code}")
    return found


async def life_events(services: Services) -> tuple[LifeEvent, ...]:
    """None while the catalogue is away: a person's own things are worth showing without it."""
    return tuple(_life_event(one) for one in await _listed(services, "/bundles"))


async def hot(services: Services) -> tuple[Service, ...]:
    return tuple(
        Service(name=one["short_name"] or one["name"], department=one["department_name"], href=address_of(one))
        for one in [each["offer"] for each in await _listed(services, "/hot-items")]
    )


def address_of(offer: Mapping[str, Any]) -> str:
    if offer.get("kind") == "bundle":
        return f"/life-events/{offer['code']}"
    return f"/services/{offer.get('slug') or offer['code']}"


async def questions(services: Services) -> tuple[tuple[str, str], ...]:
    """What people often ask about a birth, with the answers."""
    try:
        found = await bundle(services, "newborn")
    except (Away, Refusal):
        return ()
    return tuple((one["question"], one["answer"]) for one in found["faqs"])


async def halls(services: Services) -> tuple[Hall, ...]:
    found = await _listed(services, "/halls", "logistics")
    return tuple(Hall(name=one["name"], address=one["street"], hours=one["hours"]) for one in found)


async def _listed(services: Services, path: str, service: str = "catalog") -> list[Mapping[str, Any]]:
    try:
        found = await services.get(service, path)
    except (Away, Refusal) as error:
        logger.warning("a list is left out", extra={"service": service, "path": path, "error": str(error)})
        return []
    return list(found["items"] if isinstance(found, dict) else found)


def _life_event(one: Mapping[str, Any]) -> LifeEvent:
    saved = one.get("before_after") or {}
    return LifeEvent(
        name=one["name"],
        href=f"/life-events/{one['code']}",
        departments=one["departments"],
        forms=1,
        visits=saved["visits"][1] if saved else None,
    )
