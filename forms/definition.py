"""What a form asks: the accepted subset of the form-js schema (version 19) as typed values.

Fields hold a question and its rules; groups and dynamic lists hold components and may nest the data by their path;
text, spacer and separator only stand on the page. Expressions are kept as FEEL text without the leading ``=``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from forms.data import Value

Path: TypeAlias = tuple[str | int, ...]
"""Where a value lies in the answers: names of fields, groups and lists, and row numbers from 0."""

TEXT_LENGTH = 4_000
LONG_TEXT_LENGTH = 50_000
"""How long answers may be where the form sets no limit, in characters."""
FILE_SIZE = 20_000_000
FILE_COUNT = 20
ROW_COUNT = 200
DEPTH = 8


def path_text(path: Path) -> str:
    """Write a path as in the name of an input: ``items[0].name``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


class FieldKind(StrEnum):
    """The kinds of fields, named as in the form-js schema."""

    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    SELECT = "select"
    CHECKLIST = "checklist"
    TAGLIST = "taglist"
    DATETIME = "datetime"
    FILES = "filepicker"


class Subtype(StrEnum):
    """What a datetime field asks for."""

    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"


class Source(StrEnum):
    """Where the choices of a field come from: the form, the data by a key, an expression, or the installation."""

    VALUES = "values"
    KEY = "valuesKey"
    EXPRESSION = "valuesExpression"
    INSTALLATION = "choices"


@dataclass(frozen=True, kw_only=True)
class Feel:
    """A FEEL expression of a form, without the leading ``=``, and the top-level names it reads."""

    text: str
    names: frozenset[str] = frozenset()


Bound: TypeAlias = Decimal | Feel | None
"""A limit written in the form, computed from the data, or none."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer offered: `value` is text, number or boolean; two choices of a field differ in the text of it."""

    value: Value
    label: str


@dataclass(frozen=True, kw_only=True)
class Component:
    """Anything a form is made of. `columns` of 16 is its width in the `row` it shares with its neighbours."""

    id: str
    row: str | None = None
    columns: int | None = None
    hide: Feel | None = None


@dataclass(frozen=True, kw_only=True)
class Field(Component):
    """A question. `key` names its answer among its siblings; `personal` marks answers that speak about a person.

    `prefilled` questions begin with what the case already knows under their key, others are asked anew each time.
    """

    kind: FieldKind
    key: str
    label: str
    description: str = ""
    required: bool = False
    readonly: bool = False
    personal: bool = False
    prefilled: bool = True
    default: Value = None
    prefix: str = ""
    suffix: str = ""

    @property
    def multiple(self) -> bool:
        """Whether the answer is a list."""
        return self.kind in {FieldKind.CHECKLIST, FieldKind.TAGLIST, FieldKind.FILES}


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """A line (textfield) or a longer text (textarea). `format` is ``email``, ``phone`` or none; `pattern` is RE2."""

    min_length: Bound = None
    max_length: Bound = None
    pattern: str = ""
    pattern_message: str = ""
    format: str = ""


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """An exact decimal number; `increment` makes it a multiple of that."""

    minimum: Bound = None
    maximum: Bound = None
    digits: int | None = None
    increment: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class CheckboxField(Field):
    """Yes or no; where it is required the answer must be yes."""


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One (radio, select) or several (checklist, taglist) of the answers offered.

    `reference` is the key, expression or name that `source` speaks of.
    """

    source: Source
    values: tuple[Choice, ...] = ()
    reference: Feel | str = ""

    @property
    def of_records(self) -> bool:
        """Whether it chooses among things of a kind that the installation keeps, ``record:supplier``."""
        return self.source is Source.INSTALLATION and ":" in str(self.reference)


@dataclass(frozen=True, kw_only=True)
class MomentField(Field):
    """A date, a time of day, or a moment; `interval` in minutes; `utc` asks for moments written in UTC."""

    subtype: Subtype
    no_past: bool = False
    interval: int | None = None
    utc: bool = False


@dataclass(frozen=True, kw_only=True)
class FilesField(Field):
    """Files, each of at most `max_size` bytes; `accept` lists endings and types as in HTML (``.pdf,image/*``)."""

    accept: str = ""
    max_size: int = FILE_SIZE
    max_count: int = 1


class Components(tuple[Component, ...]):
    """What stands together in a form, with the names its answers lie under, found out once."""

    @cached_property
    def owners(self) -> Mapping[str, "Owner"]:
        """What answers on this level of the data, by name."""
        return {owned(part): part for part in level(self)}


@dataclass(frozen=True, kw_only=True)
class Composed:
    """Anything that other components stand in."""

    components: tuple[Component, ...] = ()

    def __post_init__(self) -> None:
        """Keep its components as such."""
        object.__setattr__(self, "components", Components(self.components))


@dataclass(frozen=True, kw_only=True)
class Group(Composed, Component):
    """Components under one heading; with a `path` their answers are an object under that name."""

    label: str
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class DynamicList(Composed, Component):
    """Components asked once per row; the answers are a list of objects under `path`."""

    label: str
    path: str
    rows: int = 1
    changeable: bool = True


@dataclass(frozen=True, kw_only=True)
class Text(Component):
    """A text on the page: a small part of Markdown, with ``{{ expression }}`` filled in, or one whole expression."""

    text: str
    whole: Feel | None = None
    names: frozenset[str] = frozenset()
    """The top-level names whose values the text shows."""


@dataclass(frozen=True, kw_only=True)
class Spacer(Component):
    """Empty space."""


@dataclass(frozen=True, kw_only=True)
class Separator(Component):
    """A line across the form."""


@dataclass(frozen=True, kw_only=True)
class FormDefinition(Composed):
    """A form: `depends` are the names its expressions read, whose fields may show or hide others."""

    id: str
    title: str
    depends: frozenset[str] = field(default_factory=frozenset)
    kept: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What is worked out from the form alone, so that it need not be worked out for each answer."""

    def fields(self) -> Iterator[Field]:
        """Walk all fields, those inside groups and lists too, in the order of the form."""
        return (part for part in walk(self.components) if isinstance(part, Field))

    @cached_property
    def asks_for_files(self) -> bool:
        """Whether any of its fields takes files, which only a post in several parts can bring."""
        return any(isinstance(part, FilesField) for part in self.fields())

    @cached_property
    def fixed(self) -> bool:
        """Whether the same may be answered whatever was answered before and whatever is around it."""
        return not any(_differs(part) for part in walk(self.components))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The top-level names the form answers; read-only fields answer nothing."""
        return frozenset(name for name, part in owners(self.components).items() if not _silent(part))

    def known(self, context: Mapping[str, Value]) -> dict[str, Value]:
        """Give what the case already knows of what the form asks: it is there to be checked, not typed again."""
        return {name: value for name, value in context.items() if name in self._carried and value is not None}

    @cached_property
    def _carried(self) -> frozenset[str]:
        """The top-level names whose values a form begins with."""
        anew = {part.key for part in level(self.components) if isinstance(part, Field) and not part.prefilled}
        return self.keys - anew

    @cached_property
    def tells(self) -> frozenset[str]:
        """The top-level names whose values the form's texts show to whoever fills it in."""
        return frozenset(name for part in walk(self.components) if isinstance(part, Text) for name in part.names)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The lists of the installation that its fields offer to choose from."""
        return frozenset(
            str(part.reference)
            for part in walk(self.components)
            if isinstance(part, ChoiceField) and part.source is Source.INSTALLATION
        )

    @cached_property
    def personal(self) -> frozenset[str]:
        """The top-level names whose answers hold personal data."""
        return frozenset(
            name
            for name, part in owners(self.components).items()
            if not _silent(part) and any(isinstance(inner, Field) and inner.personal for inner in walk((part,)))
        )


Owner: TypeAlias = Field | Group | DynamicList
"""A component whose answers lie under a name."""


def _differs(part: Component) -> bool:
    """Whether what it asks, or the answers it takes, depend on data."""
    if part.hide is not None or isinstance(part, DynamicList):
        return True
    if isinstance(part, ChoiceField):
        return part.source is not Source.VALUES
    bounds: tuple[Bound, ...] = ()
    if isinstance(part, TextField):
        bounds = (part.min_length, part.max_length)
    elif isinstance(part, NumberField):
        bounds = (part.minimum, part.maximum)
    return any(isinstance(bound, Feel) for bound in bounds)


def _silent(part: Owner) -> bool:
    return isinstance(part, Field) and part.readonly


def owned(part: Owner) -> str:
    """Give the name the answers of a field, a group with a path, or a list lie under."""
    return part.key if isinstance(part, Field) else part.path


def level(components: tuple[Component, ...]) -> Iterator[Owner]:
    """Walk what lies on one level of the data: groups without a path are looked through, others not entered."""
    for part in components:
        if isinstance(part, Group) and not part.path:
            yield from level(part.components)
        elif isinstance(part, Field | Group | DynamicList):
            yield part


def owners(components: tuple[Component, ...]) -> Mapping[str, Owner]:
    """Give what answers on one level of the data, by name."""
    return components.owners if isinstance(components, Components) else Components(components).owners


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """Walk components and everything inside them, in the order of the form."""
    for part in components:
        yield part
        if isinstance(part, Group | DynamicList):
            yield from walk(part.components)
