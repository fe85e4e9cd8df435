"""A broker that asks who is there and lets each do what the manifests say: Kafka's own authorizer, with our KafkaUsers' lists."""

from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from chassis.bus.kafka.cluster import Cluster
from launcher import kafka

PASSWORD = "p"
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
TOPIC, GROUP = 2, 3
PATTERN = {"literal": 3, "prefix": 4}
OPERATION = {"Read": 3, "Write": 4, "Describe": 8}
ALLOW = 3


class Guarded(kafka.Broker):
    """Who comes without a name may do everything: that is the tests' administrator. Others sign in, behind another port."""

    def __init__(self, data: Path, port: int, users: list[str]) -> None:
        super().__init__(data, port)
        self.guarded_port = port + 2
        accounts = " ".join(f'user_{user}="{PASSWORD}"' for user in users)
        self.additions = {
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{port + 1},GUARDED://127.0.0.1:{self.guarded_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port},GUARDED://127.0.0.1:{self.guarded_port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_PLAINTEXT",
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.guarded.plain.sasl.jaas.config": f"{LOGIN} {accounts};",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        }

    def _write(self, storage: Path) -> None:
        super()._write(storage)
        with self._properties.open("a") as properties:  # of two lines with one name the last one counts
            properties.writelines(f"{name}={value}\n" for name, value in self.additions.items())

    def open_access(self) -> Cluster:
        return Cluster(self.bootstrap_servers)

    def as_user(self, name: str) -> Cluster:
        return Cluster(
            f"127.0.0.1:{self.guarded_port}",
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="PLAIN",
            username=name,
            password=PASSWORD,
        )

    async def allow(self, users: list[dict[str, Any]]) -> None:
        """What the operator of a cluster makes of KafkaUser resources."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        await admin.start()
        try:
            for user in users:
                for acl in user["spec"]["authorization"]["acls"]:
                    for operation in acl["operations"]:
                        await _allow(admin, user["metadata"]["name"], acl["resource"], operation)
        finally:
            await admin.close()


async def _allow(admin: AIOKafkaAdminClient, user: str, resource: dict[str, str], operation: str) -> None:
    kind = {"topic": TOPIC, "group": GROUP}[resource["type"]]
    pattern = PATTERN[resource["patternType"]]
    request = CreateAclsRequest(kind, resource["name"], pattern, f"User:{user}", "*", OPERATION[operation], ALLOW)
    [(code, text)] = (await admin._send_to_controller(request)).creation_responses
    assert code == 0, text
