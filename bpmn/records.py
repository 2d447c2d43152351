"""Types of records: a form that says what is kept, and rules beside it; ``<type>.toml`` and ``<type>.form``.

A record is what processes work on and leave behind: a supplier, a risk, a configuration item. A type names who may
edit it and who reads it, how its keys are made, its states, which fields are unique, and how it relates to others.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from bpmn.compiling.timing import TimerInvalid, read_duration
from bpmn.errors import FileProblem
from bpmn.toml import TomlUnreadable, read_toml
from forms.definition import ChoiceField, Field, FieldKind, FormDefinition, Source, level, owned, walk
from forms.errors import FormUnreadable
from forms.reading import read_form

SOURCE: Final = "record:"
"""What stands before a type where a field of a form offers its records: ``choices`` = ``record:supplier``."""
SERVICE: Final = "service"
"""The type of which the catalogue of services is the register."""
READERS: Final = ("everybody", "staff", "restricted")
"""Who reads the records of a type: everybody with an account, who may see cases, who may see restricted ones."""
IMPACT: Final = ("", "from", "to")
"""Which way a failure goes along a relation: from the other record to this one, or from this one to it."""
RETIRED: Final = "retired"
"""The state of a record that is kept and no longer used."""

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PREFIX: Final = re.compile(r"[A-Z]{2,8}")
_TEXTS: Final = ("title", "plural", "purpose", "prefix", "key", "owner", "readers", "review", "subject")
_LISTS: Final = ("editors", "states", "unique", "columns")


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What a field that chooses other records says of the two: ``depends on``, read backwards ``is needed by``."""

    title: str
    inverse: str
    impact: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordType:
    """A type of records. `editors` and `owner` are role ids; `review` an ISO 8601 duration, empty for never.

    Keys are numbered with `prefix`, or are what people write into the field `key`. `subject` is the field with the
    person of whom a record speaks, empty where it speaks of none.
    """

    id: str
    title: str
    plural: str
    purpose: str = ""
    prefix: str = ""
    key: str = ""
    owner: str = ""
    editors: tuple[str, ...] = ()
    readers: str = "staff"
    review: str = ""
    states: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    subject: str = ""
    relations: Mapping[str, Relation] = field(default_factory=dict)
    form: FormDefinition
    facts_file: bytes = field(repr=False, default=b"")
    form_file: bytes = field(repr=False, default=b"")

    @cached_property
    def references(self) -> Mapping[str, str]:
        """The fields that choose other records, with the type of these."""
        return {
            part.key: str(part.reference).removeprefix(SOURCE)
            for part in level(self.form.components)
            if isinstance(part, ChoiceField) and is_reference(part)
        }

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What the top-level names of the form are called."""
        return {owned(part): part.label for part in level(self.form.components)}

    @property
    def digest(self) -> str:
        """What tells one version of a type from another: SHA-256 over both files, as hex."""
        return hashlib.sha256(self.facts_file + b"\0" + self.form_file).hexdigest()


def is_reference(part: ChoiceField) -> bool:
    """Say whether a field offers records."""
    return part.source is Source.INSTALLATION and str(part.reference).startswith(SOURCE)


def is_record_types(files: Iterable[str]) -> bool:
    """Say whether these are the files of types of records: facts, none of which are those of a process."""
    endings = {name.rpartition(".")[2] for name in files}
    return "toml" in endings and not endings & {"bpmn", "dmn"} and "process.toml" not in files


def read_record_types(files: Mapping[str, bytes]) -> tuple[tuple[RecordType, ...], tuple[FileProblem, ...]]:
    """Read the types of a folder, by file name: those that can be read, in order, and every problem of the others."""
    problems: list[FileProblem] = []
    found = []
    for name in sorted(files):
        stem, dot, ending = name.rpartition(".")
        if dot and ending == "toml":
            read = _read(stem, files[name], files.get(f"{stem}.form"), problems)
            found += [read] if read else []
        elif dot and ending == "form" and f"{stem}.toml" not in files:
            problems.append(FileProblem(file=name, code="no_type", message=f"There is no {stem}.toml beside the form."))
    problems += _together(found)
    return tuple(found), tuple(problems)


def _read(stem: str, content: bytes, form: bytes | None, problems: list[FileProblem]) -> RecordType | None:
    name, before = f"{stem}.toml", len(problems)

    def problem(message: str, code: str = "record_type", file: str = name) -> None:
        problems.append(FileProblem(file=file, code=code, message=message))

    try:
        table = read_toml(content)
    except TomlUnreadable as error:
        problem(f"The file is not TOML: {error}")
        return None
    if not _ID.fullmatch(stem):
        problem("The name of a type is of small letters, digits and _, and begins with a letter.")
    for wrong in _wrong_kinds(table):
        problem(wrong)
    definition = None
    try:
        definition = read_form(form, f"{stem}.form") if form is not None else None
    except FormUnreadable as error:
        for each in error.problems:
            problem(f"{each.where}: {each.message}" if each.where else each.message, "form", f"{stem}.form")
    if form is None:
        problem(f"There is no {stem}.form beside it.", "no_form")
    if len(problems) > before or definition is None:
        return None
    relations = {key: Relation(**value) for key, value in table.pop("relations", {}).items()}
    lists = {key: tuple(table.pop(key, ())) for key in _LISTS}
    facts: dict[str, Any] = {"readers": "staff", **table, **lists, "relations": relations}
    kind = RecordType(id=stem, **facts, form=definition, facts_file=content, form_file=form or b"")
    for wrong in _wrong(kind):
        problem(wrong)
    return kind if len(problems) == before else None


def _wrong_kinds(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key in _TEXTS:
            if not isinstance(value, str):
                yield f"{key} must be text."
        elif key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                yield f"{key} must be a list of texts."
        elif key == "relations":
            yield from _wrong_relations(value)
        else:
            known = ", ".join((*_TEXTS, *_LISTS, "relations"))
            yield f"There is no fact {key}; known are: {known}."
    for key in ("title", "plural", "owner"):
        if not table.get(key):
            yield f"{key} is missing."


def _wrong_relations(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "relations must be a table by field."
        return
    for key, relation in value.items():
        texts = isinstance(relation, dict) and all(isinstance(one, str) for one in relation.values())
        if not texts or not {"title", "inverse"} <= relation.keys() <= {"title", "inverse", "impact"}:
            yield f"The relation {key} needs the texts title and inverse, and may say impact."
        elif relation.get("impact", "") not in IMPACT:
            yield f"The impact of the relation {key} is “from” or “to”."


def _wrong(kind: RecordType) -> Iterator[str]:
    """Give in words what does not fit together in one type."""
    yield from _wrong_names(kind)
    if kind.prefix and not _PREFIX.fullmatch(kind.prefix):
        yield "A prefix is of two to eight capital letters."
    if kind.readers not in READERS:
        yield f"readers is one of: {', '.join(READERS)}."
    if RETIRED in kind.states or len(set(kind.states)) < len(kind.states):
        yield f"States differ, and none is “{RETIRED}”: every record can have that one."
    if kind.review:
        try:
            read_duration(kind.review)
        except TimerInvalid as error:
            yield f"The review cycle cannot be read: {error}."


def _wrong_names(kind: RecordType) -> Iterator[str]:
    """Give in words which facts name what the form does not hold."""
    fields = {part.key: part for part in level(kind.form.components) if isinstance(part, Field)}
    if kind.id != SERVICE and bool(kind.prefix) == bool(kind.key):
        yield "Say either prefix (numbered keys) or key (the field that people write the key into)."
    if kind.key and not (kind.key in fields and fields[kind.key].kind is FieldKind.TEXTFIELD):
        yield f"The key {kind.key} is no text field of the form."
    for fact in ("unique", "columns"):
        for name in getattr(kind, fact):
            if name not in kind.labels and not (fact == "unique" and name == "title"):
                yield f"{fact} names {name}, which the form does not ask."
    if kind.subject and str(getattr(fields.get(kind.subject), "reference", "")) != "people":
        yield f"The subject {kind.subject} is no field that chooses one of the people."
    for name in sorted(kind.relations.keys() - kind.references.keys()):
        yield f"The relation {name} is no field that chooses records."
    inner = {part.key for part in walk(kind.form.components) if isinstance(part, ChoiceField) and is_reference(part)}
    for name in sorted(inner - kind.references.keys()):
        yield f"The field {name} chooses records inside a group or list: only fields of the form itself may."


def _together(kinds: Iterable[RecordType]) -> Iterator[FileProblem]:
    """Give what does not fit between types: two with one prefix, and references to types that are not there."""
    kinds = tuple(kinds)
    known, prefixes = {kind.id for kind in kinds}, dict[str, str]()
    for kind in kinds:
        other = prefixes.setdefault(kind.prefix, kind.id) if kind.prefix else kind.id
        if other != kind.id:
            message = f"The prefix {kind.prefix} is that of {other} already."
            yield FileProblem(file=f"{kind.id}.toml", code="record_type", message=message)
        for name, target in kind.references.items():
            if target not in known:
                message = f"The field {name} chooses records of the type {target}, which is not among the files."
                yield FileProblem(file=f"{kind.id}.form", code="unknown_type", message=message)
