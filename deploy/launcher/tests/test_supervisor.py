"""The whole launcher on throw-away programs: started, looked at, crashed, stopped."""

import json
import os
import signal
import stat
import urllib.request
from pathlib import Path

import asyncpg
import pytest

from launcher.processes import OTHER_CLIENTS, Program
from launcher.tests.houses import BACK, FRONT, SECRET, TestHouse


@pytest.fixture
def house(tmp_path):
    house = TestHouse(tmp_path)
    yield house
    house.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    house = TestHouse(tmp_path_factory.mktemp("house"))
    house.start()
    yield house
    house.stop()


def is_alive(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_text())  # empty when it has ended and nobody has asked how
    except FileNotFoundError:
        return False


def environment_of(house: TestHouse, program: Program) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{house.port + program.offset}/environment") as answer:
        return json.load(answer)


def test_a_first_start_migrates_then_takes_in_clients_then_serves_then_furnishes_the_city(running):
    happened = running.happened()

    assert sorted(happened[:2]) == ["migrated back", "migrated front"]
    assert happened[2:5] == ["took-in:demo-operator back", "took-in:population back", "took-in:svc-front back"]
    assert sorted(happened[5:7]) == ["served back", "served front"]
    assert happened[7] == "seeded city"


def test_clients_that_are_no_programs_have_keys_too(running):
    keys = running.run_dir / "keys"

    assert {path.name for path in keys.glob("*.pub.json")} == {
        f"{client}.pub.json" for client in ("svc-front", *OTHER_CLIENTS)
    }
    assert all((keys / f"{client}.json").exists() for client in OTHER_CLIENTS)


def test_programs_are_told_what_departments_share_with_onedoor(running):
    assert environment_of(running, FRONT)["SOCIAL_SECURITY_SECRET"] == SECRET


def test_a_registration_that_fails_ends_the_start_with_one_sentence(tmp_path):
    house = TestHouse(tmp_path, Program("back", 0, "no_such_module", registers=("bootstrap",)))
    started = house.ask("run")

    assert started.returncode == 1
    assert started.stderr.startswith("Registering back-clients failed: ")


def test_the_welcome_names_the_addresses_and_the_sign_ins(running):
    assert f"http://localhost:{running.port}/\n" in running.said()
    assert f"http://localhost:{running.port}/docs" in running.said()
    assert "a mother: 440199" in running.said()


def test_status_tells_each_program_s_port_pid_readiness_and_memory(running):
    status = running.status()

    assert [program["name"] for program in status["processes"]] == [
        "launcher",
        "preloader",
        "postgres",
        "front",
        "back",
    ]
    assert all(program["ready"] and is_alive(program["pid"]) for program in status["processes"])
    assert status["memory_bytes"] == sum(program["memory_bytes"] for program in status["processes"]) > 10_000_000


def test_status_is_a_table_for_people(running):
    table = running.ask("status").stdout.splitlines()

    assert table[0].split() == ["name", "port", "pid", "ready", "restarts", "memory"]
    assert table[4].split()[:2] == ["front", str(running.port)]


def test_programs_are_told_the_addresses_the_keys_and_a_database_that_answers(running):
    environment = environment_of(running, FRONT)

    assert environment["BACK_URL"] == f"http://127.0.0.1:{running.port + 1}"
    assert environment["PUBLIC_URL"] == f"http://localhost:{running.port}"
    assert json.loads(Path(environment["CLIENT_KEY_FILE"]).read_text())["d"]
    assert "d" not in json.loads(Path(environment["CLIENT_KEYS_DIR"], "svc-front.pub.json").read_text())
    assert "CLIENT_KEY_FILE" not in environment_of(running, BACK)


async def test_the_database_the_programs_are_told_of_answers(running):
    connection = await asyncpg.connect(environment_of(running, FRONT)["DATABASE_URL"])

    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


def test_secrets_are_readable_by_their_owner_only(running):
    keys = running.run_dir / "keys"

    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_a_second_run_in_the_same_folder_is_refused_in_one_sentence(running):
    second = running.ask("run")

    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"already runs in {running.run_dir}" in second.stderr


def test_a_command_runs_with_the_environment_of_the_house(running):
    told = running.ask("exec", "--as", "front", "--", "sh", "-c", "echo $PORT $CLIENT_KEY_FILE $BACK_URL")

    assert told.stdout.split() == [
        str(running.port), f"{running.run_dir}/keys/svc-front.json", f"http://127.0.0.1:{running.port + 1}",
    ]  # fmt: skip


def test_migrations_run_beside_a_running_house(running):
    before = len(running.happened())

    assert running.ask("migrate").returncode == 0
    assert sorted(running.happened()[before:]) == ["migrated back", "migrated front"]


def test_logs_of_an_unknown_program_name_those_there_are(running):
    asked = running.ask("logs", "nobody")

    assert asked.returncode == 1
    assert "back, back-clients, demo.keys, front, keys" in asked.stderr


def test_a_crashed_program_is_started_again_visibly(running):
    crashed = running.program("back")["pid"]
    os.kill(crashed, signal.SIGKILL)

    running.wait_for(lambda: running.program("back")["ready"] and running.program("back")["pid"] != crashed)

    assert running.program("back")["restarts"] == 1
    assert "back was ended by SIGKILL" in running.said()
    assert "back was ended by SIGKILL" in (running.run_dir / "logs/launcher.log").read_text()


def test_a_crashed_database_is_started_again(running):
    crashed = running.program("postgres")["pid"]
    os.kill(crashed, signal.SIGKILL)

    running.wait_for(lambda: running.program("postgres")["ready"] and running.program("postgres")["pid"] != crashed)

    assert running.ask("migrate").returncode == 0


def test_ctrl_c_stops_everything_from_the_front_to_the_back(house):
    house.start()
    pids = [program["pid"] for program in house.status()["processes"]]

    assert house.stop(signal.SIGINT) == 0

    assert not any(is_alive(pid) for pid in pids)
    assert house.happened()[-2:] == ["left front", "left back"]
    assert house.status() == {"running": False, "processes": []}


def test_a_second_start_keeps_the_data_and_the_keys_and_furnishes_nothing(house):
    house.start()
    key = (house.run_dir / "keys/sealing.key").read_text()
    assert house.ask("stop").stdout == "Stopped.\n"
    house.process.wait()
    house.start()

    assert (house.run_dir / "keys/sealing.key").read_text() == key
    assert house.happened().count("seeded city") == 1


def test_reset_asks_and_takes_silence_for_no(house):
    house.start()
    refused = house.ask("reset")

    assert refused.returncode == 1
    assert refused.stderr == "Nothing was erased.\n"
    assert house.status()["running"]


def test_reset_stops_and_erases_when_told_so(house):
    house.start()

    assert house.ask("reset", stdin="y\n").returncode == 0
    assert not house.run_dir.exists()


def test_a_killed_launcher_leaves_nothing_running_and_can_be_started_again(house):
    house.start()
    pids = [program["pid"] for program in house.status()["processes"]]
    house.process.kill()
    house.process.wait()
    house.start()

    assert not any(is_alive(pid) for pid in pids)


def test_a_program_that_is_deaf_to_the_first_request_is_ended_by_a_second(tmp_path):
    house = TestHouse(tmp_path, Program("deaf", 0, "throwaway", ("deaf",)))
    house.start()
    house.process.send_signal(signal.SIGTERM)
    house.wait_for(lambda: "Stopping" in house.said())

    assert house.stop(signal.SIGTERM) == 0
    assert "deaf did not stop when asked and was ended" in house.said()


def test_a_program_that_cannot_start_ends_the_start_with_one_sentence(tmp_path):
    house = TestHouse(tmp_path, FRONT, Program("missing", 1, "no_such_module"))
    started = house.ask("run")

    assert started.returncode == 1
    assert started.stderr.count("\n") == 1
    assert "missing does not become ready; its last words:" in started.stderr
    assert "No module named no_such_module" in started.stderr
    assert house.happened()[-1] == "left front"


def test_a_failing_migration_ends_the_start_with_one_sentence(tmp_path):
    house = TestHouse(tmp_path, Program("missing", 0, "no_such_module", migrates=True))
    started = house.ask("run")

    assert started.returncode == 1
    assert started.stderr.startswith("Preparing missing failed: ")


def test_a_taken_port_is_named_with_a_way_out(running, tmp_path):
    house = TestHouse(tmp_path)
    started = house.ask("--port", str(running.port - 1), "run")

    assert started.returncode == 1
    assert started.stderr.startswith(f"Port {running.port}, wanted by back, is taken by another program")


def test_another_database_is_used_when_named(tmp_path, database_server):
    house = TestHouse(tmp_path, DATABASE_URL=database_server)
    house.start()

    assert environment_of(house, FRONT)["DATABASE_URL"] == database_server
    assert [program["name"] for program in house.status()["processes"]] == ["launcher", "preloader", "front", "back"]
    assert "DATABASE_URL names a server of yours" in house.ask("reset", "--yes").stderr
    house.stop()


def test_migrations_run_without_a_house(house):
    assert house.ask("migrate").returncode == 0
    assert sorted(house.happened()) == ["migrated back", "migrated front"]


def test_a_killed_preloader_is_replaced_while_its_programs_go_on(house):
    house.start()
    back, preloader = house.program("back")["pid"], house.program("preloader")["pid"]
    os.kill(preloader, signal.SIGKILL)
    house.wait_for(lambda: house.program("preloader")["pid"] not in {preloader, None})

    assert house.program("back")["pid"] == back
    assert "preloader was ended by SIGKILL" in house.said()


def test_a_program_killed_together_with_the_preloader_comes_back_with_the_next(house):
    house.start()
    before = [house.program(name)["pid"] for name in ("preloader", "back")]
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    house.wait_for(lambda: house.program("back")["ready"] and house.program("back")["pid"] != before[1])
    assert [house.program(name)["restarts"] for name in ("preloader", "back", "front")] == [1, 1, 0]


def test_what_was_prepared_is_not_prepared_again_unless_something_has_changed(house):
    def prepared_at_a_start() -> int:
        before = len(house.happened()) if house.diary.exists() else 0
        house.start()
        house.stop()
        return len([event for event in house.happened()[before:] if event.startswith(("migrated", "took-in"))])

    assert [prepared_at_a_start() for _ in range(2)] == [5, 0]

    house.programs = (FRONT, BACK, Program("side", 2, "throwaway", ("serve",), migrates=True))
    assert [prepared_at_a_start() for _ in range(2)] == [6, 0]
