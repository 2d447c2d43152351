"""The scenarios beside a diagram: each played, and compared with what it expects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

from bpmn.publishing import digest
from bpmn.scenarios import ENDING, ScenarioUnreadable, read_scenario
from engine.installation import Installation
from engine.live import Shelf
from engine.permissions import Action, requires
from engine.rehearsing.outcome import Difference, Rehearsal, differences
from engine.rehearsing.playing import TOO_LONG
from engine.rehearsing.rehearsal import rehearse
from engine.running import spent
from engine.storage import publications
from engine.transaction import Transaction
from forms.data import Value

KEPT: Final = 100
"""How many outcomes are kept for pages: the same files always come to the same."""
SECONDS: Final = 10.0
"""How much processor time the scenarios of one version may take together for a page."""


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A scenario beside its diagram and what came of it; `problem` where it could not be played at all."""

    folder: str
    name: str
    problem: str = ""
    title: str = ""
    rehearsal: Rehearsal | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.problem and not self.differences

    def document(self) -> dict[str, Value]:
        """Give it as process data."""
        return {
            "scenario": str(Path(self.folder) / self.name),
            "passed": self.passed,
            "problem": self.problem,
            "differences": [vars(difference) | {} for difference in self.differences],
            "status": self.rehearsal.status.value if self.rehearsal else None,
            "path": list(self.rehearsal.path) if self.rehearsal else [],
        }


def play(folder: str, files: Mapping[str, bytes], name: str, *, seconds: float | None = None) -> Tested:
    """Play one scenario on the files beside it."""
    try:
        scenario = read_scenario(files[name], name)
    except ScenarioUnreadable as error:
        return Tested(folder=folder, name=name, problem="; ".join(error.problems))
    rehearsal = rehearse(files, scenario, seconds=seconds)
    found = differences(scenario.expected, rehearsal)
    return Tested(folder=folder, name=name, title=scenario.title, rehearsal=rehearsal, differences=found)


def play_all(folder: str, files: Mapping[str, bytes], *, seconds: float | None = None) -> Iterator[Tested]:
    """Play every scenario among the files of a process, by name; `seconds` bounds each."""
    return (play(folder, files, name, seconds=seconds) for name in named(files))


def named(files: Mapping[str, bytes]) -> list[str]:
    """Give the names of the scenarios among files."""
    return sorted(name for name in files if name.endswith(ENDING))


@requires(Action.AUTHOR)
def files_to_play(tx: Transaction, publication_id: str) -> Mapping[str, bytes]:
    """Give the files of a version that its author may play. Raises NotAllowed."""
    return publications.files(tx, publication_id)


def played(
    installation: Installation, files: Mapping[str, bytes], *, first: str = "", seconds: float = SECONDS
) -> Mapping[str, Tested | None]:
    """Give what each scenario of a version came to, by name; None for those there was no time left to play.

    The one named `first` is played before the others.
    """
    shelf: Shelf = installation.memory.setdefault("rehearsals", Shelf(KEPT))
    until, sealed = spent() + seconds, digest(files)
    found: dict[str, Tested | None] = {}
    for name in sorted(named(files), key=lambda name: name != first):
        kept, left = shelf.get((sealed, name)), until - spent()
        if kept is None and left > 0:
            tested = play("", files, name, seconds=left)
            if tested.rehearsal is None or tested.rehearsal.reason != TOO_LONG:
                shelf.put((sealed, name), kept := tested)
        found[name] = kept if isinstance(kept, Tested) else None
    return dict(sorted(found.items()))


def junit(tested: Iterable[Tested]) -> bytes:
    """Write the report that build servers read."""
    listed = list(tested)
    failures = sum(not one.passed for one in listed)
    suite = Xml.Element("testsuite", name="scenarios", tests=str(len(listed)), failures=str(failures))
    for one in listed:
        case = Xml.SubElement(suite, "testcase", classname=one.folder, name=one.name)
        if not one.passed:
            failure = Xml.SubElement(case, "failure", message=one.problem or "not as expected")
            failure.text = "\n".join(str(difference) for difference in one.differences)
    return bytes(Xml.tostring(suite, encoding="utf-8", xml_declaration=True))
