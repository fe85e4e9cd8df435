"""Log lines say which case they are about, wherever a case is at hand."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from chassis.logs import JsonFormatter

from .city import ok


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the service logs, as it stands in its log."""
    kept = StringIO()
    handler, access = logging.StreamHandler(kept), logging.getLogger("onedoor.access")
    handler.setFormatter(JsonFormatter("svc-workflow"))
    access.addHandler(handler)
    before = access.level
    access.setLevel(logging.INFO)
    yield kept
    access.removeHandler(handler)
    access.setLevel(before)


async def test_a_request_about_a_case_says_so_whatever_its_address(city, family, lines):
    application = await family.start()
    case_id = await family.certified()
    [task] = await city.tasks("birth-registration")
    lines.truncate(0)
    clerk = city.clerk("birth-registration")

    ok(await family.mother.get(f"/cases/{case_id}"))
    ok(await clerk.post(f"/tasks/{task['id']}/claim"))
    ok(await clerk.post(f"/tasks/{task['id']}/completion", json={"decision": "receive"}))
    ok(await family.mother.get(f"/applications/{application}"))
    ok(await family.mother.get("/cases"))

    said = [json.loads(line) for line in lines.getvalue().strip("\0").splitlines()]
    assert [line.get("case_id") for line in said] == [case_id, case_id, case_id, application, None]
    assert all(line["trace_id"] and line["span_id"] and line["request_id"] for line in said)
    assert len({line["span_id"] for line in said}) == len(said)
