"""The schemas of resources that operators define, made strict: a field that is not defined is refused, not dropped in silence.

`CRDS=FOLDER` names a folder with the definitions of a cluster of yours (`kubectl get crds -o yaml`); they come first.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inspector import definitions
from inspector.rendering import Manifest

OWN = Path(__file__).with_name("own")
"""What nobody publishes where it could be fetched: only the fields that we use, in our words."""
BUILT_IN = {"apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io"}
Schema = dict[str, Any]


def is_custom(manifest: Manifest) -> bool:
    group, _, version = manifest["apiVersion"].rpartition("/")
    return bool(version) and bool(group) and group not in BUILT_IN


def schema_of(manifest: Manifest) -> Schema | None:
    return _all().get((manifest["apiVersion"], manifest["kind"]))


@cache
def _all() -> dict[tuple[str, str], Schema]:
    own = os.environ.get("CRDS")
    places = [OWN, *definitions.folders(), *([Path(own)] if own else [])]
    found: dict[tuple[str, str], Schema] = {}
    for path in (path for place in places for path in sorted(place.glob("*.yaml"))):
        for definition in definitions_in(path):
            spec = definition["spec"]
            for version in spec["versions"]:
                key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                found[key] = strict(version["schema"]["openAPIV3Schema"], top=True)
    return found


def definitions_in(path: Path) -> Iterator[Manifest]:
    """Of a file as a maker publishes it, or as a cluster lists what it has."""
    for document in yaml.safe_load_all(path.read_text()):
        for each in (document or {}).get("items", [document]):
            if each and each.get("kind") == "CustomResourceDefinition":
                yield each


def strict(schema: Schema, *, top: bool = False) -> Schema:
    """As Kubernetes means it: unknown fields are mistakes where the definition does not keep them."""
    made = {key: value for key, value in schema.items() if not key.startswith("x-kubernetes")}
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
        made["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    for key in ("properties", "patternProperties"):
        if key in schema:
            made[key] = {name: strict(each) for name, each in schema[key].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            made[key] = strict(schema[key])
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if "properties" in schema and not is_open:
        made["additionalProperties"] = False
    if top:
        made["properties"] = {**made["properties"], "metadata": {"type": "object"}}
    if made.pop("nullable", False) and "type" in made:
        made["type"] = [made["type"], "null"]
    return made
