"""Figures of cases: taken from the journal of each when it has moved, so that measures of a year cost one query.

They are derived and hold numbers only; like drafts they are not journaled.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from bpmn.linking import INVERSE
from bpmn.measures import Measured, taken
from engine.errors import NotFound, StateUnreadable
from engine.live import compiled, environment, last_released
from engine.model.entry import instance_stream
from engine.model.instance import Instance
from engine.model.link import EndKind, case_end
from engine.storage import clocks, figures, journal, links
from engine.storage.journal import Entry
from engine.telling import STALE, facts_of
from engine.transaction import Transaction

TOGETHER: Final = 20
"""Of how many cases the history is read at once."""


def measured(tx: Transaction) -> Mapping[str, Measured]:
    """Give what every process in force measures of its cases, by process; releases that cannot be read are left out."""
    facts = {record.process_id: draft.facts.measured for record, draft in last_released(tx)}
    return {name: said for name, said in facts.items() if said.of_cases}


def waits(tx: Transaction) -> bool:
    """Say whether a case is not counted as it stands."""
    return bool(figures.uncounted(tx, {name: each.digest for name, each in measured(tx).items()}, 1, tx.now() - STALE))


def count_cases(tx: Transaction, limit: int) -> int:
    """Take the figures of at most `limit` cases that are not counted as they stand; says of how many."""
    processes = measured(tx)
    digests = {name: each.digest for name, each in processes.items()}
    cases = figures.uncounted(tx, digests, limit, tx.now() - STALE)
    ran = clocks.of_instances(tx, [case.id for case in cases])
    linked = _linked(tx, cases)
    rows = []
    for first in range(0, len(cases), TOGETHER):
        some = cases[first : first + TOGETHER]
        told: dict[str, list[Entry]] = {instance_stream(case.id): [] for case in some}
        for entry in journal.of_streams(tx.connection, list(told)):
            told[entry.stream].append(entry)
        for case in some:
            said, found = processes[case.process_id], dict[str, Decimal]()
            # A case on a release that cannot be read any more has no figures; others have theirs all the same.
            with suppress(StateUnreadable, NotFound):
                process, entries = compiled(tx, case.publication_id).process, told[instance_stream(case.id)]
                found = _figures(tx, said, facts_of(case, process, entries, ran.get(case.id, ()), linked[case.id]))
            rows.append((case, digests[case.process_id], found))
    figures.put(tx, rows)
    return len(rows)


def _figures(tx: Transaction, said: Measured, names: Mapping[str, Any]) -> dict[str, Decimal]:
    """What each measure takes of a case of which this is known."""
    found = ((measure.id, taken(measure, names, environment(tx))) for measure in said.of_cases)
    return {name: figure for name, figure in found if figure is not None}


def _linked(tx: Transaction, cases: Collection[Instance]) -> Mapping[str, Counter[str]]:
    """How many links of each kind the cases have, by case, seen from it."""
    found: dict[str, Counter[str]] = {case.id: Counter() for case in cases}
    for link in links.of(tx, [case_end(case.id) for case in cases]):
        for end, kind in ((link.source, link.kind), (link.target, INVERSE[link.kind])):
            if end.kind is EndKind.CASE and end.id in found:
                found[end.id][kind] += 1
    return found
