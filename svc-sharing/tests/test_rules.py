"""Who may read what: pure decisions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.identifiers import new_id
from svc_sharing.rules import Leave, NotAllowed, SharingType, key_text, leave_to_read, narrowed, required

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIELDS = ["address", "name", "number"]


@dataclass
class Data:
    department: str = "holder"
    sharing_type: str = SharingType.CONDITIONAL
    fields: list[str] = field(default_factory=lambda: list(FIELDS))
    withdrawn: bool = False


@dataclass
class Given:
    department: str = "reader"
    purpose: str = "newborn/prefill"
    fields: list[str] = field(default_factory=lambda: ["name"])
    expires_at: datetime = NOW + timedelta(days=1)
    revoked_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


def reason(resource: Data, grants: list[Given], reader: str | None = "reader", purpose: str = "newborn/prefill") -> str:
    with pytest.raises(NotAllowed) as refused:
        leave_to_read(resource, grants, reader, purpose, NOW)
    return refused.value.reason


def test_a_department_needs_no_grant_for_its_own_data():
    assert leave_to_read(Data(sharing_type=SharingType.NONE), [], "holder", "any", NOW).fields == set(FIELDS)


def test_what_is_shared_with_all_needs_no_grant():
    assert leave_to_read(Data(sharing_type=SharingType.UNCONDITIONAL), [], "reader", "any", NOW).grant_id is None


def test_what_is_not_shared_or_withdrawn_no_grant_opens():
    assert reason(Data(sharing_type=SharingType.NONE), [Given()]) == "not-shared"
    assert reason(Data(withdrawn=True), [Given()]) == "not-shared"


@pytest.mark.parametrize(
    ("grant", "why"),
    [
        (Given(department="other"), "grant-missing"),
        (Given(purpose="newborn/other"), "grant-missing"),
        (Given(revoked_at=NOW), "grant-missing"),
        (Given(expires_at=NOW), "grant-expired"),
        (Given(expires_at=NOW - timedelta(days=1)), "grant-expired"),
    ],
)
def test_a_grant_works_for_its_reader_purpose_and_time(grant, why):
    assert reason(Data(), [grant]) == why


def test_the_widest_live_grant_counts():
    narrow, wide = Given(), Given(fields=["name", "number"])
    gone = Given(fields=FIELDS, expires_at=NOW)

    leave = leave_to_read(Data(), [narrow, wide, gone], None, "newborn/prefill", NOW)

    assert leave == Leave(frozenset({"name", "number"}), wide.id, "reader")


def test_a_field_outside_the_grant_is_missing_the_grant():
    leave = leave_to_read(Data(), [Given()], "reader", "newborn/prefill", NOW)

    assert required(leave, ["name"]).grant_id == leave.grant_id
    with pytest.raises(NotAllowed):
        required(leave, ["name", "address"])


@given(st.lists(st.sets(st.sampled_from([*FIELDS, "income"])), max_size=5))
def test_no_grant_ever_opens_more_than_the_resource_has_or_one_grant_names(granted):
    grants = [Given(fields=sorted(fields)) for fields in granted]
    if not grants:
        assert reason(Data(), grants) == "grant-missing"
        return

    leave = leave_to_read(Data(), grants, "reader", "newborn/prefill", NOW)

    assert leave.fields <= set(FIELDS)
    assert any(leave.fields <= fields for fields in granted)
    assert all(set(record) <= leave.fields for record in narrowed([dict.fromkeys(FIELDS)], leave.fields))


def test_a_records_key_tells_records_and_resources_apart():
    twins = [{"no": "A", "order": order} for order in (1, 2)]

    texts = {key_text(resource, ["no", "order"], twin) for twin in twins for resource in ("births", "deaths")}

    assert len(texts) == 4
    assert key_text("births", ["no", "order"], {"no": "A", "order": "1"}) in texts
