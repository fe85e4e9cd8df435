"""The rules of the house, as functions from sources to violations. Each is shown to bite in test_rules_bite.py."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = (
    "svc-identity",
    "svc-catalog",
    "svc-workflow",
    "svc-profile",
    "svc-sharing",
    "svc-logistics",
    "svc-feedback",
)
PACKAGES = {name: ROOT / name / name.replace("-", "_") for name in SERVICES} | {"gateway": ROOT / "gateway" / "gateway"}
SHARED = {"contracts": ROOT / "contracts" / "contracts", "chassis": ROOT / "contracts" / "chassis"}
WITH_SESSION = {"routes", "use_cases", "handlers", "queries", "rules", "models"}
PARTS_WITH_SESSION = {"prepare", "finish", "give_up"}
CALLERS = {"runtime.http", "self.runtime.http", "httpx.AsyncClient", "httpx.Client", "httpx.get", "httpx.post"}
MOST_LINES = 300
MOST_LINES_IN_FUNCTION = 40


@dataclass(frozen=True)
class Source:
    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT)) if self.path.is_relative_to(ROOT) else str(self.path)


def sources(folders: Iterable[Path]) -> Iterator[Source]:
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield Source(path, path.read_text())


def imported(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module


def foreign_imports(source: Source, allowed: str) -> list[str]:
    """No service imports another, the gateway, the launcher or the demo city."""
    rooms = {name.replace("-", "_") for name in SERVICES} | {"gateway", "launcher", "demo"}
    return [
        f"{source.name}:{line} imports {module}"
        for line, module in imported(source)
        if module.split(".")[0] in rooms - {allowed.replace("-", "_")}
    ]


def more_than_pydantic(source: Source) -> list[str]:
    """`contracts` is imported by everybody: the standard library and pydantic, nothing else."""
    import sys

    known = set(sys.stdlib_module_names) | {"pydantic", "contracts"}
    return [
        f"{source.name}:{line} imports {module}"
        for line, module in imported(source)
        if module.split(".")[0] not in known
    ]


def jose_outside_its_wrapper(source: Source) -> list[str]:
    """python-jose is used through one strict wrapper."""
    inside = source.name.startswith("contracts/chassis/jose/")
    return [
        f"{source.name}:{line} imports {module}"
        for line, module in imported(source)
        if module.split(".")[0] == "jose" and not inside
    ]


def own_transactions(source: Source) -> list[str]:
    """Transactions are opened and committed by the chassis only."""
    return [
        f"{source.name}:{number} {line.strip()}"
        for number, line in enumerate(source.text.splitlines(), 1)
        if re.search(r"\.(commit|begin|begin_nested)\(", line)
    ]


def calls_in_transaction(source: Source) -> list[str]:
    """What others answer is waited for without a transaction: in a job's `call`, and nowhere where a session is at hand."""
    rooms = {part.removesuffix(".py") for part in source.path.parts}
    places: list[ast.AST] = [source.tree] if rooms & WITH_SESSION else []
    if "jobs" in rooms:
        places += [node for node in ast.walk(source.tree) if getattr(node, "name", None) in PARTS_WITH_SESSION]
    return [
        f"{source.name}:{node.lineno} calls out"
        for place in places
        for node in ast.walk(place)
        if isinstance(node, ast.Attribute) and (node.attr == "peers" or ast.unparse(node) in CALLERS)
    ]


def environment_read(source: Source) -> list[str]:
    """Settings come through the settings model; importing needs no environment."""
    return [
        f"{source.name}:{node.lineno} reads the environment"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "getenv")
    ]


def swallowed(source: Source) -> list[str]:
    """`except Exception: pass` and its kin lose errors."""
    return [
        f"{source.name}:{node.lineno} swallows everything"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and all(isinstance(statement, ast.Pass | ast.Continue) for statement in node.body)
    ]


def printed(source: Source) -> list[str]:
    """Services log; commands write to the standard streams they mean."""
    return [
        f"{source.name}:{node.lineno} prints"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def deaf_to_cancelling(source: Source) -> list[str]:
    """`asyncio.wait_for` of Python 3.11 forgets that it was cancelled when what it waits for ends in the same turn of the loop:
    its caller goes on, and whoever cancelled it waits for ever. `async with asyncio.timeout(...)` does not."""
    return [
        f"{source.name}:{node.lineno} wait_for"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "wait_for" and ast.unparse(node.value) == "asyncio"
    ]


def bad_names(path: Path) -> list[str]:
    """Rooms are named by noun; a drawer for everything is no room."""
    wrong = {"utils", "util", "helpers", "helper", "common", "misc", "base_service", "unit_of_work"}
    return [str(path)] if path.stem in wrong else []


def too_long(source: Source) -> list[str]:
    """A file is read in one sitting, a function on one screen."""
    lines = source.text.count("\n")
    found = [f"{source.name} has {lines} lines"] if lines > MOST_LINES else []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > MOST_LINES_IN_FUNCTION and not _holds_functions(node):
                found.append(f"{source.name}:{node.lineno} {node.name} has {length} lines")
    return found


def _holds_functions(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) for inner in node.body)
