"""The screenshots' own test: a page asked for is drawn for both devices, in both languages, light and dark."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "screenshots.py"
FOLDER = Path(__file__).parents[2] / ".run" / "screenshots"


def test_a_page_is_drawn_for_both_devices_in_both_languages_light_and_dark():
    wanted = [
        FOLDER / language / f"thanks-{device}{ending}.png"
        for language in ("zh", "en")
        for device in ("phone", "desktop")
        for ending in ("", "-dark")
    ]
    for path in wanted:
        path.unlink(missing_ok=True)

    done = subprocess.run([sys.executable, SCRIPT, "thanks"], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout == "8 screenshots in .run/screenshots\n"
    assert [path.read_bytes()[:8] for path in wanted] == [b"\x89PNG\r\n\x1a\n"] * 8
