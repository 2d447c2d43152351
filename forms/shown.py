"""What the templates of a form get: plain values, everything decided, nothing left to evaluate."""

from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup

EMPTY = Markup()


@dataclass(frozen=True, kw_only=True)
class ShownChoice:
    """One answer to choose."""

    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """One file that was added before."""

    id: str
    digest: str
    name: str
    size: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownField:
    """One question. `template` is its partial, `type` the type of its input; `described` names hint and error."""

    template: str
    id: str
    name: str
    label: str
    type: str = "text"
    inputmode: str = ""
    step: int | None = None
    rows: int = 4
    value: str = ""
    chosen: bool = False
    choices: tuple[ShownChoice, ...] = ()
    files: tuple[ShownFile, ...] = ()
    accept: str = ""
    multiple: bool = False
    prefix: str = ""
    suffix: str = ""
    hint: str = ""
    error: str = ""
    required: bool = False
    marked_optional: bool = False
    refresh: bool = False
    searched: bool = False
    """Whether its choices are so many that people look for them by words."""
    still: Markup = EMPTY

    @property
    def described(self) -> str:
        """The ids an input is described by."""
        named = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{ending}" for text, ending in named if text)

    @property
    def noted(self) -> bool:
        """Whether its input says more than its name: what describes it, that it is wrong, needed, or read by others."""
        return bool(self.hint or self.error or self.required or self.refresh)


@dataclass(frozen=True, kw_only=True)
class ShownText:
    """A text, line or space between questions."""

    template: str
    content: Markup = EMPTY


@dataclass(frozen=True, kw_only=True)
class ShownGroup:
    """Questions under one heading."""

    id: str
    label: str
    bands: tuple["Band", ...]
    template: str = "group"


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """One row of a dynamic list; `action` is the value of its remove button."""

    id: str
    name: str
    number: int
    action: str
    bands: tuple["Band", ...]


@dataclass(frozen=True, kw_only=True)
class ShownList:
    """A dynamic list; `action` is the value of its add button."""

    id: str
    label: str
    error: str
    changeable: bool
    action: str
    rows: tuple[ShownRow, ...]
    template: str = "list"


Shown: TypeAlias = ShownField | ShownText | ShownGroup | ShownList


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One component in its column; `width` is a class of Bootstrap's grid."""

    width: str
    part: Shown

    @property
    def partial(self) -> str:
        """The template that writes it."""
        return f"fields/{self.part.template}.html"


@dataclass(frozen=True, kw_only=True)
class Band:
    """Components side by side; a single one of full width stands alone."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question with its answer, to be read."""

    label: str
    content: Markup
    personal: bool


@dataclass(frozen=True, kw_only=True)
class AnsweredTable:
    """A dynamic list as a table; cells are the answers of a row, in the order of `columns`."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Answered | None, ...], ...]
    personal: bool
    template: str = "table"


@dataclass(frozen=True, kw_only=True)
class AnsweredGroup:
    """Answers under one heading."""

    label: str
    blocks: tuple["Block", ...]
    template: str = "group"


@dataclass(frozen=True, kw_only=True)
class AnsweredList:
    """Answers one below the other."""

    answers: tuple[Answered, ...]
    template: str = "answers"


Block: TypeAlias = AnsweredList | AnsweredTable | AnsweredGroup
