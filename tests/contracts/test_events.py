"""What was once published stays readable: one envelope of each event is kept as it was first said."""

import json
from typing import Any

import pytest

from contracts.event import Event, MalformedEvent, parse, wrap

from . import examples

KEPT = {path.stem: path for path in sorted(examples.FOLDER.glob("*.json"))}


def lost(before: Any, after: Any, place: str = "data") -> list[str]:
    """Places where what was said is not there any more or means something else."""
    if isinstance(before, dict) and isinstance(after, dict):
        gone = [f"{place}.{name}" for name in before if name not in after]
        return gone + [
            fault for name in before.keys() & after for fault in lost(before[name], after[name], f"{place}.{name}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [fault for old, new in zip(before, after, strict=True) for fault in lost(old, new, place)]
    return [] if before == after else [place]


def read_again(text: str) -> tuple[dict[str, Any], dict[str, Any], Event]:
    """The envelope as kept, the same said anew by today's code, and the event."""
    event = parse(text.encode())
    return json.loads(text), wrap(event, event.meta).model_dump(mode="json"), event


@pytest.mark.parametrize("kind", KEPT)
def test_an_old_event_still_says_what_it_said(kind):
    before, after, event = read_again(KEPT[kind].read_text())

    assert event.type == kind
    assert lost(before, after, "envelope") == []


def test_every_event_has_its_first_envelope_kept():
    missing = examples.events().keys() - KEPT.keys()
    assert missing == set(), "write them by `python -m tests.contracts.examples` and commit them"


def test_no_declaration_was_dropped():
    assert KEPT.keys() - examples.events().keys() == set(), "a published event stays declared; a new meaning is a v2"


def test_an_example_is_never_written_over(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "FOLDER", tmp_path)
    written = examples.write()
    (tmp_path / f"{written[0]}.json").write_text("as it was said\n")

    assert set(written) == examples.events().keys()
    assert examples.write() == []
    assert (tmp_path / f"{written[0]}.json").read_text() == "as it was said\n"


def test_a_field_that_was_taken_away_is_found():
    old = json.loads(KEPT["onedoor.workflow.card.issued.v1"].read_text())
    old["data"]["colour"] = "yellow"

    before, after, _ = read_again(json.dumps(old))

    assert lost(before, after, "envelope") == ["envelope.data.colour"]


def test_a_field_that_became_required_is_found():
    old = json.loads(KEPT["onedoor.workflow.card.issued.v1"].read_text())
    del old["data"]["reason"]

    with pytest.raises(MalformedEvent, match="reason"):
        read_again(json.dumps(old))
