"""The sealed form for the service that does a step."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from chassis.schemas import Body, example
from contracts.claims import Kind
from svc_workflow.errors import FormClosed
from svc_workflow.use_cases import forms

router = APIRouter(prefix="/sealed-forms", tags=["sealed forms"], route_class=TransactionalRoute)
Opener = Annotated[Caller, requires("workflow:sealed-form:open", kinds=(Kind.CLIENT,))]


class FormCode(Body):
    model_config = Body.model_config | example(
        {"code": "pV1s8Qm4oXr2LwEz6KtGhA", "request_id": "01920000-0000-7000-8000-000000000002"}
    )
    code: str = Field(min_length=20, max_length=100)
    request_id: UUID


class Opened(BaseModel):
    fields: dict[str, str]


@router.post("/open", summary="Open a recipient's part of the form", responses=problems(FormClosed))
async def open_sealed_form(body: FormCode, opener: Opener, session: Session) -> Opened:
    """The code of a step opens its part for that step alone, until the step is answered."""
    return Opened(fields=await forms.open_part(session, body.code, body.request_id))
