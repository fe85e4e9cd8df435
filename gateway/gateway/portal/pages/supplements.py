"""Answering a supplement (补正): everything that was asked for, at once."""

import base64
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from chassis.access import public
from gateway.portal.pages.cases import find_case, reference
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.apply import Household
from gateway.portal.views.cases import AnswerBy, Asked, SupplementPage
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import DataField, answer_named, known
from gateway.portal.views.parts import Flaw, FlawCode, Form, Option
from gateway.portal.visit import Visit, Visiting

router = APIRouter(
    prefix="/cases/{number}/supplements", route_class=PageRoute, dependencies=[public], include_in_schema=False
)
BY = {"photo": AnswerBy.UPLOAD, "household": AnswerBy.CHOICE}


@router.get("/{supplement_id:uuid}")
async def show_supplement(visit: Visiting, number: str, supplement_id: UUID) -> Response:
    return await _show(visit, await find_case(visit, number), supplement_id)


@router.post("/{supplement_id:uuid}")
async def supply(visit: Visiting, number: str, supplement_id: UUID) -> Response:
    case = await find_case(visit, number)
    asked = _asked(case, supplement_id)
    answers = {item["code"]: await _answer(visit, item["code"]) for item in asked["items"]}
    flaws = tuple(_missing(code) for code, answer in answers.items() if not answer)
    if flaws:
        return await _show(visit, case, supplement_id, flaws)
    path = f"/cases/{case['id']}/supplements/{supplement_id}"
    try:
        await visit.services.post("workflow", path, {"answers": answers}, once=visit.once)
    except Refusal as refusal:
        if not refusal.wrong:
            raise
        return await _show(visit, case, supplement_id, tuple(_wrong(code) for code in refusal.wrong if code in answers))
    return visit.go(reference(case).href, Flash.SUPPLEMENT_SENT)


def _asked(case: Mapping[str, Any], supplement_id: UUID) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = next(
        (one for one in case["supplements"] if one["id"] == str(supplement_id)), None
    )
    if found is None:
        raise Refusal(404, {})
    return found


async def _answer(visit: Visit, code: str) -> str:
    file = visit.form.get(code)
    if isinstance(file, UploadFile):
        return base64.b64encode(await file.read()).decode()
    return visit.given(code)


def _missing(code: str) -> Flaw:
    missing = FlawCode.NOT_CHOSEN if BY.get(code) is AnswerBy.CHOICE else FlawCode.MISSING
    return Flaw(code, missing, {"what": answer_named(code)})


def _wrong(code: str) -> Flaw:
    return Flaw(code, FlawCode.FILE_TYPE if code == "photo" else FlawCode.NOT_FITTING)


async def _show(visit: Visit, case: Mapping[str, Any], supplement_id: UUID, flaws: tuple[Flaw, ...] = ()) -> Response:
    found = _asked(case, supplement_id)
    branch = next(one for one in case["branches"] if one["branch"] == found["branch"])
    given = {name: value for name, value in visit.form.items() if isinstance(value, str)}
    return await visit.show(
        SupplementPage(
            case=reference(case),
            item=branch["title"],
            department=found["department_name"],
            asked_at=moment(found["asked_at"]),
            due=date.fromisoformat(found["reply_by"]),
            asked=tuple(_one(item) for item in found["items"]),
            form=Form(f"{reference(case).href}/supplements/{supplement_id}", given, flaws),
            open=found["open"],
            supplied_at=moment(found["supplied_at"]) if found["supplied_at"] else None,
        )
    )


def _one(item: Mapping[str, Any]) -> Asked:
    code = item["code"]
    what = known(DataField, code)
    options = tuple(Option(one.value, one) for one in Household) if code == "household" else ()
    return Asked(code, what if isinstance(what, DataField) else "", item["note"], BY.get(code, AnswerBy.TEXT), options)
