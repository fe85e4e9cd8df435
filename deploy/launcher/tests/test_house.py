"""The table of programs as it stands, with throw-away programs under the names of the real ones."""

from pathlib import Path

import pytest

from launcher.errors import LauncherError
from launcher.house import House
from launcher.ports import free_house_port
from launcher.processes import OFFSETS, PREPARATIONS, PROGRAMS
from launcher.status import report
from launcher.tests.houses import HERE


def furnish(folder, programs):
    """A module under each program's name that does what `throwaway` does."""
    for program in programs:
        *packages, _ = [*program.module.split("."), "__main__"]
        place = folder.joinpath(*packages)
        place.mkdir(parents=True)
        for package in [place, *place.parents][: len(packages)]:
            (package / "__init__.py").touch()
        (place / "__main__.py").write_text(
            "import runpy, sys\nsys.argv[1:] = sys.argv[1:] or ['serve']\nrunpy.run_module('throwaway', run_name='__main__')\n"
        )
    for name in ("seed", *(preparation.removeprefix("demo.") for preparation in PREPARATIONS)):
        (folder / "demo" / f"{name}.py").touch()


def house_in(folder, **overrides) -> House:
    port = free_house_port(OFFSETS)
    environment = {
        "PYTHONPATH": f"{folder}:{HERE}",
        "DIARY": str(folder / "diary"),
        "PUBLIC_URL": "",
        "DATABASE_URL": "",
        "BUS": "",
    }
    return House(folder / "run", port, environment | overrides)


def test_a_house_comes_up_whole_and_goes_down_whole(tmp_path):
    furnish(tmp_path, PROGRAMS)
    house = house_in(tmp_path)
    house.up()
    up = report(house.run_dir)
    house.down()

    assert {program["name"] for program in up["processes"] if program["ready"]} == {
        "launcher", "preloader", "postgres", *(program.name for program in PROGRAMS),
    }  # fmt: skip
    assert report(house.run_dir) == {"running": False, "processes": []}


def test_a_house_on_kafka_has_a_broker_of_its_own_and_stops_it_last(tmp_path):
    furnish(tmp_path, PROGRAMS)
    house = house_in(tmp_path, BUS="kafka", KAFKA_BOOTSTRAP_SERVERS="")
    house.up()
    told = house.common_environment()
    [broker] = [program for program in report(house.run_dir)["processes"] if program["name"] == "kafka"]
    house.down()

    assert (broker["ready"], broker["memory_bytes"] > 50_000_000) == (True, True)
    assert told["KAFKA_BOOTSTRAP_SERVERS"] == f"127.0.0.1:{broker['port']}"
    assert not Path("/proc", str(broker["pid"])).exists()


def test_another_cluster_is_left_to_whoever_runs_it(tmp_path):
    house = house_in(tmp_path, BUS="kafka", KAFKA_BOOTSTRAP_SERVERS="kafka.example:9092")

    assert house.broker() is None
    assert house.bus() == {"BUS": "kafka"}


def test_two_houses_stand_side_by_side(tmp_path):
    houses = []
    for name in ("one", "other"):
        furnish(tmp_path / name, PROGRAMS)
        houses.append(house_in(tmp_path / name))
    try:
        for house in houses:
            house.up()
        assert [report(house.run_dir)["running"] for house in houses] == [True, True]
    finally:
        for house in houses:
            house.down()


def test_a_house_that_does_not_come_up_says_why(tmp_path):
    furnish(tmp_path, PROGRAMS)
    (tmp_path / "svc_sharing" / "__main__.py").write_text("raise SystemExit('the well is dry')")

    with pytest.raises(LauncherError, match="Preparing sharing failed: the well is dry"):
        house_in(tmp_path).up()


def test_no_two_programs_share_a_port_or_a_name():
    assert len(set(OFFSETS)) == len(OFFSETS)
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS)
