"""Examples of bodies, made from their schemas: a schema's own example wins, then its values, its format, its pattern, its name."""

import re
from re import _parser as patterns  # type: ignore[attr-defined]  # the only reader of patterns there is; see `facts`
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Schema = dict[str, Any]
_DEEPEST = 8
_WORDS = {
    "action": "review",
    "branch": "birth-registration",
    "bundle_code": "newborn",
    "case_number": "440199-2026-000001",
    "code": "newborn",
    "comment": "办得很快",
    "contents": "household-book",
    "department": "11440199MB2Y00056G",
    "department_name": "云溪市公安局",
    "division": "440196",
    "email": "xiaowen@mail.example",
    "form_code": "pV1s8Qm4oXr2LwEz6KtGhA",
    "issuer": "11440199MB2Y00056G",
    "issuer_name": "云溪市公安局",
    "item_code": "11440199MB2Y00056G4440109001000",
    "kid": "2026-10",
    "name": "出生登记",
    "number": "440199-2026-000001",
    "note": "请补交结婚证",
    "outcome": "granted",
    "phone": "13900000001",
    "pick_up_code": "384210",
    "post": "household-registration",
    "purpose": "newborn/birth-registration",
    "reason": "promised-limit-passed",
    "recipient": "李晓雯",
    "resource": "population",
    "source_name": "云溪市卫生健康局",
    "state": "accepted",
    "street": "云江区听雨巷 7 号 2 栋 301",
    "subject": "0199d6f4-2c00-7a31-9e55-1f2f6f0a7c55",
    "text": "已补发证件，并向群众致歉",
    "title": "新生儿出生一件事",
    "username": "lixiaowen",
    "waybill_no": "YX2026000001",
}
_FORMATS = {
    "date": "2026-10-12",
    "date-time": "2026-10-12T04:00:00Z",
    "uri": "https://onedoor.example/",
    "email": "xiaowen@mail.example",
}


def complete(document: dict[str, Any]) -> None:
    """Gives every body that is sent or answered well an example, in place, where it has none."""
    schemas = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for place in [operation.get("requestBody", {}), *good]:
                for kind, media in place.get("content", {}).items():
                    is_text = "json" in kind or "form" in kind
                    if is_text and not media.keys() & {"example", "examples"} and not _own(media["schema"], schemas):
                        media["example"] = sample(media["schema"], schemas)


def sample(schema: Schema, schemas: dict[str, Schema], name: str = "", depth: int = 0) -> Any:
    """A value that the schema takes. `name`: of the member it is for."""
    shown = _own(schema, schemas)
    if shown:
        return shown[0]
    schema = _resolved(schema, schemas)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            real = [one for one in schema[choice] if one.get("type") != "null"]
            return sample(real[0], schemas, name, depth)
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, depth)
        case "array":
            return _array(schema, schemas, name, depth)
        case "string":
            return _text(schema, name)
        case "integer" | "number":
            return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
        case "boolean":
            return False
        case "null":
            return None
    return {} if depth == 0 else "…"


def _own(schema: Schema, schemas: dict[str, Schema]) -> list[Any]:
    """What the schema itself shows."""
    schema = _resolved(schema, schemas)
    if "const" in schema:
        return [schema["const"]]
    if "example" in schema:
        return [schema["example"]]
    return list(schema.get("examples") or schema.get("enum") or [])


def _object(schema: Schema, schemas: dict[str, Schema], depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    wanted = properties if depth < _DEEPEST else schema.get("required", [])
    made = {name: sample(properties[name], schemas, name, depth + 1) for name in wanted}
    others = schema.get("additionalProperties")
    if not made and isinstance(others, dict):
        key = sample(schema.get("propertyNames", {"type": "string"}), schemas, "branch", depth + 1)
        return {str(key): sample(others, schemas, "", depth + 1)}
    return made


def _array(schema: Schema, schemas: dict[str, Schema], name: str, depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [sample(one, schemas, name, depth + 1) for one in schema["prefixItems"]]
    least = schema.get("minItems", 0)
    one = sample(schema.get("items", {}), schemas, name.removesuffix("s"), depth + 1)
    return [one] * max(least, int(depth < _DEEPEST))


def _text(schema: Schema, name: str) -> str:
    form = schema.get("format")
    if form == "uuid":
        return str(uuid5(NAMESPACE_URL, f"https://onedoor.example/examples/{name}"))
    if form in _FORMATS:
        return _FORMATS[str(form)]
    words = _WORDS.get(name, name.replace("_", " ") or "…")
    words = words.ljust(schema.get("minLength", 0), "…")[: schema.get("maxLength", len(words) + 100)]
    if "pattern" in schema and not re.search(schema["pattern"], words):
        return _matching(patterns.parse(schema["pattern"]))
    return words


def _matching(parsed: Any) -> str:
    """The shortest text that a parsed pattern lets through; letters and digits before anything else."""
    made = ""
    for operator, argument in parsed:
        match str(operator):
            case "LITERAL":
                made += chr(argument)
            case "IN":
                made += _one_of(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                made += _matching(argument[2]) * argument[0]
            case "SUBPATTERN":
                made += _matching(argument[3])
            case "BRANCH":
                made += _matching(argument[1][0])
            case "ANY" | "NOT_LITERAL":
                made += "a"
    return made


def _one_of(choices: Any) -> str:
    for operator, argument in choices:
        match str(operator):
            case "NEGATE":
                return "a"
            case "RANGE":
                return chr(max(argument[0], min(argument[1], ord("0"))) if argument[0] < ord("A") else argument[0])
            case "LITERAL":
                return chr(argument)
            case "CATEGORY":
                return "0" if "DIGIT" in str(argument) else " " if "SPACE" in str(argument) else "a"
    return "a"


def _resolved(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
