"""Proves the image's recipe where no image can be built: its steps on two minimal Debians, then every program from the result.

The recipe's stages become folders made by debootstrap; `RUN` becomes a chroot with a process table of its own. What comes out is
then run as the recipe says: as its user, on a tree that nobody can write to.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from inspector import tools
from inspector.errors import InspectionError
from inspector.rendering import ROOT
from inspector.serving import City, serve_each

SETUP = (
    "etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/ssl/certs", "usr/local/share/ca-certificates", "etc/apt/sources.list",
    "etc/apt/sources.list.d",
)  # fmt: skip
"""How this machine reaches package registries; the minimal Debian reaches them in the same way."""
STEPS = "deploy/image/install.sh"
TREE = "opt/onedoor"
TOOLS_OF_BUILDING = ("pip", "gcc", "cc", "make", "git", "curl", "pip3")
USER = "10001:10001"


def prove() -> int:
    _require()
    base = _base()
    with TemporaryDirectory(prefix="image-", dir=tools.TOOLS) as folder:
        build, final = Path(folder) / "build", Path(folder) / "final"
        for stage in (build, final):
            tools.run(["cp", "-a", str(base), str(stage)])
        before = _size(final)
        enter(build, [f"/source/{STEPS}", "build", "/source", f"/{TREE}"], source=True)
        enter(final, [f"/source/{STEPS}", "system"], source=True)
        tools.run(["cp", "-a", str(build / TREE), str(final / TREE)])
        _say(
            f"image       {_size(final) - before} MB above the base, of them {_size(final / TREE)} MB OneDoor and its packages"
        )
        _nothing_left_to_build_with(final)
        _nothing_can_be_written(final)
        with City(final, Path(folder) / "city") as city:
            serve_each(city)
    return 0


def enter(stage: Path, command: list[str], *, source: bool = False) -> None:
    """Runs a command in a stage as root, as `RUN` does; raises with its last words."""
    done = subprocess.run(chrooted(stage, command, source=source), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise InspectionError(f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-800:]}")


def chrooted(stage: Path, command: list[str], *, source: bool = False, user: str | None = None) -> list[str]:
    """With `user` the tree is read-only but for /tmp, and the user's; without, it can be written to by root."""
    steps = [
        f"mount --bind {stage} {stage}",
        f"mount -t proc proc {stage}/proc",
        f"mount --rbind /dev {stage}/dev",
        f"mount -t tmpfs tmpfs {stage}/tmp",  # noqa: S108 - the stage's own
    ]
    if source:
        steps += [
            f"mkdir -p {stage}/source",
            f"mount --bind {ROOT} {stage}/source",
            f"mount -o remount,bind,ro {stage}/source",
        ]
    if user:
        steps += [f"mount -o remount,bind,ro {stage}"]
    who = f"--userspec={user} " if user else ""
    steps.append(f'exec chroot {who}{stage} /usr/bin/env -C / "$@"')
    return [
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private",
        "sh", "-ec", "\n".join(steps), "sh", *command,
    ]  # fmt: skip


def _require() -> None:
    if os.geteuid() != 0:
        raise InspectionError("the proof makes file systems of its own, which only root may; run it as root")
    if shutil.which("debootstrap") is None:
        tools.install("debootstrap", "debootstrap")


def _base() -> Path:
    """A minimal Debian of this machine's release, made once."""
    base = tools.TOOLS / "debian"
    if not base.exists():
        _say("Making a minimal Debian in .tools, once ...")
        new = tools.TOOLS / "debian.new"
        shutil.rmtree(new, ignore_errors=True)
        new.parent.mkdir(exist_ok=True)
        release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
        tools.run(["debootstrap", "--variant=minbase", release["VERSION_CODENAME"].strip('"'), str(new)])
        for path in (Path("/") / part for part in SETUP):
            if path.exists():
                target = new / path.relative_to("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                tools.run(["cp", "-rLT", str(path), str(target)])
        for path in Path("/etc/apt/apt.conf.d").iterdir():
            if "Acquire::" in path.read_text():
                shutil.copy(path, new / "etc/apt/apt.conf.d")
        new.rename(base)
    return base


def _nothing_left_to_build_with(stage: Path) -> None:
    enter(stage, ["sh", "-c", f"! command -v {' && ! command -v '.join(TOOLS_OF_BUILDING)}"])
    enter(stage, ["sh", "-c", f"! /{TREE}/.venv/bin/python -m pip --version"])
    _say("tools       none to build or install with")


def _nothing_can_be_written(stage: Path) -> None:
    """Neither by permission (the tree is root's) nor by the mount, which the cluster makes read-only as we do here."""
    attempt = f"! touch /{TREE}/new && ! touch /etc/new && touch /tmp/new"
    command = chrooted(stage, ["sh", "-c", attempt], user=USER)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = [str(path) for path in (stage / TREE).rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]
    if done.returncode or found:
        raise InspectionError(f"the tree can be written to: {done.stderr.strip() or found[:3]}")
    _say(f"tree        read-only for user {USER}")


def _size(folder: Path) -> int:
    return int(tools.run(["du", "-sm", "--apparent-size", str(folder)]).split()[0])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
