"""A body is what its document says, and an answer's document says what is answered."""

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import Field, ValidationError

from chassis.schemas import Answer, Body


class Inner(Body):
    number: int | None = None


class Thing(Body):
    number: int = Field(default=0, ge=0)
    part: float = 0
    closed: bool = False
    day: date | None = None
    at: datetime | None = None
    inner: list[Inner] = Field(default=[])
    counts: dict[str, int] = Field(default={})


@pytest.mark.parametrize(
    "body",
    [
        {"number": "1"},
        {"number": True},
        {"part": "1.5"},
        {"part": False},
        {"closed": 0},
        {"closed": "true"},
        {"day": 0},
        {"day": "0"},
        {"day": "1790000000"},
        {"at": 1_790_000_000},
        {"at": "1790000000"},
        {"at": "2026-10-12T04:00:00"},
        {"inner": [{"number": "1"}]},
        {"counts": {"a": False}},
    ],
)
def test_what_only_looks_like_the_type_is_refused(body):
    with pytest.raises(ValidationError) as refused:
        Thing.model_validate(body)

    assert refused.value.error_count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"number": 1.0},
        {"part": 1},
        {"closed": True},
        {"day": "2026-10-12"},
        {"day": date(2026, 10, 12)},
        {"at": "2026-10-12T04:00:00Z"},
        {"inner": [{"number": 1}, {"number": None}]},
    ],
)
def test_what_is_of_the_type_is_taken(body):
    assert Thing.model_validate(body)


def test_an_answers_document_names_members_as_they_are_answered():
    class Row:
        resource_code = "population"

    class RowOut(Answer):
        resource: str = Field(validation_alias="resource_code", description="The resource's code")

    written: dict[str, Any] = RowOut.model_json_schema(mode="validation")

    assert RowOut.model_validate(Row()).model_dump() == {"resource": "population"}
    assert (list(written["properties"]), written["required"]) == (["resource"], ["resource"])


def test_a_choice_of_types_is_pointed_at_by_their_names():
    class Choice(Body):
        value: str | int

    with pytest.raises(ValidationError) as refused:
        Choice.model_validate({"value": []})

    assert [error["loc"] for error in refused.value.errors()] == [("value", "str"), ("value", "int")]
