"""Operations that count: cases by what they have in common, and the figures of measures in a time.

So a process finds by itself what comes again and again, and a review begins with what is known
(ISO/IEC 20000-1:2018 8.6.3, 9.1 and 9.3).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from bpmn.linking import KINDS
from bpmn.measures import Kind, Measure, Over, together
from engine.live import last_released
from engine.model.instance import Instance
from engine.model.link import case_end
from engine.register_figures import Holdings
from engine.storage import counting, figures, links
from engine.transaction import Transaction
from forms.data import Value, canonical

MOST: Final = 2_000
"""How many cases are looked at, the newest first."""
_OWN: Final = frozenset({"service", "priority", "state"})
"""What is read from the case itself, not from its variables."""


def count_alike(
    tx: Transaction,
    process_id: str,
    where: Mapping[str, Value],
    by: Sequence[str],
    *,
    since: datetime | None,
    until: datetime | None,
    without: str | None,
) -> dict[str, Value]:
    """Count the cases of a process that began in a time and have these values, also by what they have in common.

    `without` leaves out those that have a link of this kind. Restricted cases are never counted.
    """
    found = counting.begun(tx, process_id, since, until, MOST)
    if without is not None:
        linked = _linked(tx, found, without)
        found = [case for case in found if case.id not in linked]
    names = {*where, *by}
    values = {case.id: _own(case) for case in found}
    for case_id, name, value in counting.told(tx, list(values), names - _OWN):
        values[case_id][name] = value
    fitting = [case for case in found if all(values[case.id].get(name) == wanted for name, wanted in where.items())]
    groups: defaultdict[str, list[Instance]] = defaultdict(list)
    for case in fitting if by else ():
        groups[canonical({name: values[case.id].get(name) for name in by})].append(case)
    alike = [cases for _key, cases in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))]
    told = [
        {name: values[cases[0].id].get(name) for name in by}
        | {"count": Decimal(len(cases)), "numbers": _numbers(cases)}
        for cases in alike
    ]
    return {"count": Decimal(len(fitting)), "numbers": _numbers(fitting), "groups": told}


def _own(case: Instance) -> dict[str, Value]:
    return {"service": case.service_id, "priority": case.priority, "state": case.state}


def _numbers(cases: Collection[Instance]) -> list[Value]:
    """Their numbers, the oldest first."""
    return [case.number for case in reversed(list(cases))]


def _linked(tx: Transaction, cases: Sequence[Instance], kind: str) -> set[str]:
    """Give the ids of those that have a link of a kind, seen from them."""
    ends = [case_end(case.id) for case in cases]
    found = links.of(tx, ends)
    return {link.source.id for link in found if link.kind == kind} | {
        link.target.id for link in found if KINDS[link.kind] == kind
    }


def read_measures(tx: Transaction, process_id: str | None, since: datetime, until: datetime) -> dict[str, Value]:
    """Give the figures of all processes, or of one, of what began, ended or was dated in a time, as it is counted.

    Records that have no date stand as they did at its end. Measures of open cases have no figure for a time that is
    over, and are left out, as are those without a case or record.
    """
    holdings = Holdings(tx)
    told: list[Value] = []
    for record, draft in last_released(tx):
        for one in draft.facts.measured.measures if process_id in (None, record.process_id) else ():
            if one.over is Over.RECORDS:
                values = [value for _key, value in holdings.taken(one, since, until) or ()]
            else:
                values = _values(tx, record.process_id, one, since, until)
            if values:
                told.append({"process": record.process_id, "of": record.title, **_told(one, values)})
    return {"count": Decimal(len(told)), "measures": told}


def _values(tx: Transaction, process_id: str, one: Measure, since: datetime, until: datetime) -> list[Decimal]:
    """What a measure takes of the cases of a time; nothing of what is open, as it is not known how it was."""
    if one.over is Over.OPEN:
        return []
    kept = (figures.begun if one.over is Over.BEGUN else figures.ended)(tx, [process_id], since, until)
    return [each.figures[one.id] for each in kept.get(process_id, ()) if one.id in each.figures]


def _told(one: Measure, values: Sequence[Decimal]) -> dict[str, Value]:
    value = together(one.kind, values)
    return {
        "measure": one.id,
        "title": one.title,
        "value": value,
        "said": "" if value is None else _said(one, value),
        "cases": Decimal(len(values)),
        "target": one.target,
        "reached": one.reached(value),
        "unit": one.unit,
    }


def _said(one: Measure, value: Decimal) -> str:
    """A figure in words: shares in per cent, durations in hours or days."""
    share, days = one.kind is Kind.SHARE, one.unit == "days"
    figure = value * 100 if share else value / 24 if days else value
    rounded = round(figure, 0 if figure == figure.to_integral_value() else 1)
    return f"{rounded} {'%' if share else one.unit}".strip()
