"""The documents others build on, made from the code: OpenAPI per service and merged, AsyncAPI, event schemas.

`python -m chassis.documents write` rewrites them under `contracts/`; `check` exits with 1 and names what differs.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import contracts.events  # noqa: F401 - declares the events
from chassis import limited
from chassis.openapi import SHARED_SCHEMAS, information
from chassis.service import Service
from contracts.event import Envelope, Event, declared_events

ROOT = Path(__file__).parents[1]
SERVICES = ("identity", "catalog", "workflow", "sharing", "logistics", "profile", "feedback")
APIS = (*SERVICES, "gateway")
"""Whose programs have a document: the gateway's own routes too."""
ABOUT = """\
Everything a front end or a department's system can ask of OneDoor, one tag a service and noun. A program calls with a
bearer token (OpenID Connect); a browser with the gateway's session cookie, which never shows a token to scripts. An operation's security
names the scopes it needs, and an empty one says that anyone may call it.

Errors are `application/problem+json` (RFC 9457): tell them apart by `type`, which never changes. Lists are paged: give
`next_cursor` back as `cursor`. A POST with an `Idempotency-Key` may be repeated safely. Times are UTC, amounts are in cents.
While a service is away the gateway answers in its place: 502, 503 with `Retry-After`, or 504. It counts what each caller asks: `RateLimit`
says what is left, and 429 with `Retry-After` how long to wait when nothing is."""
SESSION = {
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "onedoor",
        "description": "A signed-in browser's, from `/session/start`; `__Host-onedoor` where the address is HTTPS",
    },
    "SessionToken": {
        "type": "apiKey",
        "in": "header",
        "name": "x-csrf-token",
        "description": "`csrf` of `GET /session/me`, beside the cookie on whatever changes something",
    },
}
"""How the gateway lets a browser in; the services themselves see a bearer token."""
_NOT_PUBLIC = ("/health", "/operations")
_SHARED = {model.__name__ for model in SHARED_SCHEMAS}
_REFERENCE = re.compile(r"(#/components/schemas/)([^\"]+)")


def documents() -> dict[Path, str]:
    """Every generated file and what belongs in it."""
    services = {name: _load(name) for name in APIS}
    apis = {name: service.app().openapi() for name, service in services.items()}
    files: dict[Path, Any] = {ROOT / "openapi" / f"{name}.json": document for name, document in apis.items()}
    files[ROOT / "openapi" / "public.json"] = merged(apis)
    events = {
        kind: event
        for kind, event in sorted(declared_events().items())
        if event.__module__.startswith("contracts.events.")
    }
    files |= {ROOT / "events" / f"{kind}.json": _schema(event) for kind, event in events.items()}
    files[ROOT / "asyncapi.json"] = asyncapi(
        events, {name: service.handlers.events for name, service in services.items()}
    )
    return {path: json.dumps(content, ensure_ascii=False, indent=1) + "\n" for path, content in files.items()}


def merged(apis: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One document for front-end teams: every service behind the gateway, schemas and tags prefixed by their service."""
    paths: dict[str, Any] = {}
    components: dict[str, Any] = {"schemas": {}, "securitySchemes": {**SESSION}}
    tags: list[dict[str, str]] = []
    for name, document in apis.items():
        moved = _renamed(name, document)
        public = {path: operations for path, operations in moved["paths"].items() if not path.startswith(_NOT_PUBLIC)}
        for method, operation in ((method, each) for item in public.values() for method, each in item.items()):
            operation["security"] += _by_cookie(operation["security"], method)
            operation["operationId"] = f"{name}_{operation['operationId']}"
            operation["tags"] = [f"{name}: {tag}" for tag in operation["tags"]]
            _relink(name, operation)
        base = moved["servers"][0]["url"].rstrip("/")
        paths |= {base + path: operations for path, operations in public.items()}
        tags += [tag | {"name": f"{name}: {tag['name']}"} for tag in moved["tags"]]
        parts = moved["components"]
        components["schemas"] |= {_public_name(name, key): value for key, value in parts["schemas"].items()}
        components["securitySchemes"] |= parts.get("securitySchemes", {})
    components["schemas"] = _used(paths, components["schemas"])
    used = {tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "OneDoor",
            "version": "1.0.0",
            "summary": "A city's one-stop government service",
            **information("OneDoor", ABOUT, "external-public"),
        },
        "servers": [
            {"url": "/", "description": "The gateway, in production and on a local machine", "x-internal": False}
        ],
        "tags": [tag for tag in tags if tag["name"] in used],
        "paths": paths,
        "components": components,
    }
    limited.complete(document)
    return document


def _by_cookie(security: list[dict[str, list[str]]], method: str) -> list[dict[str, list[str]]]:
    """What a browser's session needs for the same: its cookie, and on changes the token that other sites cannot know."""
    token: dict[str, list[str]] = {} if method == "get" else {"SessionToken": []}
    return [{"Session": scopes, **token} for asked in security if "OneDoor" in asked for scopes in asked.values()]


def _relink(service: str, operation: dict[str, Any]) -> None:
    """Links name operations by their public ids."""
    for response in operation["responses"].values():
        if links := response.get("links"):
            response["links"] = {
                f"{service}_{name}": {**link, "operationId": f"{service}_{link['operationId']}"}
                for name, link in links.items()
            }


def _renamed(service: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with every reference as it reads beside other services' schemas."""
    text = _REFERENCE.sub(lambda found: found[1] + _public_name(service, found[2]), json.dumps(document))
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def _public_name(service: str, schema: str) -> str:
    """Errors are the same everywhere; everything else belongs to its service."""
    return schema if schema in _SHARED else service.capitalize() + schema


def _used(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas that the paths refer to, directly or by way of others."""
    found: set[str] = set()
    ahead = [paths]
    while ahead:
        named = {match[2] for match in _REFERENCE.finditer(json.dumps(ahead.pop()))} - found
        found |= named
        ahead += [schemas[name] for name in named]
    return {name: schema for name, schema in sorted(schemas.items()) if name in found}


def asyncapi(events: dict[str, type[Event]], handled: Mapping[str, Sequence[type[Event]]]) -> dict[str, Any]:
    """AsyncAPI 3: one channel a topic, one message an event; `x-handled-by` names the services that react to it."""
    channels: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for kind, event in events.items():
        channel = channels.setdefault(event.topic.replace(".", "-"), {"address": event.topic, "messages": {}})
        channel["messages"][kind] = {"$ref": f"#/components/messages/{kind}"}
        messages[kind] = _message(kind, event, handled)
    operations = {
        f"publish-{name}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "messages": [{"$ref": f"#/channels/{name}/messages/{kind}"} for kind in channel["messages"]],
        }
        for name, channel in channels.items()
    }
    info = {
        "title": "OneDoor events",
        "version": "1.0.0",
        "description": "CloudEvents 1.0 in JSON, structured mode; keyed by aggregate",
    }
    return {
        "asyncapi": "3.0.0",
        "info": info,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"Envelope": Envelope.model_json_schema()}},
    }


def _message(kind: str, event: type[Event], handled: Mapping[str, Sequence[type[Event]]]) -> dict[str, Any]:
    return {
        "name": kind,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/cloudevents+json",
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"properties": {"type": {"const": kind}, "data": {"$ref": f"./events/{kind}.json"}}},
            ]
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": "The same as `subject`: the aggregate's id"}}},
        "x-handled-by": [program(name) for name, kinds in handled.items() if event in kinds],
    }


def program(name: str) -> str:
    """What runs the API of this name."""
    return name if name == "gateway" else f"svc-{name}"


def differences() -> list[str]:
    """Files that are missing, out of date or left over."""
    wanted = documents()
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_text() != content]
    left = [path for folder in ("openapi", "events") for path in (ROOT / folder).glob("*.json") if path not in wanted]
    return sorted(str(path.relative_to(ROOT.parent)) for path in stale + left)


def write() -> None:
    wanted = documents()
    for path, content in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for folder in ("openapi", "events"):
        for path in (ROOT / folder).glob("*.json"):
            if path not in wanted:
                path.unlink()


def _schema(event: type[Event]) -> dict[str, Any]:
    schema = event.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": event.type,
        "x-topic": event.topic,
        **schema,
    }


def _load(name: str) -> Service:
    service = import_module(f"{program(name).replace('-', '_')}.main").service
    if not isinstance(service, Service):
        raise TypeError(f"svc_{name}.main.service is no Service")
    return service


def main(words: list[str]) -> int:
    match words:
        case ["write"]:
            write()
            return 0
        case ["check"]:
            stale = differences()
            sys.stdout.write("".join(f"differs from the code: {name}\n" for name in stale))
            return int(bool(stale))
        case _:
            sys.stderr.write("usage: python -m chassis.documents write|check\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
