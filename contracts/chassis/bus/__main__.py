"""`python -m chassis.bus migrate`: make the embedded log's database ready."""

import argparse
import asyncio
import os

from chassis.bus.postgres_log.schema import prepare


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m chassis.bus", description=__doc__)
    parser.add_argument("command", choices=["migrate"])
    parser.parse_args()
    asyncio.run(prepare(os.environ["DATABASE_URL"]))


if __name__ == "__main__":
    main()
