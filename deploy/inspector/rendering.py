"""What an operations team applies: the overlays of `deploy/kubernetes/municipalities`, rendered."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inspector.errors import InspectionError

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = KUBERNETES / "municipalities"
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """One overlay, as text and as objects."""

    name: str
    text: str
    manifests: tuple[Manifest, ...]

    def of_kind(self, *kinds: str) -> list[Manifest]:
        return [manifest for manifest in self.manifests if manifest["kind"] in kinds]

    def named(self, kind: str, name: str) -> Manifest:
        [found] = [manifest for manifest in self.of_kind(kind) if manifest["metadata"]["name"] == name]
        return found


def overlays() -> list[str]:
    return sorted(path.parent.name for path in OVERLAYS.glob("*/kustomization.yaml"))


@cache
def rendered(overlay: str) -> Rendered:
    done = subprocess.run(  # noqa: S603
        [kubectl(), "kustomize", str(OVERLAYS / overlay)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InspectionError(f"{overlay} cannot be rendered: {done.stderr.strip()}")
    manifests = tuple(manifest for manifest in yaml.safe_load_all(done.stdout) if manifest)
    return Rendered(overlay, done.stdout, manifests)


def kubectl() -> str:
    return beside_python("kubectl")


def beside_python(program: str) -> str:
    """A program that a package brought into our environment, else the machine's own."""
    ours = Path(sys.executable).with_name(program)
    found = str(ours) if ours.exists() else shutil.which(program)
    if found is None:
        raise InspectionError(f"{program} is missing; `make check-deploy` brings it")
    return found


def pod_of(manifest: Manifest) -> dict[str, Any] | None:
    """The pod that a Deployment, Job or CronJob starts; nothing for any other kind."""
    match manifest["kind"]:
        case "Deployment" | "Job":
            found: dict[str, Any] = manifest["spec"]["template"]
        case "CronJob":
            found = manifest["spec"]["jobTemplate"]["spec"]["template"]
        case _:
            return None
    return found


def containers_of(manifest: Manifest) -> list[dict[str, Any]]:
    pod = pod_of(manifest)
    return [] if pod is None else [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def label_of(thing: Manifest, name: str) -> str:
    """`app.kubernetes.io/<name>` of a manifest, or of a pod."""
    return str(thing["metadata"].get("labels", {}).get(f"app.kubernetes.io/{name}", ""))
