"""Guides (办事指南): of one item, and of a life event."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.words import limit_of
from gateway.portal.routing import PageRoute
from gateway.portal.views.names import Channel, known
from gateway.portal.views.parts import Form, Money, Option
from gateway.portal.views.services import (
    BundleGuide,
    BundlePart,
    Guide,
    Hall,
    Material,
    MaterialFrom,
    Question,
    Saved,
)
from gateway.portal.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
MINUTES = 6
STARTS = {"newborn": "/apply/newborn"}
ORIGINS = {
    "shared": MaterialFrom.SHARED,
    "licence": MaterialFrom.LICENCE,
    "form": MaterialFrom.FORM,
    "applicant": MaterialFrom.APPLICANT,
}


async def _guide(visit: Visit, path: str) -> tuple[Mapping[str, Any], dict[str, str]]:
    """By the answers in the address, which are the visitor's own doing; nothing of them is kept."""
    answers = {name: value for name, value in visit.request.query_params.items() if 0 < len(value) <= 60}
    if answers:
        found = await visit.services.post("catalog", path, {"answers": answers})
    else:
        found = await visit.services.get("catalog", path)
    return found, answers


@router.get("/services/{code}")
async def show_item(visit: Visiting, code: str) -> Response:
    guide, answers = await _guide(visit, f"/items/{code}/guide")
    item = await visit.services.get("catalog", f"/items/{code}")
    bundles = [f"/life-events/{one['code']}" for one in item["bundles"]]
    return await visit.show(
        Guide(
            name=guide["name"],
            department=guide["department_name"],
            summary=guide["summary"],
            questions=_questions(guide),
            form=Form(f"/services/{code}", answers),
            answered=guide["answered"] and bool(answers),
            stop=guide["stop"],
            notes=tuple(guide["notes"]),
            materials=_materials(guide["materials"]),
            halls=tuple(_hall(one) for one in guide["places"]),
            channels=tuple(known(Channel, one) for one in guide["channels"]),
            fee=Money(guide["total_fee"]) if guide["total_fee"] else None,
            fee_basis=_fee_words(guide),
            promised=limit_of(guide["promised_limit"]),
            statutory=limit_of(guide["statutory_limit"]),
            result=guide["result"]["name"],
            conditions=tuple(guide["conditions"]),
            steps=tuple(guide["procedure"]),
            legal_basis=tuple(filter(None, guide["legal_basis"].split("\n"))),
            asked_often=tuple((one["question"], one["answer"]) for one in guide["faqs"]),
            phone=guide["consult_phone"] or visit.settings.helpline,
            complaints_phone=guide["complaint_phone"] or visit.settings.helpline,
            apply_at=next((at for at in bundles if at.rpartition("/")[2] in STARTS), None),
            implementation_code=item["code"],
        )
    )


@router.get("/life-events/{code}")
async def show_bundle(visit: Visiting, code: str) -> Response:
    guide, answers = await _guide(visit, f"/bundles/{code}/guide")
    saved = guide["before_after"]
    names = {one["branch"]: one["short_name"] or one["name"] for one in guide["branches"]}
    return await visit.show(
        BundleGuide(
            name=guide["name"],
            summary=guide["summary"],
            parts=tuple(_part(one, names) for one in guide["branches"]),
            saved=Saved(days=saved["days"], visits=saved["visits"], documents=saved["documents"]) if saved else None,
            questions=_questions(guide),
            form=Form(f"/life-events/{code}", answers),
            answered=guide["answered"] and bool(answers),
            stop=guide["stop"],
            notes=tuple(guide["notes"]),
            materials=_materials(guide["materials"]),
            fee=Money(guide["total_fee"]) if guide["total_fee"] else None,
            fee_note=_fee_words(guide),
            promised=limit_of(guide["promised_limit"]),
            minutes=MINUTES,
            start_at=None if guide["stop"] else STARTS.get(code),
            asked_often=tuple((one["question"], one["answer"]) for one in guide["faqs"]),
            halls=tuple(_hall(one) for one in guide["places"]),
            phone=visit.settings.helpline,
        )
    )


def _part(branch: Mapping[str, Any], names: Mapping[str, str]) -> BundlePart:
    before = [names[one] for one in branch["needs"] if one in names]
    return BundlePart(
        department=branch["department_name"],
        gives=branch["result"]["name"] or branch["name"],
        promised=limit_of(branch["promised_limit"]),
        after=before[0] if before else None,
    )


def _questions(guide: Mapping[str, Any]) -> tuple[Question, ...]:
    return tuple(
        Question(
            one["code"], one["text"], tuple(Option(each["value"], each["text"]) for each in one["options"]), one["hint"]
        )
        for one in guide["questions"]
    )


def _materials(materials: Sequence[Mapping[str, Any]]) -> tuple[Material, ...]:
    """What a branch of the bundle makes nobody brings."""
    return tuple(_material(one["material"], one["need"]) for one in materials if one["given_by"] is None)


def _material(one: Mapping[str, Any], need: str) -> Material:
    origin = MaterialFrom.PROMISE if one["promise"] else ORIGINS[one["source"]]
    return Material(
        name=one["name"],
        origin=origin,
        issuer=one["issuer"] or None,
        note=one["note"] or None,
        originals=one["originals"],
        copies=one["copies"],
        perhaps=need == "perhaps",
        optional=not one["required"],
    )


def _hall(place: Mapping[str, Any]) -> Hall:
    return Hall(
        name=place["name"] or place["hall"],
        address=place["address"],
        hours=place["hours"],
        phone=place["phone"] or None,
    )


def _fee_words(guide: Mapping[str, Any]) -> str | None:
    return "；".join(filter(None, (one["note"] or one["basis"] for one in guide["fees"]))) or None
