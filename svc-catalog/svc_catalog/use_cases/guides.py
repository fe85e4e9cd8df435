"""Guides of items and bundles, for everybody or by answers to the guiding questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput
from svc_catalog import queries
from svc_catalog.models import Item
from svc_catalog.rules.guide import Needed, Settled, materials_of, mistaken, questions_about, settle
from svc_catalog.schemas.bundles import Implication
from svc_catalog.schemas.elements import Elements, GuidingQuestion, Place
from svc_catalog.schemas.guides import (
    BundleGuideOut,
    FeeOut,
    ItemGuideOut,
    MaterialOut,
    OptionOut,
    QuestionOut,
)
from svc_catalog.use_cases import bundles
from svc_catalog.use_cases.items import current_of, elements_of


async def of_item(session: AsyncSession, code: str, answers: Mapping[str, str]) -> ItemGuideOut:
    """An item without questions of its own borrows those of its bundle that decide about its materials."""
    found, version = await current_of(session, code)
    item = elements_of(version)
    questions, implied = await _questions(session, found, item)
    settled = _settled(questions, implied, answers)
    parts = {found.slug or found.code: item}
    same = set(ItemGuideOut.model_fields) & set(type(item).model_fields) - {
        "questions",
        "materials",
        "places",
        "channels",
    }
    return ItemGuideOut(
        **_common(found.slug or found.code, settled, parts),
        **{name: getattr(item, name) for name in same},
    )


async def of_bundle(session: AsyncSession, code: str, answers: Mapping[str, str]) -> BundleGuideOut:
    version = await bundles.current_of(session, code)
    content = bundles.content_of(version)
    settled = _settled(content.questions, content.implied, answers)
    every = await bundles.parts_of(session, content.branches)
    kept = [part for part in every if part.branch.branch not in settled.dropped]
    parts = {part.branch.branch: part.item for part in kept}
    return BundleGuideOut(
        **_common(code, settled, parts) | {"places": content.places or _places(parts.values())},
        name=content.name,
        summary=content.summary,
        promised_limit=content.promised_limit,
        faqs=content.faqs,
        process=content.process,
        departments=len({item.department for item in parts.values()}),
        branches=[queries.branch_out(part) for part in kept],
        before_after=content.before_after,
    )


async def _questions(
    session: AsyncSession, found: Item, item: Elements
) -> tuple[Sequence[GuidingQuestion], Sequence[Implication]]:
    if item.questions or not any(material.when for material in item.materials):
        return item.questions, []
    for bundle in await queries.bundles_with(session, found):
        content = bundles.content_of(bundle)
        if questions := questions_about(item, content.questions, content.implied):
            return questions, content.implied
    return [], []


def _settled(
    questions: Sequence[GuidingQuestion], implied: Sequence[Implication], answers: Mapping[str, str]
) -> Settled:
    if errors := mistaken(questions, answers):
        raise InvalidInput(errors=errors)
    return settle(questions, implied, answers)


def _common(code: str, settled: Settled, parts: Mapping[str, Elements]) -> dict[str, Any]:
    fees = [_fee(branch, item) for branch, item in parts.items() if item.fee.charged]
    return {
        "code": code,
        "questions": [_question(question, settled.known) for question in settled.asked],
        "answered": settled.answered,
        "stop": next((option.stop for option in settled.chosen if option.stop), None),
        "notes": [option.note for option in settled.chosen if option.note],
        "materials": [_material(one) for one in materials_of(parts, settled.known)],
        "fees": fees,
        "total_fee": sum(fee.amount for fee in fees),
        "places": _places(parts.values()),
        "channels": list(dict.fromkeys(channel for item in parts.values() for channel in item.channels)),
    }


def _question(question: GuidingQuestion, known: Mapping[str, str]) -> QuestionOut:
    options = [OptionOut(value=one.value, text=one.text, stop=one.stop) for one in question.options]
    return QuestionOut(
        code=question.code, text=question.text, hint=question.hint, options=options, answer=known.get(question.code)
    )


def _material(one: Needed) -> MaterialOut:
    need = "yes" if one.need == "yes" else "perhaps"
    return MaterialOut(material=one.material, need=need, branches=one.branches, given_by=one.given_by)


def _fee(branch: str, item: Elements) -> FeeOut:
    return FeeOut(item=branch, name=item.name, amount=item.fee.amount, basis=item.fee.basis, note=item.fee.note)


def _places(items: Any) -> list[Place]:
    each = [place for item in items for place in item.places]
    return [place for at, place in enumerate(each) if place not in each[:at]]
