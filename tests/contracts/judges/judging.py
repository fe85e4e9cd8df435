"""Each judge: from a folder of documents (laid out like `contracts/`) to what it found there."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jsonschema import Draft202012Validator

from . import workshop
from .findings import Finding

_VALUE = re.compile(r"(?:^|(?<=\}))[\[{]", re.MULTILINE)
"""Where JSON begins among lines of words: with a line, or right after another value."""
_SCHEMA = re.compile(r'"#/components/schemas/([^"]+)"')


class Broken(RuntimeError):
    """A judge could not judge; that is never a pass."""


def spectral(folder: Path) -> Iterator[Finding]:
    """The OWASP API security rules and Zalando's guidelines."""
    names = _apis(folder)
    rules = ["--ruleset", str(workshop.WORKSHOP / "spectral.yaml"), "--fail-severity", "error", "--format", "json"]
    said = _run([*workshop.tool("spectral"), "lint", *rules, *map(str, names)], folder, (0, 1))
    asked = {path.name: _asked(json.loads(path.read_text())) for path in names}
    for each in _listed(said):
        name, steps = Path(each["source"]).name, [str(step) for step in each["path"]]
        yield Finding(
            "spectral", name, each["code"], _pointer(steps), each["message"], _side(steps, asked.get(name, set()))
        )


def redocly(folder: Path) -> Iterator[Finding]:
    """Redocly's recommended rules."""
    config = ["--config", str(workshop.WORKSHOP / "redocly.yaml"), "--format", "json", "--max-problems", "10000"]
    said = _run([*workshop.tool("redocly"), "lint", *config, *map(str, _apis(folder))], folder, (0, 1))
    for each in (problem for value in _values(said) for problem in value["problems"]):
        place = each["location"][0]
        pointer = str(place.get("pointer", "")).removeprefix("#/")
        yield Finding("redocly", Path(place["source"]["ref"]).name, each["ruleId"], pointer, each["message"])


def asyncapi(folder: Path) -> Iterator[Finding]:
    """AsyncAPI's own parser, with the rules it brings."""
    command = [workshop.node(), str(workshop.WORKSHOP / "asyncapi.mjs"), str(folder / "asyncapi.json")]
    for each in _listed(_run(command, folder)):
        yield Finding("asyncapi", "asyncapi.json", str(each["code"]), _pointer(each["path"]), each["message"])


def schemas(folder: Path) -> Iterator[Finding]:
    """Event schemas are JSON Schemas of 2020-12."""
    for path in sorted((folder / "events").glob("*.json")):
        for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(json.loads(path.read_text())):
            yield Finding("schemas", path.name, str(error.validator), _pointer(error.path), error.message)


def typescript(folder: Path) -> Iterator[Finding]:
    """What openapi-typescript makes of each document compiles strictly."""
    with TemporaryDirectory(dir=workshop.WORKSHOP) as made:
        for path in _apis(folder):
            _run([*workshop.tool("openapi-typescript"), str(path), "-o", f"{made}/{path.stem}.ts"], folder)
        options = ["--strict", "--noEmit", "--pretty", "false", *sorted(map(str, Path(made).iterdir()))]
        for line in _run([*workshop.tool("tsc"), *options], folder, (0, 1, 2)).splitlines():
            place, _, words = line.partition(": ")
            if words:
                document, _, position = Path(place).name.partition("(")
                yield Finding("typescript", document, words.split(":")[0], position.rstrip(")"), words)


def breaking(folder: Path, before: Path) -> Iterator[Finding]:
    """What a client of the last release, whose documents stand in `before`, would stumble over."""
    for path in _apis(before):
        after = folder / "openapi" / path.name
        if not after.exists():
            yield Finding("breaking", path.name, "document-removed", "", "the last release had it")
            continue
        command = [workshop.oasdiff(), "breaking", str(path), str(after), "--format", "json"]
        for each in _listed(_run(command, folder)):
            place = f"{each.get('operation', '')} {each.get('path', '')}".strip()
            yield Finding("breaking", path.name, each["id"], place or each.get("section", ""), each["text"])


def _apis(folder: Path) -> list[Path]:
    found = sorted((folder / "openapi").glob("*.json"))
    if not found:
        raise Broken(f"no OpenAPI documents in {folder}")
    return found


def _run(command: list[str], folder: Path, fine: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in fine:
        raise Broken(f"{Path(command[1]).name}: exit {done.returncode}\n{(done.stderr + done.stdout)[-2000:]}")
    return done.stdout


def _values(said: str) -> Iterator[Any]:
    """The JSON objects and arrays among what a tool printed."""
    reader, at = json.JSONDecoder(), 0
    while found := _VALUE.search(said, at):
        value, at = reader.raw_decode(said, found.start())
        yield value


def _listed(said: str) -> list[Any]:
    """The entries of the arrays that a tool printed; it may also have said that there is nothing."""
    return [entry for value in _values(said) for entry in value]


def _side(steps: list[str], asked: set[str]) -> str:
    if steps[:2] == ["components", "schemas"] and len(steps) > 2:
        return "requests" if steps[2] in asked else "answers"
    return "answers" if "responses" in steps else "requests"


def _asked(document: dict[str, Any]) -> set[str]:
    """The schemas of what callers send, directly or by way of others."""
    schemas, found = document.get("components", {}).get("schemas", {}), set[str]()
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    ahead = [[operation.get("requestBody"), operation.get("parameters")] for operation in operations]
    while ahead:
        named = set(_SCHEMA.findall(json.dumps(ahead.pop()))) - found
        found |= named
        ahead += [schemas[name] for name in named if name in schemas]
    return found


def _pointer(path: Any) -> str:
    return "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)
