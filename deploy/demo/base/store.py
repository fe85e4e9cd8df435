"""A department's own database: one SQLite file, made and filled when the program first starts."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Store:
    """One connection, used by one event loop. Outside `transaction` each statement stands by itself."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = wal")
        self._connection.execute("PRAGMA synchronous = normal")  # a program that is killed loses nothing; a machine may
        self._connection.execute("PRAGMA foreign_keys = on")
        os.chmod(path, 0o600)

    def one(self, statement: str, *values: Any) -> Row | None:
        row = self._connection.execute(statement, values).fetchone()
        return None if row is None else dict(row)

    def all(self, statement: str, *values: Any) -> list[Row]:
        return [dict(row) for row in self._connection.execute(statement, values)]

    def run(self, statement: str, *values: Any) -> int:
        """The number of the row that was inserted last."""
        return self._connection.execute(statement, values).lastrowid or 0

    def insert(self, table: str, row: Row) -> int:
        """`table` and the column names come from our own code only."""
        marks = ", ".join("?" * len(row))
        return self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def open_store(path: Path, schema: str, fill: Callable[[Store], None]) -> Store:
    """Tables and first rows are made together or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(path)
    with store.transaction():
        if store.one("SELECT 1 FROM sqlite_master WHERE name = 'filled'") is None:
            for statement in schema.split(";"):
                store.run(statement)
            fill(store)
            store.run("CREATE TABLE filled (at TEXT)")
    return store
