"""Importing any package needs no environment and opens nothing."""

import pytest

from . import importing
from .rules import ROOT

HOUSE = [
    *("contracts", "chassis", "gateway", "svc_catalog", "svc_feedback", "svc_identity", "svc_logistics", "svc_profile"),
    *("svc_sharing", "svc_workflow", "launcher", "demo"),
]
FOLDERS = [ROOT / name for name in ("contracts", "gateway", "deploy")] + sorted(ROOT.glob("svc-*"))


def test_importing_needs_nothing():
    assert importing.faults(HOUSE, FOLDERS) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("import os\nx = os.environ['DATABASE_URL']\n", "KeyError"),
        ("import socket\nsocket.create_server(('127.0.0.1', 0)).close()\n", "socket.bind"),
        ("import subprocess\nsubprocess.run(['true'])\n", "subprocess.Popen"),
        ("import tempfile\ntempfile.TemporaryFile().close()\n", "open"),
    ],
)
def test_a_module_that_needs_the_world_is_found(tmp_path, text, fault):
    package = tmp_path / "greedy"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "inner.py").write_text(text)

    (first, *_) = importing.faults(["greedy"], [tmp_path])

    assert first.startswith("greedy.inner: ")
    assert fault in first
