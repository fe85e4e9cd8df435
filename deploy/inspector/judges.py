"""Who judges a city: its manifests as they are applied, and the recipe of the image that they run."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
import kubernetes_validate
import yaml

from inspector import schemas, tools
from inspector.errors import InspectionError
from inspector.rendering import ROOT, Manifest, beside_python

DAYS = Path(__file__).with_name("alerts.yaml")
CONTAINERFILE = ROOT / "deploy" / "image" / "Containerfile"


@dataclass(frozen=True)
class City:
    manifests: tuple[Manifest, ...]
    recipe: str


@dataclass(frozen=True)
class Finding:
    judge: str
    rule: str
    """Stable: exceptions name it."""
    place: str
    text: str


Judge = Callable[[City], list[Finding]]


def city_of(manifests: tuple[Manifest, ...]) -> City:
    return City(manifests, CONTAINERFILE.read_text())


def place_of(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def kubernetes(city: City) -> list[Finding]:
    """What Kubernetes itself defines, strictly: a field that it does not know is a mistake."""
    found = []
    for manifest in city.manifests:
        if schemas.is_custom(manifest):
            continue
        try:
            kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
        except kubernetes_validate.ValidationError as error:
            path = "/".join(str(part) for part in error.path)
            found.append(Finding("kubernetes", "schema", place_of(manifest), f"{path}: {error.message}"))
    return found


def operators(city: City) -> list[Finding]:
    """What operators define, by the schemas they publish; a field that these do not know is a mistake here too."""
    found = []
    for manifest in filter(schemas.is_custom, city.manifests):
        schema = schemas.schema_of(manifest)
        if schema is None:
            found.append(
                Finding("operators", "unknown", place_of(manifest), f"nobody defines {manifest['apiVersion']}")
            )
            continue
        for error in jsonschema.Draft202012Validator(schema).iter_errors(manifest):
            path = "/".join(str(part) for part in error.path)
            found.append(Finding("operators", "schema", place_of(manifest), f"{path}: {error.message}"[:300]))
    return found


def checkov(city: City) -> list[Finding]:
    """Good practice of workloads, and of the image's recipe."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "city.yaml").write_text(yaml.safe_dump_all(city.manifests))
        (Path(folder) / "Dockerfile").write_text(city.recipe)
        command = [str(tools.program("checkov")), "-d", folder, "--framework", "kubernetes", "dockerfile", "--compact"]
        quiet = {**os.environ, "LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(  # noqa: S603
            [*command, "--quiet", "--skip-download", "-o", "json"],
            env=quiet,
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        raise InspectionError(f"checkov said nothing that can be read: {done.stderr[-500:]}") from None
    return [
        Finding("checkov", failed["check_id"], failed["resource"], failed["check_name"])
        for report in (reports if isinstance(reports, list) else [reports])
        for failed in report.get("results", {}).get("failed_checks", [])
    ]


def promtool(city: City) -> list[Finding]:
    """Alert rules as Prometheus reads them, and what rings on a bad day and on a good one (`alerts.yaml`)."""
    found = []
    for manifest in city.manifests:
        if manifest["kind"] != "PrometheusRule":
            continue
        with TemporaryDirectory() as folder:
            (Path(folder) / "rules.yaml").write_text(yaml.safe_dump(manifest["spec"]))
            (Path(folder) / "days.yaml").write_text(DAYS.read_text())
            for words in (
                ["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"],
                ["test", "rules", "days.yaml"],
            ):
                done = subprocess.run(  # noqa: S603
                    [tools.promtool(), *words], cwd=folder, capture_output=True, text=True, check=False
                )
                if done.returncode:
                    text = (done.stderr + done.stdout).strip()
                    found.append(Finding("promtool", words[0], place_of(manifest), text))
    return found


def hadolint(city: City) -> list[Finding]:
    """The image's recipe; every level counts."""
    command = [beside_python("hadolint"), "--format", "json", "--no-color", "-"]
    done = subprocess.run(command, input=city.recipe, capture_output=True, text=True, check=False)  # noqa: S603
    return [
        Finding("hadolint", each["code"], f"Containerfile:{each['line']}", each["message"])
        for each in json.loads(done.stdout)
    ]


LIGHT: tuple[Judge, ...] = (kubernetes, hadolint)
"""They need nothing but what tests need anyway."""
JUDGES: tuple[Judge, ...] = (*LIGHT, operators, promtool, checkov)
