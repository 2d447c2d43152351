"""Figures of cases that ended: taken once from the journal of each, so that measures of a year cost one query.

They are derived and hold numbers only; like drafts they are not journaled.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress

from bpmn.linking import INVERSE
from bpmn.measures import Measured, Over, taken
from engine.errors import NotFound, StateUnreadable
from engine.live import compiled, environment, released_draft
from engine.model.entry import instance_stream
from engine.model.instance import Instance
from engine.model.link import EndKind, case_end
from engine.storage import clocks, figures, journal, links, publications
from engine.telling import facts_of
from engine.transaction import Transaction


def measured(tx: Transaction) -> Mapping[str, Measured]:
    """Give what every process in force measures of cases that ended, by process; those that cannot be read are left."""
    found = {}
    for record in publications.all_released(tx):
        with suppress(StateUnreadable, NotFound):
            said = released_draft(tx, record.id).facts.measured
            if any(measure.over is Over.ENDED for measure in said.measures):
                found[record.process_id] = said
    return found


def waits(tx: Transaction) -> bool:
    """Say whether an ended case has no figures yet."""
    return bool(figures.uncounted(tx, {name: each.digest for name, each in measured(tx).items()}, 1))


def count_ended(tx: Transaction, limit: int) -> int:
    """Take the figures of at most `limit` ended cases that have none yet, oldest first; says of how many."""
    processes = measured(tx)
    cases = figures.uncounted(tx, {name: each.digest for name, each in processes.items()}, limit)
    ran = clocks.of_instances(tx, [case.id for case in cases])
    linked = _linked(tx, cases)
    rows = []
    for case in cases:
        said = processes[case.process_id]
        names = facts_of(
            case,
            journal.entries(tx.connection, instance_stream(case.id)),
            ran.get(case.id, ()),
            linked[case.id],
            compiled(tx, case.publication_id).process.outcomes,
        )
        found = {
            measure.id: figure
            for measure in said.measures
            if measure.over is Over.ENDED and (figure := taken(measure, names, environment(tx))) is not None
        }
        rows.append((case, said.digest, found))
    figures.put(tx, rows)
    return len(rows)


def _linked(tx: Transaction, cases: Collection[Instance]) -> Mapping[str, Counter[str]]:
    """How many links of each kind the cases have, by case, seen from it."""
    found: dict[str, Counter[str]] = {case.id: Counter() for case in cases}
    for link in links.of(tx, [case_end(case.id) for case in cases]):
        for end, kind in ((link.source, link.kind), (link.target, INVERSE[link.kind])):
            if end.kind is EndKind.CASE and end.id in found:
                found[end.id][kind] += 1
    return found
