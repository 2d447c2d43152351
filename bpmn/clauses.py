"""Clauses of ISO/IEC 20000-1 in its editions of 2005, 2011 and 2018: numbers, and short titles of our own.

The numbers are facts; the standard's text is not in here. `covers` of a clause are the numbers of the other editions
that speak of the same thing.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bpmn.diagram import Element
    from bpmn.draft import Facts

EDITIONS: Final = ("2005", "2011", "2018")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause of one edition; `related` are clauses of other editions about the same, by edition."""

    edition: str
    number: str
    title: str
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def load() -> tuple[Clause, ...]:
    """All clauses, edition by edition, in the order of their numbers."""
    table = tomllib.loads(Path(__file__).with_name("clauses.toml").read_text(encoding="utf-8"))
    rows = table["clause"]
    found: dict[tuple[str, str], Clause] = {}
    for row in rows:
        numbers = {edition: tuple(row.get(edition, ())) for edition in EDITIONS}
        for edition in EDITIONS:
            others = {other: numbers[other] for other in EDITIONS if other != edition and numbers[other]}
            for number in numbers[edition]:
                before = found.get((edition, number))
                related = others if before is None else _joined(before.related, others)
                title = table["titles"].get(f"{edition} {number}") or (before.title if before else row["title"])
                found[edition, number] = Clause(edition=edition, number=number, title=title, related=related)
    return tuple(sorted(found.values(), key=lambda clause: (clause.edition, _order(clause.number))))


def _joined(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return {
        edition: tuple(dict.fromkeys((*one.get(edition, ()), *other.get(edition, ()))))
        for edition in EDITIONS
        if edition in one or edition in other
    }


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


@cache
def _by_number() -> Mapping[tuple[str, str], Clause]:
    return {(clause.edition, clause.number): clause for clause in load()}


def known(edition: str, number: str) -> bool:
    """Whether an edition has a clause of that number, as far as we list them."""
    return (edition, number) in _by_number()


def clause(edition: str, number: str) -> Clause:
    """The clause of that number. Raises KeyError."""
    return _by_number()[edition, number]


def named_by(element: "Element") -> tuple[tuple[str, str], ...]:
    """The clauses that an element says it answers (property `clauses`, as in ``2005 8.2, 2018 8.6.1``)."""
    parts = (part.split() for part in element.properties.get("clauses", "").split(",") if part.strip())
    return tuple((words[0], " ".join(words[1:])) for words in parts)


@cache
def unanswered() -> Mapping[tuple[str, str], str]:
    """Why no process is meant to answer a clause, by edition and number."""
    table = tomllib.loads(Path(__file__).with_name("clauses.toml").read_text(encoding="utf-8"))
    found = {}
    for key, reason in table["unanswered"].items():
        edition, _, number = key.partition(" ")
        found[edition, number] = reason
    return found


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A clause and the names of the processes that say they serve it."""

    clause: Clause
    processes: tuple[str, ...]


def coverage(facts: Iterable[tuple[str, "Facts"]], edition: str) -> tuple[Covered, ...]:
    """For every clause of an edition, which of the processes (name and facts) serve it.

    A process serves the clauses it names, what lies below them, and what the editions relate to these.
    """
    served: dict[str, list[str]] = {}
    for name, fact in facts:
        numbers = {number for number in fact.clauses.get(edition, ())}
        for other, listed in fact.clauses.items():
            for number in listed if other != edition else ():
                if known(other, number):
                    numbers |= set(clause(other, number).related.get(edition, ()))
        for number in numbers:
            served.setdefault(number, []).append(name)
    return tuple(
        Covered(clause=one, processes=tuple(sorted({p for n in _upwards(one.number) for p in served.get(n, ())})))
        for one in load()
        if one.edition == edition
    )


def _upwards(number: str) -> Iterable[str]:
    """A number and those it lies below: 8.7.3.1, 8.7.3, 8.7, 8."""
    parts = number.split(".")
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))
