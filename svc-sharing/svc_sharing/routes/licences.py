"""Issuing bodies and electronic licences."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response, status
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller, identify, public, requires
from chassis.database import Session
from chassis.identifiers import mask_name
from chassis.paging import PageQuery, page_of
from chassis.problems import Forbidden, InvalidInput, NotFound, Unavailable, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import runtime_of
from contracts.claims import Kind
from contracts.events.sharing import LicenceStatus
from contracts.paging import Page
from svc_sharing import documents
from svc_sharing.documents import IssuerKeys
from svc_sharing.errors import IssuerUnknown, PresentationUnknown, SignatureInvalid
from svc_sharing.models import Licence
from svc_sharing.schemas.licences import (
    IssuerIn,
    IssuerOut,
    JwksOut,
    LicenceIn,
    LicenceOut,
    LicenceRegisteredOut,
    LicenceShownOut,
    PresentationOut,
    StatusIn,
    VerifiedLicenceOut,
)
from svc_sharing.settings import SharingSettings
from svc_sharing.use_cases import departments, issuers, licences

router = APIRouter(tags=["licences"], route_class=TransactionalRoute)
Configurer = Annotated[Caller, requires("sharing:resource:write", kinds=(Kind.CLIENT,))]
Registrar = Annotated[Caller, requires("sharing:licence:register", kinds=(Kind.CLIENT,))]
Holder = Annotated[Caller, requires("sharing:licence:read", kinds=(Kind.PERSON,))]
Shower = Annotated[Caller, requires("sharing:licence:show", kinds=(Kind.PERSON,))]
Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]+$", min_length=2, max_length=60)]


@router.put("/issuers/{code}", summary="Accept a body's licences", responses=problems(InvalidInput))
async def put_issuer(code: Code, body: IssuerIn, operator: Configurer, session: Session, request: Request) -> IssuerOut:
    """`code`: the body's credit code, which its licences carry as `iss`. Its keys by URL or as they are."""
    hosts = cast(SharingSettings, runtime_of(request).settings).allowed_hosts
    return IssuerOut.model_validate(await issuers.put(session, code, body, hosts))


@router.get(
    "/issuers/{code}/jwks",
    summary="A body's verifying keys",
    dependencies=[public],
    responses=problems(NotFound, Unavailable),
)
async def read_issuer_jwks(code: Code, request: Request) -> JwksOut:
    """For verifying a licence offline: ES256 keys by `kid`."""
    runtime = runtime_of(request)
    issuer = await documents.issuer_of(runtime, code)
    if issuer is None:
        raise NotFound()
    keys = await cast(IssuerKeys, runtime.room(IssuerKeys)).current(issuer)
    if not len(keys):
        raise Unavailable("The body's keys are not at hand at the moment")
    return JwksOut(keys=cast(list[dict[str, Any]], keys.to_jwks()["keys"]))


@router.post(
    "/licences",
    status_code=status.HTTP_201_CREATED,
    summary="Register a licence",
    responses=problems(InvalidInput, IssuerUnknown, SignatureInvalid)
    | {200: {"model": LicenceRegisteredOut, "description": "Registered already"}},
)
async def register_licence(
    body: LicenceIn, registrar: Registrar, session: Session, request: Request, response: Response
) -> LicenceRegisteredOut:
    """From the issuing body. The same document again answers the same licence, with 200."""
    issuer, payload = await documents.checked(runtime_of(request), body.jws)
    licence, is_new = await licences.register(session, issuer, payload, body)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return LicenceRegisteredOut.model_validate(licence)


@router.get("/licences", summary="One's licences", responses=problems())
async def list_licences(holder: Holder, session: Session, paging: PageQuery) -> Page[LicenceOut]:
    """Newest first; also a child's, for its parents."""
    query = select(Licence).where(Licence.holders.contains([holder.id]))
    rows, cursor = await page_of(session, query, [Licence.id], paging)
    names = await issuers.names(session, {row.issuer for row in rows})
    return Page(items=[LicenceOut.model_validate(_facts(row, names[row.issuer])) for row in rows], next_cursor=cursor)


@router.get("/licences/{licence_id}", summary="One licence", responses=problems(NotFound))
async def read_licence(licence_id: UUID, holder: Holder, session: Session) -> LicenceShownOut:
    """With what the body signed, and the signed document itself."""
    licence = await licences.mine(session, licence_id, holder.person_id)
    names = await issuers.names(session, {licence.issuer})
    payload = documents.payload_of(licence.jws)
    return LicenceShownOut(**_facts(licence, names[licence.issuer]), payload=payload, jws=licence.jws)


@router.post(
    "/licences/{licence_id}/status",
    summary="Suspend, revoke or restore a licence",
    responses=problems(Forbidden, NotFound),
)
async def change_licence_status(
    licence_id: UUID, body: StatusIn, registrar: Registrar, session: Session
) -> LicenceRegisteredOut:
    """By the body that issued it; holders hear of it."""
    licence = await licences.change_status(session, licence_id, registrar, body.status)
    return LicenceRegisteredOut.model_validate(licence)


@router.post(
    "/licences/{licence_id}/presentations",
    status_code=status.HTTP_201_CREATED,
    summary="Show a licence",
    responses=problems(NotFound),
)
async def show_licence(licence_id: UUID, holder: Shower, session: Session, request: Request) -> PresentationOut:
    """A code for a QR image, good once and for minutes. Whoever verifies it sees the status and the least that is needed."""
    licence = await licences.mine(session, licence_id, holder.person_id)
    life = cast(SharingSettings, runtime_of(request).settings).presentation_life
    code, presentation = await licences.show(session, licence, holder.person_id, life)
    return PresentationOut(code=code, expires_at=presentation.expires_at)


@router.post(
    "/presentations/{code}/verification",
    summary="Verify a shown licence",
    dependencies=[public],
    responses=problems(PresentationUnknown),
)
async def verify_presentation(
    code: Annotated[str, Path(min_length=10, max_length=64)],
    session: Session,
    request: Request,
    case_id: Annotated[UUID | None, Query(description="Staff: the case it is used for")] = None,
) -> VerifiedLicenceOut:
    """Open to whoever was shown the code; a clerk sees the holder's full name. The use is noted for the holder."""
    caller = await identify(request)
    clerk = caller if caller is not None and "sharing:licence:verify" in caller.claims.scopes else None
    reader, reader_name = await _reader(session, clerk)
    licence, payload = await licences.verify(session, code, reader, reader_name, case_id if clerk else None)
    names = await issuers.names(session, {licence.issuer})
    holder = str(payload["holder"].get("name", ""))
    return VerifiedLicenceOut(
        kind=licence.kind,
        title=licence.title,
        status=LicenceStatus(licence.status),
        issuer=licence.issuer,
        issuer_name=names[licence.issuer],
        holder=holder if clerk else mask_name(holder),
        valid_from=payload.get("valid_from"),
        valid_until=payload.get("valid_until"),
    )


async def _reader(session: AsyncSession, clerk: Caller | None) -> tuple[str, str]:
    if clerk is None:
        return "public", "持二维码查验者"
    return clerk.department, await departments.name_of(session, clerk.department)


def _facts(licence: Licence, issuer_name: str) -> dict[str, Any]:
    return {
        "id": licence.id,
        "kind": licence.kind,
        "title": licence.title,
        "issuer": licence.issuer,
        "issuer_name": issuer_name,
        "status": licence.status,
        "case_id": licence.case_id,
        "registered_at": licence.registered_at,
    }
