"""Forms of one process agree about their keys, and leave Keelson's own names alone.

The answers of all forms are variables of one case. The names ``case`` and ``calendar`` are set by Keelson; a key
that is a number in one form and a text in another makes expressions fail.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary
from forms.definition import Field, FormDefinition, Group, level, owned

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    seen: dict[str, tuple[str, str]] = {}
    for name, form in sorted(draft.forms.items()):
        for key, kind in _keys(form):
            if key in ("case", "calendar"):
                yield RULE.error(
                    None,
                    "The form {form} has a field with the key {key}, which belongs to Keelson.",
                    "Give the field another key.",
                    code="reserved-key",
                    file=f"{name}.form",
                    form=name,
                    key=key,
                )
            other, before = seen.setdefault(key, (name, kind))
            if before != kind:
                yield RULE.error(
                    None,
                    "The key {key} is a {kind} in the form {form} and a {before} in the form {other}.",
                    "Use one kind in both forms, or different keys.",
                    code="key-conflict",
                    file=f"{name}.form",
                    key=key,
                    form=name,
                    kind=kind,
                    before=before,
                    other=other,
                )


def _keys(form: FormDefinition) -> Iterator[tuple[str, str]]:
    for part in level(form.components):
        if isinstance(part, Field):
            if not part.readonly:
                yield part.key, _shape(part)
        else:
            yield owned(part), "group" if isinstance(part, Group) else "list"


def _shape(field: Field) -> str:
    """What an answer is as data: two kinds of the same shape do not conflict."""
    return "list" if field.multiple else {"number": "number", "checkbox": "yes or no"}.get(field.kind.value, "text")
