"""ISO/IEC 20000-1, clause by clause: which process and task answers it, with which records, and whether it is lived."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bpmn.clauses import EDITIONS, Clause, coverage, named_by, unanswered
from bpmn.draft import Draft
from engine.errors import NotAllowed
from engine.live import last_released
from engine.model.publication import PublicationRecord
from engine.permissions import Action, may
from engine.registers import registers
from engine.reports.retired import Retired, retired
from engine.storage import figures, people
from engine.transaction import Transaction

PERIOD = timedelta(days=365)
"""How far back cases count as evidence."""


class State(StrEnum):
    """How a clause stands."""

    LIVED = "lived"
    """A process answers it, and cases of it began in the period."""
    READY = "ready"
    """A process answers it; no case of it began in the period."""
    OWNERLESS = "ownerless"
    """A process answers it, but nobody holds the role that owns it."""
    NEEDLESS = "needless"
    """It asks for no process."""
    OPEN = "open"
    """Nothing answers it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A process that answers a clause."""

    process_id: str
    title: str
    owner_role: str
    owners: tuple[str, ...]
    elements: tuple[str, ...]
    """The titles of the elements that answer this very clause."""
    records: tuple[tuple[str, str], ...]
    """The types of records it makes or changes: id and what they are called together."""
    cases: int
    """How many cases began in the period."""
    last: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClauseRow:
    """A clause with what answers it, or why nothing does."""

    clause: Clause
    state: State
    answers: tuple[Answer, ...]
    reason: str
    gone: tuple[Retired, ...]
    """The processes that would answer it if they were not out of use."""

    @property
    def records(self) -> tuple[str, ...]:
        """What the records are called that the processes make or change."""
        return tuple(dict.fromkeys(plural for answer in self.answers for _name, plural in answer.records))


@dataclass(frozen=True, kw_only=True)
class ClauseView:
    """All clauses of an edition."""

    edition: str
    rows: tuple[ClauseRow, ...]

    def count(self, state: State) -> int:
        """How many clauses stand so."""
        return sum(row.state is state for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class _Process:
    record: PublicationRecord
    process_id: str
    title: str
    draft: Draft
    owner_role: str
    owners: tuple[str, ...]
    cases: int
    last: datetime | None


def clauses(tx: Transaction, edition: str) -> ClauseView:
    """Give the clauses of an edition, the latest where it is none. Raises NotAllowed."""
    if not may(tx.actor, Action.SEE_CASES):
        raise NotAllowed("Your roles do not allow you to see which processes answer which clauses.")
    edition = edition if edition in EDITIONS else EDITIONS[-1]
    found = {each.process_id: each for each in _processes(tx)}
    gone = retired(tx, [each.record for each in found.values()])
    kept = {name: each.type.plural for name, each in registers(tx).items()}
    facts = [(each.process_id, each.draft.facts) for each in found.values()]
    rows = []
    for covered in coverage(facts, edition):
        number = covered.clause.number
        serving = {
            *covered.processes,
            *(name for name, each in found.items() if _elements(each.draft, edition, number)),
        }
        in_use = sorted(name for name in serving if found[name].record.in_force)
        answers = tuple(_answer(found[name], edition, number, kept) for name in in_use)
        idle = tuple(gone[name] for name in sorted(serving) if name in gone)
        reason = "" if idle else unanswered().get((edition, number), "")
        state = _state(answers, reason)
        rows.append(ClauseRow(clause=covered.clause, state=state, answers=answers, reason=reason, gone=idle))
    return ClauseView(edition=edition, rows=tuple(rows))


def _processes(tx: Transaction) -> Iterator[_Process]:
    ran = figures.ran_since(tx, tx.now() - PERIOD)
    titles = {role.id: role.title for role in people.roles(tx)}
    known = list(last_released(tx))
    names = people.names_by_role(tx, [draft.facts.owner for _record, draft in known], tx.now())
    for record, draft in known:
        owner = draft.facts.owner
        cases, last = ran.get(record.process_id, (0, None))
        yield _Process(
            record=record,
            process_id=record.process_id,
            title=record.title,
            draft=draft,
            owner_role=titles.get(owner, owner),
            owners=names.get(owner, ()),
            cases=cases,
            last=last,
        )


def _elements(draft: Draft, edition: str, number: str) -> tuple[str, ...]:
    """The titles of the elements that name the clause, or one below it."""
    return tuple(
        element.title
        for process in draft.diagram.processes
        for element in process.elements
        if any(each == edition and (own == number or own.startswith(f"{number}.")) for each, own in named_by(element))
    )


def _answer(process: _Process, edition: str, number: str, kept: Mapping[str, str]) -> Answer:
    return Answer(
        process_id=process.process_id,
        title=process.title,
        owner_role=process.owner_role,
        owners=process.owners,
        elements=_elements(process.draft, edition, number),
        records=tuple((name, kept[name]) for name in process.draft.facts.measured.records if name in kept),
        cases=process.cases,
        last=process.last,
    )


def _state(answers: Iterable[Answer], reason: str) -> State:
    answers = tuple(answers)
    if not answers:
        return State.NEEDLESS if reason else State.OPEN
    if not any(each.owners for each in answers):
        return State.OWNERLESS
    return State.LIVED if any(each.cases for each in answers) else State.READY
