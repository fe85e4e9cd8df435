"""Departments, staff, companies and clients, as the city's operators enter them. Each may be sent again."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.jose import InvalidKey, KeySet
from chassis.problems import InvalidInput
from contracts.claims import Kind
from contracts.scopes import CLIENTS
from svc_identity.errors import StaffNotFound
from svc_identity.models import Client, Company, Department, Staff
from svc_identity.passwords import Passwords
from svc_identity.schemas.organisations import ClientIn, CompanyIn, DepartmentIn, StaffIn
from svc_identity.settings import IdentitySettings
from svc_identity.use_cases import accounts, persons, sign_ins


async def put_department(session: AsyncSession, code: str, body: DepartmentIn) -> Department:
    row = insert(Department).values(code=code, name=body.name, division=body.division)
    same = row.on_conflict_do_update(
        index_elements=["code"], set_={"name": row.excluded.name, "division": row.excluded.division}
    )
    await session.execute(same)
    return await session.get_one(Department, code, populate_existing=True)


async def put_staff(
    session: AsyncSession, passwords: Passwords, settings: IdentitySettings, username: str, body: StaffIn
) -> Staff:
    """Somebody whose place changed is signed out: their tokens speak of the old one."""
    await _require_department(session, body.department)
    username = username.strip().lower()
    place: dict[str, Any] = {"department": body.department, "post": body.post, "roles": body.roles}
    query = select(Staff).where(Staff.username == username).with_for_update()
    staff = (await session.execute(query)).scalar_one_or_none()
    if staff is None:
        staff = Staff(id=new_id(), username=username, name=body.name, **place)
        session.add(staff)
        await session.flush()
        await accounts.open_for(session, staff.id, Kind.STAFF)
        await accounts.add_names(session, staff.id, [username], must=username)
    else:
        await accounts.open_for(session, staff.id, Kind.STAFF)
        if any(getattr(staff, name) != value for name, value in place.items()):
            await sign_ins.end_all(session, settings, staff.id)
        staff.name, staff.department, staff.post, staff.roles = body.name, body.department, body.post, body.roles
    if body.password is not None:
        await accounts.set_password(session, passwords, staff.id, body.password.get_secret_value())
    return staff


async def close_staff(session: AsyncSession, settings: IdentitySettings, username: str) -> None:
    """Somebody left: their sign-ins end and there is no other. Their name stays with what they did."""
    query = select(Staff).where(Staff.username == username.strip().lower())
    staff = (await session.execute(query)).scalar_one_or_none()
    if staff is None:
        raise StaffNotFound()
    await accounts.close(session, settings, staff.id)


async def put_company(session: AsyncSession, code: str, body: CompanyIn) -> Company:
    representative_id = None
    if body.legal_representative is not None:
        person = await persons.by_number(session, body.legal_representative)
        if person is None:
            raise InvalidInput.at("#/legal_representative", "unknown-person", "Nobody here has this number")
        representative_id = person.id
    row = insert(Company).values(code=code, name=body.name, legal_representative_id=representative_id)
    changed = {"name": row.excluded.name}
    if representative_id is not None:
        changed["legal_representative_id"] = row.excluded.legal_representative_id
    await session.execute(row.on_conflict_do_update(index_elements=["code"], set_=changed))
    return await session.get_one(Company, code, populate_existing=True)


async def put_client(session: AsyncSession, client_id: str, body: ClientIn) -> Client:
    given = body.model_dump(exclude_none=True)
    if "department" in given:
        await _require_department(session, given["department"])
    if "jwks" in given:
        given["jwks"] = _public_keys(given["jwks"])
    if client_id in CLIENTS and given.keys() - {"name", "department"}:
        raise InvalidInput.at(
            "#", "fixed-client", "Keys and redirect URIs of a client with rights of its own are fixed at set-up"
        )
    client = await session.get(Client, client_id, with_for_update=True)
    if client is None:
        missing = [name for name in ("name", "jwks") if name not in given]
        if missing:
            raise InvalidInput.at(f"#/{missing[0]}", "missing", "A new client needs a name and its keys")
        empty: dict[str, Any] = {"person_scopes": [], "redirect_uris": [], "post_logout_redirect_uris": []}
        client = Client(id=client_id, first_party=False, audiences={}, **{**empty, **given})
        session.add(client)
    else:
        for name, value in given.items():
            setattr(client, name, value)
    await session.flush()
    return client


async def _require_department(session: AsyncSession, code: str) -> None:
    if await session.get(Department, code) is None:
        raise InvalidInput.at("#/department", "unknown-department", "No department has this code")


def _public_keys(document: dict[str, Any]) -> dict[str, Any]:
    try:
        keys = KeySet.parse(document)
    except InvalidKey as error:
        raise InvalidInput.at("#/jwks", "keys", f"Not a set of public ES256 keys: {error}") from None
    if not len(keys):
        raise InvalidInput.at("#/jwks", "keys", "At least one key")
    return dict(keys.to_jwks())
