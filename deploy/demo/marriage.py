"""云溪市民政局: marriages (婚姻登记), shared as a view of its own PostgreSQL database.

`python -m demo.marriage` makes or refreshes the database, the view and the role that may read it, and ends.
"""

import asyncio
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from demo import city
from demo.base.keys import secret
from demo.base.settings import read_settings

DATABASE, READER = "demo_marriage", "demo_marriage_reader"
LOCK = 440199
SCHEMA = """
CREATE TABLE IF NOT EXISTS marriage (
    certificate_no text PRIMARY KEY,
    husband_name text NOT NULL,
    husband_number text NOT NULL,
    wife_name text NOT NULL,
    wife_number text NOT NULL,
    registered_on date NOT NULL,
    office text NOT NULL,
    state text NOT NULL CHECK (state IN ('married', 'divorced')),
    entered_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS marriage_of_husband ON marriage (husband_number);
CREATE INDEX IF NOT EXISTS marriage_of_wife ON marriage (wife_number);
CREATE OR REPLACE VIEW v_marriage AS
    SELECT certificate_no, husband_name, husband_number, wife_name, wife_number, registered_on, office, state
    FROM marriage;
"""
RIGHTS = f"""
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {READER};
GRANT CONNECT ON DATABASE {DATABASE} TO {READER};
GRANT USAGE ON SCHEMA public TO {READER};
GRANT SELECT ON v_marriage TO {READER};
ALTER ROLE {READER} IN DATABASE {DATABASE} SET default_transaction_read_only = on;
ALTER ROLE {READER} IN DATABASE {DATABASE} SET statement_timeout = '5s';
"""
UPSERT = """
INSERT INTO marriage
    (certificate_no, husband_name, husband_number, wife_name, wife_number, registered_on, office, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (certificate_no) DO NOTHING
"""


async def make_marriages(server: str, password: str) -> None:
    """`server`: the URL of a role that may create databases and roles."""
    connection = await asyncpg.connect(server)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await _make_database_and_role(connection, password)
        await _make_view(database_url(server))
    finally:
        await connection.close()


def database_url(server: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))


async def _make_database_and_role(connection: asyncpg.Connection, password: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
        await connection.execute(f"CREATE DATABASE {DATABASE}")
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", READER):
        await connection.execute(f"CREATE ROLE {READER} LOGIN")
    quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
    await connection.execute(f"ALTER ROLE {READER} PASSWORD {quoted}")


async def _make_view(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        async with connection.transaction():
            await connection.execute(SCHEMA + RIGHTS)
            await connection.executemany(UPSERT, _rows())
    finally:
        await connection.close()


def _rows() -> list[tuple[object, ...]]:
    names = {resident.number: resident.name for resident in city.residents()}
    return [
        (m.certificate_no, names[m.husband_number], m.husband_number, names[m.wife_number], m.wife_number,
         m.registered_on, m.office, m.state)
        for m in city.marriages()
    ]  # fmt: skip


def main() -> None:
    settings = read_settings(0)
    server = settings.environment.get("DATABASE_URL")
    if not server:
        raise SystemExit("DATABASE_URL is needed: a server where the role may create databases and roles.")
    asyncio.run(make_marriages(server, secret(settings, "marriage")))


if __name__ == "__main__":
    main()
