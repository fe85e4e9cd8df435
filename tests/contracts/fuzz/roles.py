"""Who calls: each with the scopes that OneDoor gives such a caller."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.access import Requires
from chassis.openapi import api_routes, requirement
from chassis.service import Service
from chassis.testing import token
from contracts.claims import Kind, Proofing
from contracts.scopes import CLIENTS, PERSON, STAFF

MOTHER = UUID("018f0000-0000-7000-8000-000000000001")
CLERK = UUID("018f0000-0000-7000-8000-0000000000c1")


@dataclass(frozen=True)
class Role:
    name: str
    kind: Kind | None
    scopes: frozenset[str]
    subject: UUID | str | None = None

    def bearer(self, service: str, department: str, post: str, person: UUID = MOTHER) -> str | None:
        if self.kind is None:
            return None
        facts: dict[str, Any] = {"exp": 4_000_000_000}
        if self.kind is Kind.CLIENT:
            facts |= {"audience": f"svc-{service}", "department": department}
        if self.kind is Kind.STAFF:
            facts |= {"department": department, "post": post}
        subject = person if self.kind is Kind.PERSON else self.subject
        return token(subject, *sorted(self.scopes), kind=self.kind, proofing=Proofing.HIGH, **facts)

    def may(self, needs: Requires | None) -> bool:
        if needs is None or self.kind is None:
            return needs is None
        return (not needs.kinds or self.kind in needs.kinds) and set(needs.scopes) <= self.scopes


def operations(service: Service, role: Role) -> set[str]:
    """The ids of what this role may do there; what anyone may do is left to the anonymous, a browser's session to people."""
    mine = set()
    for route in api_routes(app := service.app()):
        if not route.include_in_schema:
            continue
        needs = requirement(route)
        method = next(iter(route.methods)).lower()
        by_cookie = any("Session" in asked for asked in app.openapi()["paths"][route.path_format][method]["security"])
        is_open = needs is None and not (by_cookie and role.kind is Kind.PERSON)
        if (by_cookie and role.kind is Kind.PERSON) or (role.may(needs) and is_open == (role.kind is None)):
            mine.add(route.name)
    return mine


def roles(service: str) -> list[Role]:
    systems = {scope for given in CLIENTS.values() for scope in given.get(f"svc-{service}", [])}
    officials = {scope for role, scopes in STAFF.items() if role != "operator" for scope in scopes}
    return [
        Role("anonymous", None, frozenset()),
        Role("person", Kind.PERSON, frozenset(PERSON)),
        Role("official", Kind.STAFF, frozenset(officials), CLERK),
        Role("operator", Kind.STAFF, frozenset(STAFF["operator"]), CLERK),
        Role("system", Kind.CLIENT, frozenset(systems), "hospital"),
    ]
