"""Two services of the chassis and nothing else, and the events between them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import MetaData

from chassis.identifiers import new_id
from chassis.migrate import migrate
from chassis.settings import Settings
from contracts.events.workflow import BranchAccepted

SPEAKER, HEARER = "bench_speaker", "bench_hearer"
CASES = 1_000


async def furnish(settings: Settings) -> None:
    """Their databases, with what the chassis keeps there."""
    for name in (SPEAKER, HEARER):
        await migrate(settings, name, Path(__file__).with_name("migrations"), MetaData())


def events(number: int) -> list[BranchAccepted]:
    """Of the usual size, about a thousand cases in turn."""
    return [event for event, _ in zip(_endless([new_id() for _ in range(CASES)]), range(number), strict=False)]


def _endless(cases: list[UUID]) -> Iterator[BranchAccepted]:
    while True:
        for place, case in enumerate(cases):
            yield BranchAccepted(
                case_id=case,
                case_number=f"4401962026{place:06}",
                applicant_id=case,
                branch="birth-registration",
                item_code="11440196-PS-0004",
                department="114401960000000040",
                promised_due=date(2026, 12, 1),
                statutory_due=date(2026, 12, 20),
            )
