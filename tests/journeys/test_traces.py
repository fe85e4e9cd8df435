"""One trace from the click to the courier, and the path of a whole case as operators see it."""

import os
import subprocess
import sys

import pytest

from launcher.house import House
from launcher.processes import PROGRAMS
from launcher.traces import Span, roots_of

from .people import until

pytestmark = pytest.mark.asyncio(loop_scope="package")
CARRIER = next(program.offset for program in PROGRAMS if program.name == "carrier")


async def kept(mishaps) -> list[Span]:
    """The case's traces, once its last piece has reached the files."""

    async def look() -> list[Span]:
        return roots_of(mishaps.house.traces, mishaps.family.case)

    return await until(look, lambda roots: [span for span in each(roots) if "case.closed" in span.name], "the traces")


def each(spans: list[Span]) -> list[Span]:
    return [one for span in spans for one in (span, *each(span.children))]


def way_to(span: Span, wanted: Span) -> list[Span]:
    """From a span down to another below it."""
    if span is wanted:
        return [span]
    below = [way for child in span.children if (way := way_to(child, wanted))]
    return [span, *below[0]] if below else []


async def test_one_trace_runs_from_the_clerk_s_click_to_the_courier(mishaps):
    roots = await kept(mishaps)
    carrier = str(mishaps.house.port + CARRIER)
    calls = [span for span in each(roots) if span.facts.get("server.port") == carrier and span.name.startswith("POST")]

    ways = [way for root in roots for call in calls if (way := way_to(root, call))]

    assert ways
    for way in ways:
        assert {span.trace for span in way} == {way[0].trace}
        assert (way[-2].service, way[-2].name) == ("logistics", "job logistics.waybill.order")
    assert ["gateway", "workflow", "logistics", "logistics", "logistics"] in [
        [one.service for one in way] for way in ways
    ]


async def test_the_mother_s_submission_reaches_the_hospital_in_one_trace(mishaps):
    roots = await kept(mishaps)

    [submitted] = [
        root for root in roots if any(span.name == "POST /cases" and span.facts["onedoor.case_id"] for span in each([root]))
        and any(span.name.startswith("handle workflow.case.submitted") for span in each([root]))
    ]  # fmt: skip

    assert submitted.service == "gateway"
    assert {span.service for span in each([submitted])} >= {
        "gateway",
        "workflow",
        "sharing",
        "profile",
        "feedback",
        "catalog",
    }


async def test_the_path_of_a_case_can_be_printed(mishaps):
    await kept(mishaps)
    by_number, by_id = (printed(mishaps.house, name) for name in (mishaps.family.case_number, mishaps.family.case))

    assert by_number.returncode == by_id.returncode == 0, by_number.stderr
    assert by_number.stdout == by_id.stdout
    lines = by_number.stdout.splitlines()
    assert mishaps.family.case_number in lines[0]
    assert any("POST carrier → 201" in line for line in lines)
    for wait in ("other party: agree", "applicant: pay (medical-insurance)", "courier: deliver"):
        assert any(f"waits for {wait}" in line for line in lines), wait
    assert any("job exchange" in line and "failed: " in line for line in lines)


async def test_of_a_case_that_is_none_nothing_is_printed(mishaps):
    asked = printed(mishaps.house, "4401962026000000000")

    assert asked.returncode == 1
    assert asked.stderr.startswith("There is no case '4401962026000000000'")


def printed(house: House, case: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RUN_DIR": str(house.run_dir), "PORT": str(house.port)} | house.overrides
    command = [sys.executable, "-m", "launcher", "trace", case]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
