"""What judges say and we do not follow, each with its reason: `deploy/kubernetes/exceptions.toml`."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inspector.judges import Finding
from inspector.rendering import KUBERNETES

FILE = KUBERNETES / "exceptions.toml"


@dataclass(frozen=True)
class Exemption:
    judge: str
    rule: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return (finding.judge, finding.rule) == (self.judge, self.rule)


def exemptions() -> list[Exemption]:
    with FILE.open("rb") as file:
        return [Exemption(**entry) for entry in tomllib.load(file).get("exception", [])]


def left_over(findings: Iterable[Finding], allowed: Collection[Exemption]) -> list[Finding]:
    return [finding for finding in findings if not any(exemption.covers(finding) for exemption in allowed)]


def unneeded(findings: Collection[Finding], allowed: Iterable[Exemption], asked: Collection[str]) -> list[Exemption]:
    """Exceptions from what a judge, having been asked, does not say any more: they have to go."""
    return [
        exemption
        for exemption in allowed
        if exemption.judge in asked and not any(exemption.covers(finding) for finding in findings)
    ]
