"""Departments, staff, companies, and the clients of departments and others."""

from typing import Annotated

from fastapi import APIRouter, Path, status
from sqlalchemy import select

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.identifiers import CreditCode
from chassis.paging import PageQuery, page_of
from chassis.problems import InvalidInput, problems
from chassis.routing import TransactionalRoute
from contracts.paging import Page
from svc_identity.errors import ClientNotFound, CompanyNotFound, DepartmentNotFound, LoginNameTaken, StaffNotFound
from svc_identity.models import Client, Company, Department, Staff
from svc_identity.rooms import CurrentPasswords, CurrentSettings
from svc_identity.schemas.organisations import (
    ClientIn,
    ClientOut,
    CompanyIn,
    CompanyOut,
    DepartmentIn,
    DepartmentOut,
    StaffIn,
    StaffOut,
)
from svc_identity.schemas.people import Username
from svc_identity.use_cases import organisations

router = APIRouter(tags=["organisations"], route_class=TransactionalRoute)
DepartmentWriter = Annotated[Caller, requires("identity:department:write")]
StaffWriter = Annotated[Caller, requires("identity:staff:write")]
CompanyWriter = Annotated[Caller, requires("identity:company:write")]
ClientWriter = Annotated[Caller, requires("identity:client:write")]
Code = Annotated[CreditCode, Path(examples=["11440199MB2D000212"])]
ClientId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$", examples=["hospital"])]


@router.get("/departments", summary="Departments", dependencies=[public], responses=problems())
async def list_departments(session: Session, paging: PageQuery) -> Page[DepartmentOut]:
    """All bodies that handle items here, by code."""
    rows, cursor = await page_of(session, select(Department), [Department.code], paging, descending=False)
    return Page(items=[DepartmentOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get(
    "/departments/{code}",
    summary="A department",
    dependencies=[public],
    response_model=DepartmentOut,
    responses=problems(DepartmentNotFound),
)
async def read_department(code: Code, session: Session) -> Department:
    """By its credit code."""
    department = await session.get(Department, code)
    if department is None:
        raise DepartmentNotFound()
    return department


@router.put("/departments/{code}", summary="Enter a department", response_model=DepartmentOut, responses=problems())
async def put_department(code: Code, body: DepartmentIn, writer: DepartmentWriter, session: Session) -> Department:
    """New, or changed."""
    return await organisations.put_department(session, code, body)


@router.put(
    "/staff/{username}",
    summary="Enter a staff member",
    response_model=StaffOut,
    responses=problems(InvalidInput, LoginNameTaken),
)
async def put_staff(
    username: Annotated[Username, Path()], body: StaffIn, writer: StaffWriter, session: Session,
    passwords: CurrentPasswords, settings: CurrentSettings,
) -> Staff:  # fmt: skip
    """New, or moved to another post: then they are signed out and their next sign-in carries the new roles."""
    return await organisations.put_staff(session, passwords, settings, username, body)


@router.delete(
    "/staff/{username}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="A staff member left",
    responses=problems(StaffNotFound),
)
async def close_staff(
    username: Annotated[Username, Path()], writer: StaffWriter, session: Session, settings: CurrentSettings
) -> None:
    """They are signed out everywhere at once and cannot sign in again."""
    await organisations.close_staff(session, settings, username)


@router.get(
    "/companies/{code}", summary="A company", dependencies=[public], response_model=CompanyOut,
    responses=problems(CompanyNotFound),
)  # fmt: skip
async def read_company(code: Code, session: Session) -> CompanyOut:
    """What the public business register says: code and name."""
    company = await session.get(Company, code)
    if company is None:
        raise CompanyNotFound()
    return _company(company)


@router.put("/companies/{code}", summary="Enter a company", responses=problems(InvalidInput))
async def put_company(code: Code, body: CompanyIn, writer: CompanyWriter, session: Session) -> CompanyOut:
    """New, or changed. The legal representative must be registered here before."""
    return _company(await organisations.put_company(session, code, body))


@router.get("/clients/{client_id}", summary="A client", response_model=ClientOut, responses=problems(ClientNotFound))
async def read_client(client_id: ClientId, writer: ClientWriter, session: Session) -> Client:
    """As it is registered; its keys are not shown."""
    client = await session.get(Client, client_id)
    if client is None:
        raise ClientNotFound()
    return client


@router.put(
    "/clients/{client_id}", summary="Enter a client", response_model=ClientOut, responses=problems(InvalidInput)
)
async def put_client(client_id: ClientId, body: ClientIn, writer: ClientWriter, session: Session) -> Client:
    """A client of somebody else, or the department that one of ours belongs to."""
    return await organisations.put_client(session, client_id, body)


def _company(company: Company) -> CompanyOut:
    has_one = company.legal_representative_id is not None
    return CompanyOut(code=company.code, name=company.name, has_legal_representative=has_one)
