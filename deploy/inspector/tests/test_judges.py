"""The light judges find nothing in what we apply, and something in what is broken. The heavy ones: `make check-deploy`."""

import pytest
import yaml

from inspector.breaking import broken
from inspector.exceptions import Exemption, exemptions, left_over, unneeded
from inspector.judges import LIGHT, Finding, city_of
from inspector.rendering import overlays, rendered
from inspector.schemas import definitions_in, strict

FINDING = Finding("checkov", "CKV_1", "Deployment api", "something")


@pytest.mark.parametrize("judge", LIGHT, ids=lambda judge: judge.__name__)
@pytest.mark.parametrize("overlay", overlays())
def test_light_judges_find_nothing_and_would_find_something(judge, overlay):
    city = city_of(rendered(overlay).manifests)

    assert left_over(judge(city), exemptions()) == []
    assert judge(broken(judge, city)) != []


def test_an_exception_covers_its_rule_and_no_other():
    allowed = [Exemption("checkov", "CKV_2", "because")]

    assert left_over([FINDING], allowed) == [FINDING]
    assert left_over([FINDING], [Exemption("checkov", "CKV_1", "because")]) == []


def test_an_exception_that_nobody_needs_is_found_when_its_judge_was_asked():
    allowed = [Exemption("checkov", "CKV_2", "because")]

    assert unneeded([FINDING], allowed, {"checkov"}) == allowed
    assert unneeded([], allowed, {"hadolint"}) == []


def test_every_exception_has_a_reason():
    assert all(len(each.reason.split()) > 5 for each in exemptions())


def test_strict_schemas_close_what_is_not_said_to_be_open():
    closed = {"type": "object", "properties": {"size": {"type": "string"}}}

    assert strict(closed)["additionalProperties"] is False
    assert "additionalProperties" not in strict(closed | {"x-kubernetes-preserve-unknown-fields": True})


def test_definitions_are_found_one_by_one_and_in_a_list(tmp_path):
    one = {"kind": "CustomResourceDefinition", "metadata": {"name": "one"}}
    two = {"kind": "CustomResourceDefinition", "metadata": {"name": "two"}}
    path = tmp_path / "cluster.yaml"
    path.write_text(yaml.safe_dump_all([one, {"kind": "List", "items": [two, {"kind": "ConfigMap"}]}]))

    assert list(definitions_in(path)) == [one, two]
