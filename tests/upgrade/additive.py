"""What a migration may do while processes of the last release still run: add, and nothing that takes away or forbids.

One that removes what even the last release no longer used says so: `UNUSED_SINCE = "<commit>"`, of that release or an earlier one.
"""

import ast
import re
from collections.abc import Iterator

TAKES_AWAY = {"drop_column", "drop_table", "drop_constraint", "rename_table"}
FORBIDS = {"create_check_constraint", "create_foreign_key", "create_unique_constraint", "create_primary_key"}
CHANGES = {"new_column_name": "renames a column", "type_": "changes a type"}
SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|CONSTRAINT|VIEW|FUNCTION)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE"
    r"|ADD\s+CONSTRAINT|TRUNCATE)\b",
    re.IGNORECASE,
)


def faults(source: str) -> list[str]:
    """What in `upgrade` the last release's code could stumble over, with its line."""
    tree = ast.parse(source)
    upgrade = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"), None)
    if upgrade is None:
        return ["no upgrade()"]
    made = {_text(call, 0) for call in _calls(upgrade, {"create_table"})}
    return [f"line {line}: {fault}" for call in _calls(upgrade) for line, fault in _of(call, made)]


def unused_since(source: str) -> str | None:
    """The release that no longer used what this migration removes."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["UNUSED_SINCE"]:
            return str(ast.literal_eval(node.value))
    return None


def _calls(node: ast.AST, names: set[str] | None = None) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and names in (None, {inner.func.attr}):
            yield inner


def _of(call: ast.Call, made: set[str]) -> Iterator[tuple[int, str]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if name in TAKES_AWAY:
        yield call.lineno, f"{name} takes away what running processes use"
    elif name in FORBIDS and _text(call, 1) not in made:
        yield call.lineno, f"{name} forbids what running processes may write"
    elif name == "create_index" and _is(given.get("unique"), True) and _text(call, 1) not in made:
        yield call.lineno, "a unique index forbids what running processes may write"
    elif name == "alter_column":
        yield from ((call.lineno, f"alter_column {fault}") for key, fault in CHANGES.items() if key in given)
        if _is(given.get("nullable"), False):
            yield call.lineno, "alter_column requires what running processes may leave out"
    elif name == "add_column" and _text(call, 0) not in made:
        yield from ((inner.lineno, "a new column is required and has no server default") for inner in _required(call))
    elif name == "execute":
        said = " ".join(str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant))
        yield from ((call.lineno, f"SQL that says {found[0]}") for found in SQL.finditer(said))


def _required(call: ast.Call) -> Iterator[ast.Call]:
    for column in _calls(call, {"Column"}):
        given = {keyword.arg: keyword.value for keyword in column.keywords}
        if _is(given.get("nullable"), False) and "server_default" not in given:
            yield column


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _text(call: ast.Call, place: int) -> str:
    node = call.args[place] if len(call.args) > place else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
