"""The manifests say what the code needs: settings, topics, metrics, calls, connections."""

import re
from datetime import timedelta

import pytest
import yaml

from chassis.health import router as health
from chassis.retention import INBOX
from contracts.scopes import CLIENTS
from gateway import authorise as of_access
from gateway.proxy import problems as of_proxy
from gateway.proxy.problems import Problem
from inspector import events, generated, metrics, settings
from inspector.judges import DAYS
from inspector.rendering import containers_of, label_of, overlays, pod_of, rendered

POOL_OVERFLOW = 2
RELAY_AND_CONSUMER = 2
"""Connections that a worker holds beside its pool, at most."""
SPARE = 20
"""Connections for migrations, backups and people."""


@pytest.fixture(params=overlays())
def city(request):
    return rendered(request.param)


def test_what_is_made_from_the_code_is_up_to_date():
    assert generated.differences() == []


def test_an_alert_counts_what_the_house_fails_at_and_no_refusal():
    problems = [each for module in (of_proxy, of_access) for each in vars(module).values() if isinstance(each, Problem)]
    [counted] = set(re.findall(r'gateway_failures_total\{outcome=~"([^"]+)"', metrics.expressions()["GatewayFails"]))

    ours = {each.slug for each in problems if each.status >= 500 and each.status not in (501, 505)}
    assert ours >= {"service-unreachable", "not-ready"}
    assert {each.slug for each in problems if re.fullmatch(counted, each.slug)} == ours


def test_every_program_has_an_api_a_worker_and_a_migration(city):
    wanted = {(name, role) for name in events.programs() for role in ("api", "worker", "migration")}
    found = {
        (label_of(pod_of(each), "name"), label_of(pod_of(each), "component"))
        for each in city.of_kind("Deployment", "Job")
    }

    assert found >= wanted


def test_what_a_pod_is_told_is_a_setting_of_the_program_that_runs_in_it(city):
    strangers = {
        (each["metadata"]["name"], variable["name"])
        for each in city.manifests
        for container in containers_of(each)
        for variable in container.get("env", [])
        if label_of(pod_of(each), "name") not in settings.readers_of(variable["name"])
        and variable["name"] not in settings.LIBRARIES
    }

    assert strangers == set()


def test_what_all_pods_are_told_is_read_by_some_program(city):
    assert {name for name in told(city) if not settings.readers_of(name)} <= settings.LIBRARIES.keys()


def test_nothing_that_has_to_be_told_is_left_out(city):
    """What has no default, or one for a single machine only, stands in the pods of each program that reads it."""
    for deployment in city.of_kind("Deployment"):
        program = label_of(deployment, "name")
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        given = told(city).keys() | {variable["name"] for variable in container["env"]}
        missing = {each.name for each in settings.settings() if program in each.readers and each.is_local} - given
        assert missing == settings.OPTIONAL & missing, program


def test_secrets_come_from_the_vault_and_from_nowhere_else(city):
    secret = {each.name for each in settings.settings() if each.is_secret} | {"PGPASSWORD"}
    written_out = {
        variable["name"]
        for each in city.manifests
        for container in containers_of(each)
        for variable in container.get("env", [])
        if variable["name"] in secret and "secretKeyRef" not in variable.get("valueFrom", {})
    }

    assert (written_out, secret & told(city).keys()) == (set(), set())


def test_every_secret_that_a_pod_names_is_made_by_somebody(city):
    made = {each["metadata"]["name"]: keys_of(each) for each in city.of_kind("ExternalSecret")}
    made |= {each["metadata"]["name"]: {"password"} for each in city.of_kind("KafkaUser")}
    made |= {"database-ca": {"ca.crt"}, "events-cluster-ca-cert": {"ca.crt"}}  # by the operators of database and broker

    for each in city.manifests:
        for name, key in secrets_asked(each):
            assert key in made.get(name, set()), (each["metadata"]["name"], name, key)


def test_topics_are_those_that_services_declare(city):
    wanted = {name for topic in events.topics() for name in (topic, events.dead_letters_of(topic))}

    assert {each["metadata"]["name"] for each in city.of_kind("KafkaTopic")} == wanted


def test_a_program_reads_what_it_handles_and_writes_what_it_emits_and_nothing_else(city):
    allowed = {each["metadata"]["name"]: acls_of(each) for each in city.of_kind("KafkaUser")}

    for name, program in events.programs().items():
        handled = set(program.handlers.topics)
        own = {topic for topic in events.topics() if topic.split(".")[1] == name}
        group = events.group_of(name)
        assert allowed[group]["Read"] == handled | {group}
        assert allowed[group]["Write"] == own | {events.dead_letters_of(topic) for topic in handled}


def test_an_event_is_remembered_longer_than_its_topic_keeps_it(city):
    handled = {topic for program in events.programs().values() for topic in program.handlers.topics}
    kept = [
        timedelta(milliseconds=each["spec"]["config"]["retention.ms"])
        for each in city.of_kind("KafkaTopic")
        if each["metadata"]["name"] in handled
    ]

    assert kept
    assert max(kept) < INBOX


def test_no_program_can_have_more_workers_than_a_topic_has_partitions(city):
    most = max(each["spec"]["maxReplicaCount"] for each in city.of_kind("ScaledObject"))

    assert most <= events.PARTITIONS


def test_lag_is_asked_of_the_group_that_the_worker_is_in(city):
    for each in city.of_kind("ScaledObject"):
        assert each["spec"]["triggers"][0]["metadata"]["consumerGroup"] == events.group_of(label_of(each, "name"))


def test_all_pods_at_their_largest_number_fit_the_database(city):
    largest = {
        each["metadata"]["name"]: each["spec"]["maxReplicas"] for each in city.of_kind("HorizontalPodAutoscaler")
    }
    largest |= {each["metadata"]["name"]: each["spec"]["maxReplicaCount"] for each in city.of_kind("ScaledObject")}
    pool = next(int(each.default.strip("`")) for each in settings.settings() if each.name == "POOL_SIZE")
    pool = int(told(city).get("POOL_SIZE", pool)) + POOL_OVERFLOW + RELAY_AND_CONSUMER
    allowed = int(city.named("Cluster", "database")["spec"]["postgresql"]["parameters"]["max_connections"])

    assert sum((pods + 1) * pool for pods in largest.values()) + SPARE <= allowed  # one more while versions change


def test_every_metric_asked_for_is_exported():
    known = metrics.exported() | metrics.ELSEWHERE.keys()
    asked = {name: metrics.asked_for(expression) for name, expression in metrics.expressions().items()}

    assert {name: unknown for name, names in asked.items() if (unknown := names - known)} == {}
    assert all(asked.values())


def test_every_alert_rings_on_the_day_on_which_everything_goes_wrong(city):
    [rules] = city.of_kind("PrometheusRule")
    bad, good = yaml.safe_load(DAYS.read_text())["tests"]
    rung = {sample["labels"] for sample in bad["promql_expr_test"][0]["exp_samples"]}

    assert rung == {f'{{alertname="{rule["alert"]}"}}' for group in rules["spec"]["groups"] for rule in group["rules"]}
    assert good["promql_expr_test"][0]["exp_samples"] == []


def test_the_network_allows_the_calls_that_clients_may_make_and_no_others(city):
    wanted = {
        (client.removeprefix("svc-"), audience.removeprefix("svc-"))
        for client, audiences in CLIENTS.items()
        for audience in audiences
        if client.removeprefix("svc-") in events.programs()
    }
    wanted = {(client, audience) for client, audience in wanted if audience != "identity"}  # all may call identity

    assert calls(city, "ingress", "from") == wanted
    assert calls(city, "egress", "to") == wanted


def test_nothing_is_reached_unless_a_policy_says_so(city):
    policy = city.named("NetworkPolicy", "nothing")["spec"]

    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_only_the_gateway_is_routed_and_not_what_it_tells_operators(city):
    route = city.named("HTTPRoute", "door")["spec"]
    backends = {backend["name"] for rule in route["rules"] for backend in rule.get("backendRefs", [])}
    inside = [match["path"]["value"] for match in route["rules"][0]["matches"]]

    assert backends == {"gateway-api"}
    assert "backendRefs" not in route["rules"][0]
    assert all(path.path.startswith(tuple(inside)) for path in health.routes)


def test_metrics_have_a_port_of_their_own_that_only_monitoring_reaches(city):
    port = int(told(city)["METRICS_PORT"])
    pods = [each for each in city.of_kind("Deployment") if label_of(pod_of(each), "name") in events.programs()]
    ports = [{one["name"]: one["containerPort"] for one in containers_of(pod)[-1]["ports"]} for pod in pods]
    rules = [
        rule
        for policy in city.of_kind("NetworkPolicy")
        for rule in policy["spec"].get("ingress", [])
        if any(one["port"] == port for one in rule.get("ports", []))
    ]

    assert {each["metrics"] for each in ports} == {port}
    assert {each["http"] for each in ports} == {int(told(city)["PORT"])}
    assert city.named("PodMonitor", "programs")["spec"]["podMetricsEndpoints"][0]["port"] == "metrics"
    monitoring = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    assert [rule["from"] for rule in rules] == [[monitoring]]


def test_pods_are_of_the_restricted_kind(city):
    [namespace] = city.of_kind("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"

    for each in city.manifests:
        for container in containers_of(each):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "runAsNonRoot": True,
                "capabilities": {"drop": ["ALL"]},
            }


def told(city):
    """What the shared ConfigMap tells every program."""
    [found] = [each for each in city.of_kind("ConfigMap") if each["metadata"]["name"].startswith("settings-")]
    return found["data"]


def keys_of(external_secret):
    spec = external_secret["spec"]
    return set(spec.get("target", {}).get("template", {}).get("data", {})) or {
        each["secretKey"] for each in spec["data"]
    }


def acls_of(user):
    found = {"Read": set(), "Write": set(), "Describe": set()}
    for acl in user["spec"]["authorization"]["acls"]:
        for operation in acl["operations"]:
            found[operation].add(acl["resource"]["name"])
    return found


def secrets_asked(manifest):
    for container in containers_of(manifest):
        for variable in container.get("env", []):
            if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                yield reference["name"], reference["key"]
    for volume in (pod_of(manifest) or {"spec": {}})["spec"].get("volumes", []):
        for item in volume.get("secret", {}).get("items", []):
            yield volume["secret"]["secretName"], item["key"]


def calls(city, direction, end):
    """Pairs (caller, called) among programs, as policies whose name says call allow them from one side."""
    found = set()
    for policy in city.of_kind("NetworkPolicy"):
        if not policy["metadata"]["name"].startswith("call"):
            continue
        for rule in policy["spec"].get(direction, []):
            here = names_in(policy["spec"]["podSelector"])
            there = {name for peer in rule[end] for name in names_in(peer["podSelector"])}
            pairs = (
                {(a, b) for a in there for b in here}
                if direction == "ingress"
                else {(a, b) for a in here for b in there}
            )
            found |= pairs
    return found


def names_in(selector):
    if "matchLabels" in selector:
        return {selector["matchLabels"]["app.kubernetes.io/name"]}
    return set(selector["matchExpressions"][0]["values"])
