"""The whole inspection: every overlay before every judge, one line each."""

import sys
from collections.abc import Sequence

from inspector import generated, tools
from inspector.breaking import broken
from inspector.exceptions import exemptions, left_over, unneeded
from inspector.judges import JUDGES, City, Finding, Judge, city_of
from inspector.rendering import overlays, rendered


def inspect() -> int:
    """0 when nothing is to be said, else 1."""
    complaints = [f"{path} differs from the code: make contracts" for path in generated.differences()]
    tools.bring()
    cities = {name: city_of(rendered(name).manifests) for name in overlays()}
    for judge in JUDGES:
        complaints += _asked(judge, cities)
    for complaint in complaints:
        sys.stdout.write(f"{complaint}\n")
    return int(bool(complaints))


def _asked(judge: Judge, cities: dict[str, City]) -> list[str]:
    name = judge.__name__
    if not judge(broken(judge, next(iter(cities.values())))):
        return [f"{name}: finds nothing where there is something to find, so its word is worth nothing"]
    findings = {city: judge(manifests) for city, manifests in cities.items()}
    every = [finding for found in findings.values() for finding in found]
    allowed = exemptions()
    complaints = [
        f"{name}: {city}: {_words(found)}" for city in findings for found in left_over(findings[city], allowed)
    ]
    complaints += [
        f"{name}: the exception from {each.rule} is not needed any more" for each in unneeded(every, allowed, {name})
    ]
    sys.stdout.write(f"{name:<12}{_verdict(complaints, every)}; refuses a broken city\n")
    return complaints


def _verdict(complaints: Sequence[str], findings: Sequence[Finding]) -> str:
    rules = len({finding.rule for finding in findings})
    known = f", {rules} rules excepted" if rules and not complaints else ""
    return f"{len(complaints)} complaints{known}"


def _words(finding: Finding) -> str:
    return f"{finding.place}: {finding.rule}: {finding.text}"
