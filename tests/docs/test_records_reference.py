"""The reference of records lists the types, fields and operations that there are."""

import re
from pathlib import Path

from bpmn.inside import INSIDE
from bpmn.library import shipped, shipped_record_types
from bpmn.records import RecordType
from forms.definition import level, owned

PAGE = Path("docs/reference/records.md").read_text(encoding="utf-8")


def _fields(kind: RecordType) -> str:
    names = [owned(part) for part in level(kind.form.components)]
    return ", ".join(
        f"`{name}`" + (f" → `{kind.references[name]}`" if name in kind.references else "") for name in names
    )


def test_every_type_is_listed_with_its_keys_states_and_fields() -> None:
    for kind in shipped_record_types():
        keys = f" `{kind.prefix}` " if kind.prefix else "  "
        states = ", ".join(f"`{state}`" for state in kind.states)
        assert f"| `{kind.id}` | {kind.title} |{keys}| `{kind.owner}` | {states} |" in PAGE
        assert f"| `{kind.id}` | {_fields(kind)} |" in PAGE


def test_every_operation_is_listed_with_what_it_takes_gives_and_raises() -> None:
    for name, operation in INSIDE.items():
        words = ([each.id for each in operation.inputs], operation.outputs, operation.errors)
        row = " | ".join(", ".join(f"`{word}`" for word in each) for each in words)
        assert f"| `{name}` | {row} |" in PAGE


def test_no_record_is_numbered_like_a_case() -> None:
    drawn = "".join(str(content) for files in shipped().values() for name, content in files.items() if ".bpmn" in name)
    prefixes = set(re.findall(r'name="numberPrefix" value="(\w+)"', drawn))
    assert prefixes
    assert not prefixes & {kind.prefix for kind in shipped_record_types()}
