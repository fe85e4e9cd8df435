"""Items by the file."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, status
from sqlalchemy import select

from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import InvalidInput, NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.paging import Page
from svc_catalog.imports.loading import load
from svc_catalog.imports.mapping import UnknownMapping
from svc_catalog.imports.reading import read
from svc_catalog.models import ImportRun
from svc_catalog.routes.parameters import Editor
from svc_catalog.schemas.imports import ImportOut

router = APIRouter(prefix="/imports", tags=["imports"], route_class=TransactionalRoute)
MappingName = Annotated[
    str | None,
    Query(max_length=60, description="By default chosen by the fields of the first line; onedoor is our own"),
]
_LINES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {"type": "string", "maxLength": 16_000_000, "description": "JSON Lines, one item a line"},
                "example": '{"implementation_code":"11440199MB2Y00056G3449907002000","name":"出生登记"}\n',
            }
        },
    }
}


@router.post(
    "", status_code=status.HTTP_201_CREATED, summary="Import items", responses=problems(), openapi_extra=_LINES
)
async def import_items(request: Request, editor: Editor, session: Session, mapping: MappingName = None) -> ImportOut:
    """Good lines are published at once, bad ones reported with their reasons. The same file again changes nothing."""
    body = await request.body()
    try:
        reading = await asyncio.to_thread(read, body.split(b"\n"), mapping)
    except UnknownMapping:
        raise InvalidInput.at("#query/mapping", "unknown-mapping", "There is no such mapping") from None
    return ImportOut.model_validate(await load(session, reading, editor.id))


@router.get("", summary="Imports so far", responses=problems())
async def list_imports(editor: Editor, session: Session, paging: PageQuery) -> Page[ImportOut]:
    """Newest first."""
    rows, cursor = await page_of(session, select(ImportRun), [ImportRun.id], paging)
    return Page(items=[ImportOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/{import_id}", summary="One import's report", responses=problems(NotFound))
async def read_import(import_id: UUID, editor: Editor, session: Session) -> ImportOut:
    """What it did, and each line that was refused or is doubtful."""
    run = await session.get(ImportRun, import_id)
    if run is None:
        raise NotFound()
    return ImportOut.model_validate(run)
