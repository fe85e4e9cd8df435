"""The embedded log from the command line; `DATABASE_URL` names the server."""

import argparse
import asyncio
import sys
from datetime import timedelta

from chassis.bus.postgres_log.link import Link
from chassis.bus.postgres_log.retention import drop_group, trim
from chassis.bus.postgres_log.schema import DATABASE, prepare
from chassis.settings import Settings


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chassis.bus", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="make database and tables where they are missing")
    trimming = commands.add_parser("trim", help="delete what all groups have read")
    trimming.add_argument("--days", type=float, default=7.0, help="and is older than this (default 7)")
    dropping = commands.add_parser(
        "drop-group", help="forget a group that will not come back, so that it holds nothing back"
    )
    dropping.add_argument("group")
    return parser.parse_args()


async def run(command: argparse.Namespace, database_url: str) -> str:
    if command.command == "migrate":
        await prepare(database_url)
        return "the event log is ready"
    link = Link(database_url, DATABASE, command.command, durable=True)
    try:
        if command.command == "trim":
            return f"{await trim(link, timedelta(days=command.days))} messages deleted"
        return "dropped" if await drop_group(link, command.group) else "no such group"
    finally:
        await link.close()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(run(arguments(), Settings().database_url)) + "\n")
