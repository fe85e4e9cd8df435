"""Functions on contexts."""

from __future__ import annotations

from svc_workflow.engine.feel.builtins.registry import builtin
from svc_workflow.engine.feel.values import Value

Context = dict[str, Value]


@builtin("get value", "m:context, key:string")
def get_value(context: Context, key: str) -> Value:
    return context.get(key)


@builtin("get entries", "m:context")
def get_entries(context: Context) -> list[Context]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries:list")
def context(entries: list[Value]) -> Context | None:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put", "context:context, key:string, value:any")
def context_put(context: Context, key: str, value: Value) -> Context:
    return {**context, key: value}


@builtin("context put", "context:context, keys:list, value:any")
def context_put_deep(context: Context, keys: list[Value], value: Value) -> Context | None:
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    deeper = context_put_deep(inner if isinstance(inner, dict) else {}, keys[1:], value)
    return None if deeper is None else {**context, keys[0]: deeper}


@builtin("context merge", "contexts:list")
def context_merge(contexts: list[Value]) -> Context | None:
    if not all(isinstance(each, dict) for each in contexts):
        return None
    return {key: value for each in contexts for key, value in each.items()}
