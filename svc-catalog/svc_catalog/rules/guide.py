"""From guiding questions and answers to what one person needs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.problems import FieldProblem
from svc_catalog.schemas.bundles import Implication
from svc_catalog.schemas.elements import Elements, GuidingQuestion, Material, Option, Source


class Need(StrEnum):
    YES = "yes"
    PERHAPS = "perhaps"
    """A question that decides it has no answer yet."""
    NO = "no"


@dataclass(frozen=True)
class Settled:
    """What the answers say: the questions that are asked, what is known, what follows."""

    asked: list[GuidingQuestion]
    known: dict[str, str]
    chosen: list[Option]

    @property
    def answered(self) -> bool:
        return all(question.code in self.known for question in self.asked)

    @property
    def dropped(self) -> set[str]:
        return {branch for option in self.chosen for branch in option.drops}


def settle(questions: Sequence[GuidingQuestion], implied: Sequence[Implication], answers: Mapping[str, str]) -> Settled:
    """In the order of the questions; one is asked once the answers that it depends on are known to be so."""
    settled = Settled([], {}, [])
    for question in questions:
        if holds(question.only_if, settled.known) is Need.YES:
            settled.asked.append(question)
            value = answers.get(question.code)
            settled.chosen.extend(option for option in question.options if option.value == value)
            if value is not None:
                settled.known[question.code] = value
        for rule in implied:
            if holds(rule.given, settled.known) is Need.YES:
                for code, value in rule.then.items():
                    settled.known.setdefault(code, value)
    return settled


def holds(condition: Mapping[str, str], known: Mapping[str, str]) -> Need:
    if any(code in known and known[code] != value for code, value in condition.items()):
        return Need.NO
    return Need.YES if all(code in known for code in condition) else Need.PERHAPS


def mistaken(questions: Sequence[GuidingQuestion], answers: Mapping[str, str]) -> list[FieldProblem]:
    """Answers to questions that there are not, and answers that a question does not offer."""
    options = {question.code: {option.value for option in question.options} for question in questions}
    problems = []
    for code, value in answers.items():
        pointer = "#/answers/" + code.replace("~", "~0").replace("/", "~1")
        if code not in options:
            problems.append(FieldProblem(pointer=pointer, code="unknown-question", detail="There is no such question"))
        elif value not in options[code]:
            problems.append(FieldProblem(pointer=pointer, code="not-an-option", detail="Not one of the answers"))
    return problems


@dataclass
class Needed:
    """A material, once however many branches want it."""

    material: Material
    need: Need
    branches: list[str] = field(default_factory=list)
    given_by: str | None = None
    """The branch of the same bundle whose result it is: nobody brings it."""


def materials_of(parts: Mapping[str, Elements], known: Mapping[str, str]) -> list[Needed]:
    """What is needed for these branches, the applicant's own part first."""
    givers = {item.result.licence: branch for branch, item in parts.items() if item.result.licence}
    found: dict[tuple[str, str], Needed] = {}
    for branch, item in parts.items():
        for material in item.materials:
            need = holds(material.when, known)
            if need is Need.NO:
                continue
            giver = givers.get(material.licence) if material.source is Source.LICENCE else None
            one = found.setdefault(_identity(material), Needed(material, need, [], giver if giver != branch else None))
            one.branches.append(branch)
            one.material = _both(one.material, material)
            one.need = Need.YES if Need.YES in (one.need, need) else Need.PERHAPS
    order = [Source.APPLICANT, Source.FORM, Source.LICENCE, Source.SHARED]
    return sorted(found.values(), key=lambda one: (one.given_by is not None, order.index(one.material.source)))


def _identity(material: Material) -> tuple[str, str]:
    """Two branches mean the same thing when it has one name and one source."""
    return material.source, material.licence or material.name


def _both(one: Material, other: Material) -> Material:
    """Handed in once for all: as many originals as the most demanding branch wants, copies for each."""
    if one is other:
        return one
    return one.model_copy(
        update={
            "originals": max(one.originals, other.originals),
            "copies": one.copies + other.copies,
            "required": one.required or other.required,
            "note": one.note or other.note,
        }
    )


def questions_about(
    item: Elements, questions: Sequence[GuidingQuestion], implied: Sequence[Implication]
) -> list[GuidingQuestion]:
    """Those of a bundle's questions that decide about the item's own materials, and those that they depend on."""
    wanted = {code for material in item.materials for code in material.when}
    while True:
        more = {code for question in questions if question.code in wanted for code in question.only_if}
        more |= {code for rule in implied if wanted & rule.then.keys() for code in rule.given}
        if more <= wanted:
            return [question for question in questions if question.code in wanted]
        wanted |= more
