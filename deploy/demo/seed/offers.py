"""Service items and bundles, as editors would write them into the catalogue, and the glossary."""

from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from typing import Any

from contracts.texts import texts_in
from demo.city import bundles, department, english, halls, items
from demo.city.items import Bundle, GuidingQuestion, Item, Limit
from demo.seed.onedoor import OneDoor, each

PUBLISHED = 409
"""A version that is published already cannot be reviewed or published again: nothing is left to do."""
SAME = (
    "name", "short_name", "summary", "kind", "level", "body_kind", "division", "legal_basis", "authority", "exercise",
    "case_kind", "conditions", "procedure", "quantity_limit", "cross_region", "served", "themes_person", "themes_legal",
    "channels", "bookable", "payable_online", "courier", "online", "hours", "consult_phone", "complaint_phone", "keywords",
)  # fmt: skip


async def bring_offers(onedoor: OneDoor) -> None:
    async def one_item(item: Item) -> None:
        draft = await onedoor.post("catalog", "/items", body_of(item))
        version = f"/items/{item.implementation_code}/versions/{draft['version']}"
        for step in ("review", "publication"):
            await onedoor.post("catalog", f"{version}/{step}", {}, accept=[PUBLISHED])

    await each(items(), one_item)
    await onedoor.put("catalog", "/glossary", {"terms": other_names()})
    for bundle in bundles():
        await onedoor.put("catalog", f"/bundles/{bundle.code}", bundle_body(bundle))
        await onedoor.post("catalog", f"/bundles/{bundle.code}/publication", {}, accept=[PUBLISHED])


def other_names() -> dict[str, str]:
    """What is called something, but stands in no item and no bundle."""
    offered = {text for body in (*map(body_of, items()), *map(bundle_body, bundles())) for text in body["english"]}
    return {chinese: word for chinese, word in english().items() if chinese not in offered}


def body_of(item: Item) -> dict[str, Any]:
    return _with_english(_item(item))


def bundle_body(bundle: Bundle) -> dict[str, Any]:
    return _with_english(_bundle(bundle))


def _with_english(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"english": {text: english()[text] for text in texts_in(body) if text in english()}}


def _item(item: Item) -> dict[str, Any]:
    return {
        **{name: getattr(item, name) for name in SAME},
        "implementation_code": item.implementation_code,
        "slug": item.code,
        "department": item.body.code,
        "department_name": item.body.name,
        "co_departments": [department(key).code for key in item.co_departments],
        "statutory_limit": asdict(item.statutory),
        "promised_limit": asdict(item.promised),
        "special_procedures": [asdict(procedure) for procedure in item.special_procedures],
        "result": asdict(item.result),
        "fee": asdict(item.fee),
        "materials": [asdict(material) for material in item.materials],
        "faqs": [asdict(faq) for faq in item.faqs],
        "places": _places(item.places),
        "visits": 0 if item.online and item.courier else 1,
    }


def _bundle(bundle: Bundle) -> dict[str, Any]:
    lead = department(bundle.lead_department)
    return {
        "name": bundle.name,
        "summary": bundle.summary,
        "life_event": bundle.life_event,
        "audience": bundle.audience,
        "served": bundle.served,
        "themes_person": bundle.themes_person,
        "themes_legal": bundle.themes_legal,
        "lead_department": lead.code,
        "lead_department_name": lead.name,
        "process": bundle.process or None,
        "branches": [{"branch": code, "item": code, "needs": bundle.needs.get(code, [])} for code in bundle.items],
        "promised_limit": _limit(bundle.promised),
        "before_after": bundle.before_after,
        "keywords": bundle.keywords,
        "places": _places(bundle.places),
        "questions": [_question(question) for question in bundle.questions],
        "implied": [{"given": one["if"], "then": one["then"]} for one in bundle.implied],
        "faqs": [asdict(faq) for faq in bundle.faqs],
    }


def _question(question: GuidingQuestion) -> dict[str, Any]:
    options = [
        {
            "value": option.value,
            "text": option.text,
            "note": option.note,
            "stop": option.stop,
            "drops": option.drops_items,
        }
        for option in question.options
    ]
    return {**asdict(question), "options": options}


def _limit(limit: Limit) -> dict[str, Any]:
    return asdict(limit)


@cache
def _halls() -> dict[str, dict[str, str]]:
    return {
        hall.code: {
            "hall": hall.code.lower(),
            "name": hall.name,
            "address": hall.address,
            "hours": hall.hours,
            "phone": hall.phone,
        }
        for hall in halls()
    }


def _places(codes: Iterable[str]) -> list[dict[str, str]]:
    return [_halls()[code] for code in codes]
