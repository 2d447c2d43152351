"""Whom a task is offered to: any number of roles and people, of whom one takes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Final

PERSON: Final = "@"
"""Stands in front of a person's id in the text of an audience; ids of roles begin otherwise."""
SEVERAL: Final = "+"
"""Stands in front of the key of an audience of several, or of a person."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """The roles and people who may take a task, each once and in order; nobody, where it is one person's by name."""

    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @classmethod
    def of(cls, roles: Iterable[str], people: Iterable[str] = ()) -> "Audience":
        """Give the audience of these roles and people, whatever their order."""
        return cls(roles=tuple(sorted(set(roles))), people=tuple(sorted(set(people))))

    def __bool__(self) -> bool:
        return bool(self.roles or self.people)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Its roles and people, these marked as such."""
        return (*self.roles, *(f"{PERSON}{person}" for person in self.people))

    @cached_property
    def text(self) -> str:
        """All of it, as it is stored."""
        return ",".join(self.members)

    @cached_property
    def key(self) -> str | None:
        """What lists find it by: one role by its id, several by a digest; nothing where there is nobody."""
        if len(self.roles) == 1 and not self.people:
            return self.roles[0]
        return f"{SEVERAL}{sha256(self.text.encode()).hexdigest()[:40]}" if self else None


NOBODY: Final = Audience()


@lru_cache(maxsize=4096)
def read_audience(text: str) -> Audience:
    """Give the audience that has this text."""
    members = [member for member in text.split(",") if member]
    return Audience.of(
        (member for member in members if not member.startswith(PERSON)),
        (member.removeprefix(PERSON) for member in members if member.startswith(PERSON)),
    )


@lru_cache(maxsize=1024)
def of_role(role: str) -> Audience:
    """Give the audience of one role alone: that of nearly every task."""
    return Audience.of([role])
