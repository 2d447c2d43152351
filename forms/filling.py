"""Answers with nothing missing: each question has a value, the empty one of its kind where nothing was answered."""

from collections.abc import Mapping

from forms.data import Value
from forms.definition import (
    ROW_COUNT,
    CheckboxField,
    Component,
    DynamicList,
    Field,
    Group,
    owners,
)


def empty_answer(part: Field) -> Value:
    """Give what stands for no answer: false, an empty list, or null."""
    if isinstance(part, CheckboxField):
        return False
    return [] if part.multiple else None


def complete(
    components: tuple[Component, ...], values: Value, context: Value, *, defaults: bool = False
) -> dict[str, Value]:
    """Give `values` in the shape of the form, whatever they are.

    Read-only questions have the context's value where `values` has none. With `defaults`, as when a form begins,
    questions that have no value yet have their default, and lists their first rows.
    """
    given = values if isinstance(values, Mapping) else {}
    known = context if isinstance(context, Mapping) else {}
    result: dict[str, Value] = {}
    for name, part in owners(components).items():
        value = given.get(name)
        if isinstance(part, Group):
            result[name] = complete(part.components, value, known.get(name), defaults=defaults)
        elif isinstance(part, DynamicList):
            first: list[Value] = [{}] * part.rows if defaults and name not in given else []
            rows = value[:ROW_COUNT] if isinstance(value, list) else first
            result[name] = [complete(part.components, row, None, defaults=defaults) for row in rows]
        elif name in given:
            result[name] = value
        elif part.readonly and name in known:
            result[name] = known[name]
        else:
            start = part.default if defaults else None
            result[name] = empty_answer(part) if start is None else start
    return result


def editable(components: tuple[Component, ...], values: Mapping[str, Value]) -> dict[str, Value]:
    """Give the values without those of read-only questions."""
    parts = owners(components)
    result: dict[str, Value] = {}
    for name, value in values.items():
        part = parts[name]
        if isinstance(part, Group):
            result[name] = editable(part.components, value)
        elif not (isinstance(part, Field) and part.readonly):
            result[name] = value
    return result


def still_in_groups(components: tuple[Component, ...], values: dict[str, Value], context: Value) -> dict[str, Value]:
    """Give the values with the context's for read-only questions in groups: an answered group replaces all of it."""
    known = context if isinstance(context, Mapping) else {}
    result = dict(values)
    for part in owners(components).values():
        if not isinstance(part, Group) or part.path not in result:
            continue
        before = known.get(part.path)
        inner = still_in_groups(part.components, result[part.path], before)
        if isinstance(before, Mapping):
            still = (one.key for one in owners(part.components).values() if isinstance(one, Field) and one.readonly)
            inner |= {key: before[key] for key in still if key in before}
        result[part.path] = inner
    return result
