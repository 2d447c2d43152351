"""Records that processes work on, kept in registers: one register a type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bpmn.records import RETIRED
from forms.data import Value


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record as it is now: a supplier, a risk, a configuration item. `key` is what people call it (``CI-1042``)."""

    id: str
    type: str
    type_version: int
    """The version of the type that its values were taken by."""
    key: str
    title: str
    state: str
    """One of the states of its type, or retired; empty where the type has none."""
    owner_id: str | None
    version: int
    values: Mapping[str, Value] = field(repr=False)
    created_at: datetime
    changed_at: datetime
    review_at: datetime | None = None
    retired_at: datetime | None = None

    @property
    def retired(self) -> bool:
        """Whether it is kept and no longer used."""
        return self.state == RETIRED


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to become of a record: what is None stays as it is, `values` are laid over those it has."""

    values: Mapping[str, Value] = field(default_factory=dict)
    title: str | None = None
    owner_id: str | None = None
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The case, by id and number, and the element that work on a record; empty where a person does by hand."""

    instance_id: str | None = None
    element_id: str | None = None


class Deed(StrEnum):
    """What a case does with a record."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    READ = "read"


@dataclass(frozen=True, kw_only=True)
class Worked:
    """That a case did something with a record, the last time at this moment."""

    instance_id: str
    type: str
    key: str
    deed: Deed
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RecordScope:
    """Which records a person sees: those of these types, and those he owns."""

    types: frozenset[str]
    person_id: str | None
