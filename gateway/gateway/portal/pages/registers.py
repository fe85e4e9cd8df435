"""What registers said, as facts with their sources."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway.portal.services import Away, Refusal, Services
from gateway.portal.views.apply import FactName, Household, Marriage, Sex
from gateway.portal.views.names import DataField, Register, known
from gateway.portal.views.parts import Fact, Source, Value

SEXES = {"F": Sex.FEMALE, "female": Sex.FEMALE, "M": Sex.MALE, "male": Sex.MALE}


@dataclass(frozen=True)
class Said:
    """One register's answer."""

    exchange: str
    source: Source
    records: tuple[Mapping[str, Any], ...]

    def value(self, field: str, record: int = 0) -> Any:
        return self.records[record].get(field) if record < len(self.records) else None

    def fact(self, label: FactName, field: str, record: int = 0) -> Fact | None:
        value = spoken(field, self.value(field, record))
        wrong_at = f"/corrections/new?exchange={self.exchange}&field={field}&record={record}"
        return None if value is None else Fact(label=label, value=value, source=self.source, wrong_at=wrong_at)


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def spoken(field: str, value: Any) -> Value:
    """A register's value as a person reads it."""
    if value is None or value == "":
        return None
    text = str(value)
    if field == "child_sex":
        return SEXES.get(text, text)
    if field == "household":
        return known(Household, text)
    try:
        if field == "born_at" and "T" in text:
            return moment(text)
        if field.endswith(("_at", "_on")):
            return date.fromisoformat(text[:10])
    except ValueError:
        return text
    return text


def said(exchange: Mapping[str, Any]) -> Said:
    register = known(Register, exchange["resource"])
    source = Source(register, exchange["source_name"], moment(exchange["retrieved_at"]))
    return Said(exchange["id"], source, tuple(exchange["records"]))


async def asked(services: Services, prefills: Iterable[Mapping[str, Any]]) -> dict[str, Said]:
    """What registers answered, by resource; those that did not are left out."""
    done = [one for one in prefills if one["state"] == "done" and one["exchange_id"]]
    answers = await asyncio.gather(*(_read(services, one["exchange_id"]) for one in done))
    return {one["resource"]: said(answer) for one, answer in zip(done, answers, strict=True) if answer is not None}


async def _read(services: Services, exchange_id: str) -> Any:
    try:
        return await services.get("sharing", f"/exchanges/{exchange_id}")
    except (Away, Refusal):
        return None


def every_field(answer: Said, record: int = 0) -> tuple[Fact, ...]:
    """A whole record, field by field, for a clerk."""
    if record >= len(answer.records):
        return ()
    fields = answer.records[record].items()
    return tuple(Fact(label=known(DataField, name), value=spoken(name, value)) for name, value in fields)


def child_facts(registers: Mapping[str, Said], record: int) -> tuple[Fact, ...]:
    deliveries = registers.get("hospital-deliveries")
    if deliveries is None:
        return ()
    wanted = ((FactName.SEX, "child_sex"), (FactName.BORN, "born_at"), (FactName.HOSPITAL, "hospital_name"))
    return tuple(filter(None, (deliveries.fact(label, field, record) for label, field in wanted)))


def parent_facts(registers: Mapping[str, Said]) -> tuple[Fact, ...]:
    population, marriage = registers.get("population"), registers.get("marriage")
    facts: list[Fact | None] = []
    if population is not None:
        facts += [population.fact(FactName.MOTHER, "name"), population.fact(FactName.MOTHERS_HOUSEHOLD, "address")]
    if marriage is not None:
        facts.append(marriage.fact(FactName.FATHER, "spouse_name"))
        state = Marriage.REGISTERED if marriage.records else Marriage.NOT_REGISTERED
        facts.append(Fact(label=FactName.MARRIAGE, value=state, source=marriage.source))
    return tuple(filter(None, facts))
