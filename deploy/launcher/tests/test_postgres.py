"""The embedded server: real clusters, real connections, and what a crash leaves behind."""

import os
import signal
import stat
from pathlib import Path

import asyncpg
import pytest

from launcher import postgres
from launcher.errors import LauncherError
from launcher.ports import free_port
from launcher.postgres import PostgresError, Server

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a disguise")


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data", free_port(), durable=False)
    yield server
    server.stop()


async def ask(url: str, query: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


async def test_a_fresh_machine_gets_a_utf8_server_in_utc(server):
    server.start()

    assert await ask(server.url, "SELECT current_setting('TimeZone')") == "UTC"
    assert await ask(server.url, "SELECT current_setting('server_encoding')") == "UTF8"
    assert await ask(server.url, "SELECT lower('ÄÖ门')") == "äö门"


async def test_the_role_makes_databases_and_roles_but_is_no_superuser(server):
    server.start()
    await ask(server.url, "CREATE DATABASE elsewhere")
    await ask(server.url, "CREATE ROLE somebody")

    assert await ask(server.url, "SELECT current_setting('is_superuser')") == "off"


async def test_the_port_asks_for_the_password(server):
    server.start()
    guess = server.url.replace(server.url.split(":")[2].split("@")[0], "guess")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(guess, "SELECT 1")


async def test_secrets_and_the_socket_are_closed_to_others(server):
    server.start()
    password = server.data.with_name(server.data.name + ".password")

    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


async def test_data_stays_between_runs(server):
    server.start()
    await ask(server.url, "CREATE DATABASE kept")
    server.stop()

    server.start()

    assert await ask(server.url, "SELECT count(*) FROM pg_database WHERE datname = 'kept'") == 1


async def test_a_pid_file_left_by_a_crash_does_not_stop_a_start(server):
    server.start()
    left = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    somebody_alive = str(os.getpid())
    (server.data / "postmaster.pid").write_text("\n".join([somebody_alive, *left[1:]]))

    server.start()

    assert await ask(server.url, "SELECT 1") == 1


async def test_a_server_that_outlived_its_launcher_is_replaced(server):
    server.start()
    orphan = postmaster(server)
    server.release()  # as if the launcher had been killed
    successor = Server(server.data, server.port, durable=False)

    successor.start()

    assert postmaster(successor) != orphan
    assert await ask(successor.url, "SELECT 1") == 1
    successor.stop()


async def test_killed_backends_and_postmaster_recover(server):
    server.start()
    await ask(server.url, "CREATE DATABASE kept")
    os.kill(postmaster(server), signal.SIGKILL)
    server.stop()

    server.start()

    assert await ask(server.url, "SELECT count(*) FROM pg_database WHERE datname = 'kept'") == 1


def test_two_launchers_do_not_share_one_folder(server):
    server.start()

    with pytest.raises(PostgresError, match="another launcher"):
        Server(server.data, free_port(), durable=False).start()


def test_a_taken_port_is_said_in_one_sentence(server, tmp_path):
    server.start()
    second = Server(tmp_path / "second", server.port, durable=False)

    with pytest.raises(LauncherError, match=f"Port {server.port}, wanted by postgres, is taken"):
        second.start()
    second.stop()


def test_stopping_leaves_no_process_and_no_pid_file(server):
    server.start()
    pid = postmaster(server)

    server.stop()

    assert not Path(f"/proc/{pid}").exists()
    assert not (server.data / "postmaster.pid").exists()


async def test_a_folder_too_deep_for_a_socket_still_serves_its_port(tmp_path):
    server = Server(tmp_path / ("deep" * 25) / "data", free_port(), durable=False)
    server.start()

    assert await ask(server.url, "SELECT 1") == 1
    server.stop()


@root_only
async def test_root_without_user_namespaces_runs_it_as_nobody(tmp_path, monkeypatch):
    forbidding = tmp_path / "bin"
    forbidding.mkdir()
    (forbidding / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (forbidding / "unshare").chmod(0o755)
    monkeypatch.setenv("PATH", f"{forbidding}:{os.environ['PATH']}")
    server = Server(tmp_path / "data", free_port(), durable=False)
    try:
        server.start()
        assert await ask(server.url, "SELECT 1") == 1
        assert os.stat(f"/proc/{postmaster(server)}").st_uid == postgres.NOBODY
        assert server.data.is_relative_to("/var/lib")
    finally:
        server.erase()


async def test_erasing_leaves_nothing_behind(server, tmp_path):
    server.start()

    server.erase()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.log"]
