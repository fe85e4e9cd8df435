"""Progress by the case's number, as it stands on every letter and message."""

import re

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.routing import PageRoute
from gateway.portal.views.parts import Flaw, FlawCode, Form
from gateway.portal.views.progress import Progress
from gateway.portal.visit import Visiting

router = APIRouter(prefix="/progress", route_class=PageRoute, dependencies=[public], include_in_schema=False)
NUMBER = re.compile(r"[0-9]{6}-?[0-9]{4}-?[0-9]{6,}")


@router.get("")
async def show_progress(visit: Visiting, number: str | None = None) -> Response:
    """A number that could be one leads to its case, where whoever is not signed in is asked to."""
    typed = "".join((number or "").split()).replace("－", "-")[:40]
    if NUMBER.fullmatch(typed):
        digits = typed.replace("-", "")
        return visit.go(f"/cases/{digits[:6]}-{digits[6:10]}-{digits[10:]}")
    flaws = () if number is None else (Flaw("number", FlawCode.CASE_NUMBER),)
    return await visit.show(
        Progress(form=Form("/progress", {"number": number or ""}, flaws), phone=visit.settings.helpline)
    )
