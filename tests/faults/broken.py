"""Databases in which one thing is wrong: the service, what it should say, the rows that make it so."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

NOW = datetime.now(UTC)
LONG_AGO, ONE = NOW - timedelta(hours=1), uuid4()
Row = tuple[str, dict[str, Any]]

BROKEN: list[tuple[str, str, list[Row]]] = [
    ("feedback", "1 events that nobody sends", [("outbox", {"created_at": LONG_AGO})]),
    ("feedback", "1 dead letters", [("dead_letter", {})]),
    (
        "feedback",
        "2 jobs that nobody does",
        [
            ("job", {"state": "waiting", "run_at": LONG_AGO}),
            ("job", {"state": "running", "lease_until": LONG_AGO}),
        ],
    ),
    ("profile", "1 jobs given up without a word", [("job", {"kind": "profile.schedule.fetch", "state": "incident"})]),
    (
        "workflow",
        "1 closed cases without an outcome",
        [("case_file", {"id": ONE, "closed_at": NOW}), ("instance", {"case_id": ONE, "ended": True})],
    ),
    (
        "workflow",
        "1 closed cases whose process runs on",
        [("case_file", {"id": ONE, "closed_at": NOW}), ("instance", {"case_id": ONE})],
    ),
    (
        "workflow",
        "1 cases whose process ended but that are not closed",
        [("case_file", {"id": ONE}), ("instance", {"case_id": ONE, "ended": True})],
    ),
    (
        "workflow",
        "1 undecided branches of closed cases",
        [
            ("case_file", {"id": ONE, "closed_at": NOW}),
            ("branch", {"case_id": ONE, "state": "accepted"}),
            ("instance", {"case_id": ONE}),
        ],
    ),
    (
        "workflow",
        "1 broken histories",
        [("case_file", {"id": ONE}), ("instance", {"case_id": ONE, "head": b"another"})],
    ),
    ("workflow", "1 steps asked twice", [("step", {"case_id": ONE, "state": state}) for state in ("waiting", "done")]),
    ("workflow", "1 tasks open twice", [("task", {"case_id": ONE, "state": "open"})] * 2),
    (
        "workflow",
        "1 tasks of ended processes",
        [("instance", {"case_id": ONE, "ended": True}), ("task", {"case_id": ONE, "state": "open"})],
    ),
    (
        "workflow",
        "2 timers and messages of ended processes",
        [
            ("instance", {"case_id": ONE, "ended": True}),
            ("timer", {"case_id": ONE}),
            ("message_subscription", {"case_id": ONE}),
        ],
    ),
    ("sharing", "1 faults in the ledger", [("ledger_line", {"shard": 0})]),
    (
        "sharing",
        "1 licences there twice for one case",
        [("licence", {"case_id": ONE, "document": document, "status": "valid"}) for document in (b"a", b"b")],
    ),
    ("sharing", "1 questions that nobody asks", [("exchange", {"state": "asked"})]),
    (
        "sharing",
        "1 readings of another department's data without a grant",
        [("exchange", {"state": "done", "reader": "one", "source": "other"})],
    ),
    (
        "sharing",
        "1 grants that nobody approved",
        [("grant_application", {"id": ONE, "state": "asked"}), ("data_grant", {"application_id": ONE})],
    ),
    ("logistics", "1 parcels with the same contents for one case", [("parcel", {"case_id": ONE})] * 2),
    ("logistics", "1 bills for the same thing", [("bill", {"case_id": ONE})] * 2),
    ("logistics", "1 bills paid twice", [("payment", {"bill_id": ONE, "state": "paid"})] * 2),
    ("logistics", "1 paid bills without a payment", [("bill", {"state": "paid"})]),
    (
        "logistics",
        "1 payments of bills that are not paid",
        [("bill", {"id": ONE, "state": "open"}), ("payment", {"bill_id": ONE, "state": "paid"})],
    ),
    (
        "logistics",
        "1 payments of another amount",
        [
            ("bill", {"id": ONE, "state": "paid", "amount": 2}),
            ("payment", {"bill_id": ONE, "state": "paid", "amount": 1}),
        ],
    ),
    ("logistics", "1 payments that the provider does not know of", [("payment", {"state": "paid"})]),
    (
        "logistics",
        "1 reported payments that were not settled",
        [
            ("payment", {"provider_no": "one", "state": "waiting"}),
            ("payment_report", {"provider_no": "one", "state": "paid"}),
        ],
    ),
    (
        "profile",
        "1 messages that say the same",
        [
            ("message", {"person_id": ONE, "case_id": ONE, "kind": "case-closed", "link": "/", "source": source})
            for source in "ab"
        ],
    ),
    ("profile", "1 cases that concern nobody", [("case_card", {})]),
    (
        "profile",
        "1 paid bills that still wait",
        [("bill_card", {"id": ONE, "state": "paid"}), ("waiting", {"id": ONE, "done": False})],
    ),
    (
        "profile",
        "1 reminders about the dead",
        [("case_card", {"id": ONE, "silenced": True}), ("reminder", {"case_id": ONE, "state": "set"})],
    ),
    ("feedback", "1 closed cases that nobody may rate", [("rated_case", {"closed_at": NOW})]),
    ("feedback", "1 invitations before the end", [("rated_case", {"id": ONE}), ("invitation", {"case_id": ONE})]),
    ("feedback", "1 ratings of nothing", [("rating", {})]),
    ("identity", "1 accounts of nobody", [("account", {})]),
    (
        "identity",
        "1 decided agreements whose question is open",
        [("step", {"request_id": ONE, "state": "open"}), ("consent", {"request_id": ONE, "state": "given"})],
    ),
    (
        "identity",
        "1 agreements that are open though their question is not",
        [("step", {"request_id": ONE, "state": "answered"}), ("consent", {"request_id": ONE, "state": "asked"})],
    ),
    (
        "identity",
        "1 sessions with two good refresh tokens",
        [("token_family", {"id": ONE}), *(("refresh_token", {"family_id": ONE, "hash": one}) for one in (b"a", b"b"))],
    ),
    ("catalog", "1 items whose present version is not published", [("item", {"current": 1})]),
    ("catalog", "1 bundles that cannot be found", [("bundle", {"current": 1})]),
    ("catalog", "1 withdrawn items and bundles that are still found", [("offer", {"kind": "item"})]),
    (
        "catalog",
        "1 items published in two versions",
        [("item_version", {"item_code": "one", "version": version, "state": "published"}) for version in (1, 2)],
    ),
    (
        "gateway",
        "1 sessions from the future",
        [("browser_session", {"created_at": NOW + timedelta(days=1), "seen_at": NOW + timedelta(days=1)})],
    ),
    ("gateway", "1 sessions seen before they began", [("browser_session", {"seen_at": LONG_AGO, "created_at": NOW})]),
]
