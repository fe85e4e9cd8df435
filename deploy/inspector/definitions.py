"""Fetches the definitions of operators' resources, as their makers publish them, pinned; they stay in `.tools`, not with us."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspector import tools
from inspector.errors import InspectionError

KEPT = tools.TOOLS / "definitions"


@dataclass(frozen=True)
class GoModule:
    """Definitions that lie as files in a module; `sum` as Go computes it over the whole."""

    name: str
    version: str
    sum: str
    files: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.name.replace('/', '-')}-{self.version}"

    def fetch(self, folder: Path) -> None:
        go = str(tools.program("go"))
        home = tools.TOOLS / "go"
        said = tools.run(
            [go, "mod", "download", "-json", f"{self.name}@{self.version}"],
            GOMODCACHE=str(home), GOFLAGS="-modcacherw", GOTOOLCHAIN="local",
        )  # fmt: skip
        facts = json.loads(said)
        _must_equal(self.name, facts["Sum"], self.sum)
        for file in self.files:
            shutil.copyfile(Path(facts["Dir"]) / file, folder / Path(file).name)


@dataclass(frozen=True)
class Strimzi:
    """Strimzi publishes classes, and the program that makes definitions of them."""

    version: str
    sums: tuple[tuple[str, str], ...]
    """SHA-256 by artifact."""
    classes: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"strimzi-{self.version}"

    def fetch(self, folder: Path) -> None:
        jars = []
        for artifact, wanted in self.sums:
            coordinates = f"io.strimzi:{artifact}:{self.version}"
            tools.run([
                "mvn", "-q", "-B", "dependency:copy", f"-Dartifact={coordinates}", f"-DoutputDirectory={folder}",
                f"-Dmaven.repo.local={tools.TOOLS / 'maven'}",
            ])  # fmt: skip
            jar = folder / f"{artifact}-{self.version}.jar"
            _must_equal(coordinates, hashlib.sha256(jar.read_bytes()).hexdigest(), wanted)
            jars.append(str(jar))
        made = [f"io.strimzi.api.kafka.model.{name}={folder / name}.yaml" for name in self.classes]
        command = [str(tools.java()), "-cp", ":".join(jars), "io.strimzi.crdgenerator.CrdGenerator", "--yaml"]
        tools.run([*command, *made])
        for jar in folder.glob("*.jar"):
            jar.unlink()


MODULES = (
    GoModule(
        "sigs.k8s.io/gateway-api", "v1.6.3", "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
        tuple(f"config/crd/standard/gateway.networking.k8s.io_{kind}.yaml" for kind in ("gateways", "httproutes")),
    ),
    GoModule(
        "github.com/kedacore/keda/v2", "v2.21.0", "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
        tuple(f"config/crd/bases/keda.sh_{kind}.yaml" for kind in ("scaledobjects", "triggerauthentications")),
    ),
    GoModule(
        "github.com/external-secrets/external-secrets", "v1.3.2", "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
        ("config/crds/bases/external-secrets.io_externalsecrets.yaml",),
    ),
    GoModule(
        "github.com/prometheus-operator/prometheus-operator", "v0.85.0", "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
        tuple(
            f"example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml"
            for kind in ("podmonitors", "prometheusrules")
        ),
    ),
)  # fmt: skip
STRIMZI = Strimzi(
    "1.2.0",
    (
        ("api", "566961ae5e5646a001ae91312beda5cba3a5d467e740e205e1b761754335fe4e"),
        ("crd-generator", "76bb2430e702a1e6a24c071d26c865d5e9572cbc630d176d3b912033ae23ed00"),
    ),
    ("kafka.Kafka", "nodepool.KafkaNodePool", "topic.KafkaTopic", "user.KafkaUser"),
)


def folders() -> list[Path]:
    """Where the definitions lie; what is missing is fetched first."""
    sources: list[tuple[str, Callable[[Path], None]]] = [(each.key, each.fetch) for each in MODULES]
    return [_kept(key, fetch) for key, fetch in [*sources, (STRIMZI.key, STRIMZI.fetch)]]


def _kept(key: str, fetch: Callable[[Path], None]) -> Path:
    folder = KEPT / key
    if not folder.exists():
        new = KEPT / f"{key}.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        fetch(new)
        new.rename(folder)
    return folder


def _must_equal(what: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise InspectionError(f"{what} is not what it was: {found} instead of {wanted}")
