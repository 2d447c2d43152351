"""A process beside the one that Keelson ships: which control went missing, what is done otherwise, what was added."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bpmn.comparing import Difference, Weight, compare
from bpmn.draft import Draft, read_draft
from bpmn.library import shipped
from bpmn.measures import Measure
from engine.errors import NotAllowed, NotFound
from engine.live import released_draft
from engine.permissions import Action, may
from engine.storage import publications
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The release in force beside the shipped process of the same id."""

    process_id: str
    title: str
    version: int
    differences: tuple[Difference, ...]

    def of(self, weight: str) -> tuple[Difference, ...]:
        """Those of one weight."""
        return tuple(each for each in self.differences if each.weight == weight)

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The weights there are, the heaviest first."""
        return tuple(weight for weight in Weight if self.of(weight))


def is_shipped(process_id: str) -> bool:
    """Say whether Keelson ships a process of this id."""
    return process_id in shipped()


def comparison(tx: Transaction, process_id: str) -> Comparison:
    """Compare the last release with what is shipped. Raises NotFound, NotAllowed."""
    if not may(tx.actor, Action.SEE_CASES):
        raise NotAllowed("Your roles do not allow you to compare processes.")
    record = publications.latest(tx, process_id)
    if record is None or not is_shipped(process_id):
        raise NotFound("There is nothing to compare this process with.", process_id=process_id)
    return Comparison(
        process_id=process_id,
        title=record.title,
        version=record.version or 0,
        differences=compare(_shipped(process_id), released_draft(tx, record.id)),
    )


def shipped_measures(process_id: str) -> Mapping[str, Measure]:
    """Give the measures of the shipped process of an id, by their id; none where there is no such process."""
    return {each.id: each for each in _shipped(process_id).facts.measured.measures} if is_shipped(process_id) else {}


@cache
def _shipped(process_id: str) -> Draft:
    return read_draft(shipped()[process_id])
