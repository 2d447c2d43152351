"""A long history in parts: which entries are shown, and where the parts beside them end."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SIZE: Final = 200
"""How many entries one part has at most."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Entries `first` to `last` of a history of `total`; `earlier` and `later`: where the parts beside it end."""

    first: int
    last: int
    total: int
    earlier: int | None
    later: int | None

    def holds(self, seq: int) -> bool:
        """Whether an entry belongs to it."""
        return self.first <= seq <= self.last


def part_of(numbers: Sequence[int], until: int | None = None) -> Part:
    """Give the part of a history (its numbers, going up) that ends with an entry, else the newest; each is full."""
    total = len(numbers)
    end = total if until is None else max(bisect_right(numbers, until), min(SIZE, total))
    begin = max(0, end - SIZE)
    return Part(
        first=numbers[begin] if total else 1,
        last=numbers[end - 1] if total else 0,
        total=total,
        earlier=numbers[begin - 1] if begin else None,
        later=numbers[min(end + SIZE, total) - 1] if end < total else None,
    )
