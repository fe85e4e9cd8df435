"""Names of metrics: those that programs export, and those that rules and panels ask for."""

import json
import re
from collections.abc import Iterator

import yaml
from prometheus_client import REGISTRY, Metric
from prometheus_client.registry import Collector

from gateway.proxy.counters import PoolFigures, ProxyCollector, RouteCounters
from inspector.events import programs
from inspector.rendering import KUBERNETES

SEEING = KUBERNETES / "base" / "seeing"
ELSEWHERE = {
    "kube_cronjob_status_last_successful_time": "kube-state-metrics",
    "kube_job_status_failed": "kube-state-metrics",
    "node_timex_offset_seconds": "node exporter",
    "process_cpu_seconds_total": "the client library, on Linux",
    "process_resident_memory_bytes": "the client library, on Linux",
    "up": "Prometheus itself",
}
"""What rules and panels may ask for though no program of ours declares it, and who has it."""
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
    "summary": ("_count", "_sum"),
}
_NAME = re.compile(r"\b(?:onedoor|kube|node|process)_[a-z_]+\b|\bup\b")


def exported() -> set[str]:
    """Names of all series that a program of ours can show."""
    programs()  # what they import declares what they count
    gateway = ProxyCollector(
        lambda: [RouteCounters("route")],
        lambda: [PoolFigures("service", 0, 0, 0)],
        {"problem": 0},
        lambda: {"address": 0},
    )
    return {name for collector in (REGISTRY, gateway) for metric in collected(collector) for name in names(metric)}


def collected(collector: Collector) -> Iterator[Metric]:
    yield from collector.collect()


def names(metric: Metric) -> set[str]:
    return {metric.name + suffix for suffix in SUFFIXES.get(metric.type, ("",))}


def expressions() -> dict[str, str]:
    """What is asked for, by the alert or the panel that asks."""
    rules = yaml.safe_load((SEEING / "rules.yaml").read_text())["spec"]["groups"]
    asked = {rule["alert"]: rule["expr"] for group in rules for rule in group["rules"]}
    for panel in json.loads((SEEING / "dashboard.json").read_text())["panels"]:
        for target in panel["targets"]:
            asked[f"{panel['title']} {target['refId']}"] = target["expr"]
    return asked


def asked_for(expression: str) -> set[str]:
    return set(_NAME.findall(re.sub(r'"[^"]*"', "", expression)))
