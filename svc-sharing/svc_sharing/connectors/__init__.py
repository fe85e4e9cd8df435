"""Department systems, each spoken to as its configuration says. Nothing here knows a department by name."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import httpx
from pydantic import TypeAdapter

from svc_sharing.connectors import http, sql
from svc_sharing.connectors.config import ConnectorConfig, HttpConnector, SqlConnector
from svc_sharing.connectors.errors import ConnectorError, Down, Failed, Misread, NotReady, Refused

__all__ = [
    "ConnectorConfig",
    "ConnectorError",
    "Down",
    "Failed",
    "HttpConnector",
    "Misread",
    "NotReady",
    "Refused",
    "SqlConnector",
    "ask",
    "host_of",
    "parse_config",
]
_config: TypeAdapter[HttpConnector | SqlConnector] = TypeAdapter(ConnectorConfig)


def parse_config(stored: Mapping[str, Any]) -> HttpConnector | SqlConnector:
    return _config.validate_python(stored)


def host_of(connector: HttpConnector | SqlConnector) -> str:
    """The host that is called, in lower case and without its port."""
    return connector.host.lower() if isinstance(connector, SqlConnector) else _host_in(connector.base_url)


@lru_cache(maxsize=500)
def _host_in(address: str) -> str:
    return httpx.URL(address).host.lower()


async def ask(
    transport: httpx.AsyncBaseTransport,
    connector: HttpConnector | SqlConnector,
    secret: str,
    resource: str,
    values: Mapping[str, Any],
    hosts: Collection[str],
) -> list[dict[str, Any]]:
    """Ask for a resource; its records in our fields. Raises a ConnectorError."""
    operation = connector.operations.get(resource)
    if operation is None or host_of(connector) not in hosts:
        raise Failed("not-configured")
    if values.keys() - operation.inputs.keys() - {"reference", "number", "name"}:
        raise Failed("input-unknown")
    if any(spec.required and values.get(name) is None for name, spec in operation.inputs.items()):
        raise Failed("input-missing")
    if isinstance(connector, SqlConnector):
        return await sql.ask(connector, secret, connector.operations[resource], values)
    return await http.ask(transport, connector, secret, connector.operations[resource], values)
