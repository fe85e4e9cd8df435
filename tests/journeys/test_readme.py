"""The README's walk is pasted into a shell, as a newcomer does it."""

import os
import re
import subprocess
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
PARENTS = {"MOTHER": "13901990032", "FATHER": "13901990031"}
"""A couple that no other journey needs: each child is applied for once."""
BRANCHES = ("birth-certificate", "birth-registration", "vaccination", "medical-insurance", "social-card")


def walk() -> str:
    blocks = re.findall(r"^```sh walk\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return "\n".join(["set -euo pipefail", *blocks])


def test_the_walk_leads_to_five_outcomes(house, tmp_path):
    environment = {**os.environ, **PARENTS, "PORT": str(house.port), "TMPDIR": str(tmp_path)}
    walked = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", walk()], env=environment, capture_output=True, text=True, timeout=300, check=False
    )

    assert (walked.returncode, walked.stderr) == (0, ""), walked.stdout
    assert [f"('{branch}', 'granted')" in walked.stdout for branch in BRANCHES] == [True] * 5
