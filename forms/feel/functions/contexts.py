"""Context functions (DMN 1.5, table 81)."""

from typing import Any

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.scope import admit
from forms.feel.values import kind


@built_in("get value", "m: context, key: string")
def get_value(_state: State, context: dict[str, Any], key: str) -> Any:
    """The entry with that key, null if there is none."""
    return admit(context.get(key))


@built_in("get value", "m: context, keys: list")
def get_nested_value(_state: State, context: dict[str, Any], keys: list[Any]) -> Any:
    """The entry that a path of keys leads to, null if it leads nowhere."""
    value: Any = context
    if not keys:
        raise Unfit("bad_argument", reason="the list of keys is empty")
    for key in keys:
        if type(key) is not str:
            raise Unfit("bad_argument", reason=f"a {kind(key)} is no key")
        if type(value) is not dict or key not in value:
            return None
        value = admit(value[key])
    return value


@built_in("get entries", "m: context")
def get_entries(state: State, context: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries as a list of contexts with key and value."""
    state.spend(len(context))
    return [{"key": key, "value": admit(value)} for key, value in context.items()]


@built_in("context", "entries: list|context")
def context_of(state: State, entries: list[Any] | dict[str, Any]) -> dict[str, Any]:
    """A context of a list of contexts with key and value."""
    result: dict[str, Any] = {}
    for entry in [entries] if isinstance(entries, dict) else entries:
        state.spend()
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise Unfit("bad_argument", reason="an entry needs a key (text) and a value")
        if entry["key"] in result:
            raise Unfit("duplicate_key", name=entry["key"])
        result[entry["key"]] = entry["value"]
    return result


@built_in("context put", "context: context, key: string, value: any")
def context_put(state: State, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with one entry added or replaced."""
    state.spend(len(context))
    return {**context, key: value}


@built_in("context put", "context: context, keys: list, value: any")
def context_put_nested(state: State, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """The context with the entry that a path of keys leads to added or replaced."""
    if not keys or any(type(key) is not str for key in keys):
        raise Unfit("bad_argument", reason="the keys must be texts, at least one")
    result: dict[str, Any] = dict(context)
    at = result
    for key in keys[:-1]:
        state.spend(len(at))
        inner = at.get(key)
        if inner is not None and type(inner) is not dict:
            raise Unfit("bad_argument", reason=f"“{key}” is no context")
        at[key] = dict(inner or {})
        at = at[key]
    at[keys[-1]] = value
    return result


@built_in("context merge", "contexts: list|context")
def context_merge(state: State, contexts: list[Any] | dict[str, Any]) -> dict[str, Any]:
    """One context of several; later entries replace earlier ones."""
    result: dict[str, Any] = {}
    for context in [contexts] if isinstance(contexts, dict) else contexts:
        if type(context) is not dict:
            raise Unfit("bad_argument", reason=f"a {kind(context)} is no context")
        state.spend(len(context))
        result.update(context)
    return result
