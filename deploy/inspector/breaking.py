"""For each judge a city that it must refuse: a judge that finds nothing there would find nothing anywhere."""

import copy
from collections.abc import Callable
from dataclasses import replace

from inspector.judges import City, Judge, checkov, hadolint, kubernetes, operators, promtool
from inspector.rendering import Manifest


def broken(judge: Judge, city: City) -> City:
    return BREAKERS[judge](city)


def _field_nobody_knows(city: City) -> City:
    deployment = _first(city, "Deployment")
    deployment["spec"]["replicaz"] = 2
    return replace(city, manifests=(deployment,))


def _partitions_in_words(city: City) -> City:
    topic = _first(city, "KafkaTopic")
    topic["spec"]["partitions"] = "twelve"
    return replace(city, manifests=(topic,))


def _privileged(city: City) -> City:
    deployment = _first(city, "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"] = True
    return replace(city, manifests=(deployment,))


def _half_an_expression(city: City) -> City:
    rules = _first(city, "PrometheusRule")
    rules["spec"]["groups"][0]["rules"][0]["expr"] = "sum by ("
    return replace(city, manifests=(rules,))


def _careless_recipe(city: City) -> City:
    return replace(city, recipe=city.recipe + "\nRUN cd /tmp && sudo apt-get install curl\n")


def _first(city: City, kind: str) -> Manifest:
    return copy.deepcopy(next(manifest for manifest in city.manifests if manifest["kind"] == kind))


BREAKERS: dict[Judge, Callable[[City], City]] = {
    kubernetes: _field_nobody_knows,
    operators: _partitions_in_words,
    checkov: _privileged,
    promtool: _half_an_expression,
    hadolint: _careless_recipe,
}
