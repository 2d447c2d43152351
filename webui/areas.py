"""Processes by what they are about, in the order in which people look for them; and found by words."""

from collections.abc import Mapping, Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from webui.texts import gettext as _

AREAS: Final = (
    (("8",), _("Help, faults and requests")),
    (("9", "10"), _("Changes and releases")),
    (("5",), _("New and changed services")),
    (("7",), _("Customers and suppliers")),
    (("6",), _("Service levels, money, capacity and security")),
    (("3", "4"), _("Management and improvement")),
)
"""Chapters of ISO/IEC 20000-1:2005, whose processes stand together, with our words for them."""
OTHERS: Final = _("Others")
FEW: Final = 8
"""So many processes are looked over at a glance: they need no search."""


class Described(Protocol):
    """A process in a list."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def purpose(self) -> str:
        """What it is for, in a line."""

    @property
    def clauses(self) -> Mapping[str, tuple[str, ...]]:
        """The clauses it serves, by edition."""


Row = TypeVar("Row", bound=Described)


class Area(NamedTuple, Generic[Row]):
    """What processes have in common, and these processes by title."""

    title: str
    rows: list[Row]


def speaking_of(processes: Sequence[Row], words: str) -> list[Row]:
    """Give the processes whose title or purpose holds all the words."""
    wanted = words.casefold().split()
    return [each for each in processes if all(word in f"{each.title} {each.purpose}".casefold() for word in wanted)]


def by_area(processes: Sequence[Row], words: str = "") -> list[Area[Row]]:
    """Give the processes whose title or purpose holds all the words, area by area; areas without any are left out."""
    found = speaking_of(processes, words)
    areas = [Area(title, [each for each in found if _chapter(each) in chapters]) for chapters, title in AREAS]
    known = {chapter for chapters, _title in AREAS for chapter in chapters}
    areas.append(Area(OTHERS, [each for each in found if _chapter(each) not in known]))
    return [area for area in areas if area.rows]


def _chapter(process: Described) -> str:
    return next(iter(process.clauses.get("2005", ())), "").partition(".")[0]
