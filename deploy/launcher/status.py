"""`make status`: each program's port, pid, readiness, restarts and memory, for people and for machines."""

import json
from pathlib import Path
from typing import Any

from launcher.children import answers
from launcher.memory import pss, pss_alone
from launcher.ports import is_taken
from launcher.state import ProcessState, read_state


def report(run_dir: Path) -> dict[str, Any]:
    """Memory is PSS in bytes, children included. When nothing runs, `running` is false and the list is empty."""
    state = read_state(run_dir)
    if state is None:
        return {"running": False, "processes": []}
    processes = [_describe(process) for process in state.processes]
    launcher = {"name": "launcher", "port": None, "pid": state.pid, "ready": state.phase == "ready", "restarts": 0}
    processes.insert(0, {**launcher, "memory_bytes": pss_alone(state.pid)})
    return {
        "running": True,
        "phase": state.phase,
        "url": state.url,
        "processes": processes,
        "memory_bytes": sum(process["memory_bytes"] or 0 for process in processes),
    }


def as_text(report: dict[str, Any]) -> str:
    if not report["running"]:
        return "OneDoor is not running; `make run` starts it."
    lines = [f"{'name':<16} {'port':>5} {'pid':>8} {'ready':<6} {'restarts':>8} {'memory':>10}"]
    lines += [_row(process) for process in report["processes"]]
    total = report["memory_bytes"] / 2**20
    return "\n".join([*lines, f"{report['phase']} at {report['url']}; {total:.0f} MiB of memory in all (PSS)"])


def as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2)


def _describe(process: ProcessState) -> dict[str, Any]:
    return {
        "name": process.name,
        "port": process.port,
        "pid": process.pid,
        "ready": process.pid is not None and _is_ready(process),
        "restarts": process.restarts,
        "memory_bytes": pss(process.pid) if process.pid else None,
    }


def _is_ready(process: ProcessState) -> bool:
    if process.port is None:
        return True
    return is_taken(process.port) if process.name in ("postgres", "kafka") else answers(process.port)


def _row(process: dict[str, Any]) -> str:
    memory = "-" if process["memory_bytes"] is None else f"{process['memory_bytes'] / 2**20:.1f} MiB"
    ready = "yes" if process["ready"] else "no"
    return (
        f"{process['name']:<16} {process['port'] or '-':>5} {process['pid'] or '-':>8} "
        f"{ready:<6} {process['restarts']:>8} {memory:>10}"
    )
