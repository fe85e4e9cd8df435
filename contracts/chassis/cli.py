"""`python -m svc_x serve|migrate|dead-letters ...`: every service's commands."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from socket import socket

import orjson
import uvicorn
from sqlalchemy import select

from chassis import logs
from chassis.database import open_engine
from chassis.inbox import replay
from chassis.logs import describe
from chassis.opening import open_runtime
from chassis.revisions import is_schema_sufficient
from chassis.runtime import Runtime
from chassis.service import ROLES, Service
from chassis.settings import OFFSETS, NotConfigured, Settings
from chassis.tables import DeadLetter
from chassis.transport import prepare_bus
from chassis.verification import of_every_service, verify

SCHEMA_POLL_SECONDS = 1.0


def main(service: Service, arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits with its code."""
    words = _parser(service).parse_args(arguments)
    settings = service.settings()
    logs.configure(f"svc-{service.name}", settings.log_level)
    try:
        code = _run(service, settings, words)
    except NotConfigured as error:
        sys.exit(f"svc-{service.name}: {error}")
    sys.exit(code)


def _parser(service: Service) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m svc_{service.name}", description=service.summary)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer requests and handle events")
    serve.add_argument("--roles", default=",".join(ROLES), help="api, worker, or both with a comma")
    commands.add_parser("migrate", help="create the database and bring its schema up to date")
    waiting = commands.add_parser("await-schema", help="wait until the database's schema is the one this version needs")
    waiting.add_argument("--seconds", type=float, default=600, help="give up after this long, with exit code 1")
    letters = commands.add_parser("dead-letters", help="events that could not be handled")
    letters.add_argument("action", choices=["list", "replay"])
    letters.add_argument("ids", nargs="*", type=int, help="which ones; all when none is named")
    commands.add_parser("verify", help="prove that nothing is lost, doubled or stuck; one line")
    for name in service.commands:
        commands.add_parser(name).add_argument("words", nargs=argparse.REMAINDER)
    return parser


def _run(service: Service, settings: Settings, words: argparse.Namespace) -> int:
    match words.command:
        case "serve":
            return _serve(service, settings, words.roles.split(","))
        case "migrate":
            asyncio.run(_migrate(service, settings))
            return 0
        case "await-schema":
            return asyncio.run(_await_schema(service, settings, words.seconds))
        case "dead-letters":
            return asyncio.run(_dead_letters(service, settings, words.action, words.ids))
        case "verify":
            return asyncio.run(_verify(service, settings))
        case name:
            return asyncio.run(_command(service, settings, name, words.words))


def _serve(service: Service, settings: Settings, roles: list[str]) -> int:
    port = settings.port or 8080 + OFFSETS.get(service.name, 0)
    app = service.app(settings, roles)  # type: ignore[arg-type]
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        loop="uvloop",
        http=service.protocol(app, settings) if service.protocol else "httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=75,
    )
    server = uvicorn.Server(config)
    server.run(_sockets(config, settings))
    return 0 if server.started else 1


def _sockets(config: uvicorn.Config, settings: Settings) -> list[socket] | None:
    """Where it listens besides, if anywhere; then uvicorn wants to be given all of it."""
    if settings.metrics_port is None:
        return None
    other = uvicorn.Config(config.app, host=config.host, port=settings.metrics_port, log_config=None)
    return [config.bind_socket(), other.bind_socket()]


async def _migrate(service: Service, settings: Settings) -> None:
    from chassis.migrate import migrate  # only here: its tools would weigh on every process that serves

    await prepare_bus(settings)
    await migrate(settings, service.name, service.migrations, service.metadata)


async def _await_schema(service: Service, settings: Settings, seconds: float) -> int:
    """Pods wait with this for the migration's job: a worker of a new version would fail on the old schema, event by event."""
    engine = open_engine(settings, service.name)
    last = "nothing was tried"
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if await is_schema_sufficient(engine, service.migrations):
                        return 0
                    last = "the schema is an older one"
                except Exception as error:
                    last = describe(error)
                await asyncio.sleep(SCHEMA_POLL_SECONDS)
    except TimeoutError:
        sys.stderr.write(f"svc-{service.name}: waited {seconds:g} s in vain for the schema: {last}\n")
        return 1
    finally:
        await engine.dispose()


async def _dead_letters(service: Service, settings: Settings, action: str, ids: list[int]) -> int:
    """Lists them, or handles them again; exit code 1 when one failed again."""
    async with open_runtime(service.name, settings) as runtime:
        async with runtime.sessions.transaction() as session:
            query = select(DeadLetter).where(DeadLetter.replayed_at.is_(None)).order_by(DeadLetter.id)
            letters = (await session.execute(query.where(DeadLetter.id.in_(ids)) if ids else query)).scalars().all()
        outcomes = [
            await _replayed(service, runtime, letter.id) if action == "replay" else "waiting" for letter in letters
        ]
    for letter, outcome in zip(letters, outcomes, strict=True):
        facts = {
            "id": letter.id,
            "topic": letter.topic,
            "reason": letter.reason,
            "at": letter.dead_at,
            "outcome": outcome,
        }
        sys.stdout.write(orjson.dumps({**facts, "error": letter.error}).decode() + "\n")
    return int(any(outcome.startswith("failed") for outcome in outcomes))


async def _replayed(service: Service, runtime: Runtime, letter_id: int) -> str:
    try:
        handled = await replay(runtime.sessions, service.handlers, letter_id)
    except Exception as error:
        return f"failed: {type(error).__name__}"
    return "handled" if handled else "needed nothing"


async def _verify(service: Service, settings: Settings) -> int:
    title = service.name if service.name == "gateway" else f"svc-{service.name}"
    async with open_runtime(service.name, settings) as runtime:
        return await verify(runtime, title, [*service.checks, *of_every_service(service.jobs)])


async def _command(service: Service, settings: Settings, name: str, words: list[str]) -> int:
    async with open_runtime(service.name, settings) as runtime:
        return await service.commands[name](runtime, words)
