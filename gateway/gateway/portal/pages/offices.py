"""Clinics and banks: what people choose from by code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.portal.services import Services
from gateway.portal.views.parts import Option


@dataclass(frozen=True)
class Offices:
    every: tuple[Mapping[str, Any], ...]

    def options(self, kind: str) -> tuple[Option, ...]:
        """Those that can be chosen now."""
        mine = (one for one in self.every if one["kind"] == kind and not one["closed"])
        return tuple(Option(one["code"], one["name"], one["street"]) for one in mine)

    def name_of(self, kind: str, code: str) -> str:
        """By the name, even of one that was closed since; the code when it was never known."""
        return next((str(one["name"]) for one in self.every if (one["kind"], one["code"]) == (kind, code)), code)

    def __contains__(self, kind: str) -> bool:
        return any(one["kind"] == kind for one in self.every)


async def offices_of(services: Services) -> Offices:
    return Offices(tuple(await services.get("workflow", "/offices")))
