"""What came of a rehearsal, as values and as JSON, and how it differs from what was expected."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bpmn.errors import FileProblem
from bpmn.rules.finding import Finding
from bpmn.scenarios import Expected
from forms.data import Value, canonical

ENTERED: Final = frozenset({"entered", "repeats"})
"""What the trace says of an element that was reached: of a repeated activity also where it had no instance."""


class Status(StrEnum):
    """What a rehearsal came to."""

    COMPLETED = "completed"
    """Every case has ended."""
    WAITING = "waiting"
    """A case waits for something that does not come."""
    FAILED = "failed"
    """Something could not go on; the incidents say where and why."""
    REFUSED = "refused"
    """A finding is an error: nothing was run."""
    UNREADABLE = "unreadable"
    """A file cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The outcome; `data` are the variables of the first case that began, `path` what all cases completed, in order."""

    status: Status
    reason: str = ""
    """Why it ended early; empty where nothing more could happen."""
    processes: tuple[str, ...] = ()
    """The processes that began."""
    trace: Sequence[Mapping[str, Value]] = ()
    path: Sequence[str] = ()
    end: Sequence[str] = ()
    data: Mapping[str, Value] = field(default_factory=dict)
    cases: Sequence[Mapping[str, Value]] = ()
    waiting: Sequence[Mapping[str, Value]] = ()
    incidents: Sequence[Mapping[str, Value]] = ()
    findings: Sequence[Finding] = ()
    unreadable: Sequence[FileProblem] = ()

    @property
    def flows(self) -> tuple[str, ...]:
        """The sequence flows that were taken."""
        return tuple(dict.fromkeys(str(told["element"]) for told in self.trace if told["event"] == "flow"))

    @property
    def entered(self) -> tuple[str, ...]:
        """The elements that were entered, each once."""
        return tuple(dict.fromkeys(str(told["element"]) for told in self.trace if told["event"] in ENTERED))

    def document(self) -> dict[str, Value]:
        """Give the outcome as process data; docs/reference/headless.md promises its form."""
        return {
            "status": self.status.value,
            "reason": self.reason,
            "processes": list(self.processes),
            "path": list(self.path),
            "end": list(self.end),
            "data": dict(self.data),
            "waiting": [dict(place) for place in self.waiting],
            "incidents": [dict(incident) for incident in self.incidents],
            "cases": [dict(case) for case in self.cases],
            "trace": [dict(told) for told in self.trace],
            "findings": [finding.document() for finding in self.findings],
            "unreadable": [problem.document() for problem in self.unreadable],
        }


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that came out otherwise than expected."""

    what: str
    expected: Value
    got: Value

    def __str__(self) -> str:
        return f"{self.what}: expected {canonical(self.expected)}, got {canonical(self.got)}"


def differences(expected: Expected, got: Rehearsal) -> tuple[Difference, ...]:
    """Give every difference; a rehearsal that nobody expected to fail differs where it could not go on."""
    return tuple(_differences(expected, got))


def _differences(expected: Expected, got: Rehearsal) -> Iterator[Difference]:
    if expected.status is not None and expected.status != got.status:
        yield Difference(what="status", expected=expected.status, got=got.status.value)
    elif expected.status is None and got.status in (Status.REFUSED, Status.UNREADABLE):
        yield Difference(what="status", expected=Status.COMPLETED.value, got=got.status.value)
    elif expected.status is None and expected.incidents is None and got.status is Status.FAILED:
        yield Difference(what="incidents", expected=[], got=_elements(got.incidents))
    if expected.path is not None and list(expected.path) != list(got.path):
        yield Difference(what="path", expected=list(expected.path), got=list(got.path))
    missed = [element for element in expected.visited if element not in got.entered]
    if missed:
        yield Difference(what="visited", expected=missed, got=[])
    met = [element for element in expected.not_visited if element in got.entered]
    if met:
        yield Difference(what="notVisited", expected=[], got=met)
    for name, value in expected.data.items():
        if name not in got.data or canonical(got.data[name]) != canonical(value):
            yield Difference(what=f"data.{name}", expected=value, got=got.data.get(name))
    sets = (
        ("end", expected.end, got.end),
        ("waiting", expected.waiting, _elements(got.waiting)),
        ("incidents", expected.incidents, _elements(got.incidents)),
    )
    for what, wanted, came in sets:
        if wanted is not None and Counter(wanted) != Counter(came):
            yield Difference(what=what, expected=list(wanted), got=list(came))


def _elements(places: Iterable[Mapping[str, Value]]) -> list[str]:
    return [str(place["element"] or "") for place in places]
