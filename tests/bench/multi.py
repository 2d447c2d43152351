"""Parallel multi-instance: what one child costs in an activity of 1,000, over what it costs in one of 10.

Two kinds of cases live in one store: one case whose task is done by 1,000 side by side, and cases of ten. Measured is
a whole life, the start with the tasks of all children and then the completion of each of them, divided by the number
of children. The cases of ten are begun and ended in between, as many children of theirs as of the large case, so that a
busy moment of the machine hits both alike. Right after each act of the large case comes its floor: the same statements
with the same values, said again to a twin of the store.
"""

from collections.abc import Mapping
from decimal import Decimal
from statistics import median
from typing import Any, Final

from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.database import Database
from engine.installation import Installation
from engine.model.instance import Task
from engine.model.person import Actor
from engine.storage import instances
from engine.transaction import begin, reading
from forms.answers import Answers
from tests.bench.beside import Series, measure, milliseconds, pause, timed
from tests.bench.loop import desk, opened
from tests.bench.stores import Place, on_both
from tests.bpmn.drawing import definitions, extended, flows

MANY: Final = 1000
FEW: Final = 10
PROCESS: Final = "crowd"

FILES = {
    "crowd.bpmn": definitions(
        f'<process id="{PROCESS}" name="Crowd" isExecutable="true">{extended(numberPrefix="CROWD")}'
        f'<laneSet id="lanes"><lane id="desk" name="Service desk">{extended(role="service_desk")}'
        "<flowNodeRef>s</flowNodeRef><flowNodeRef>ask</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></laneSet>"
        '<startEvent id="s" name="Begun"/>'
        f'<userTask id="ask" name="Answer">{extended(formRef="ask")}'
        "<multiInstanceLoopCharacteristics><loopCardinality>= number</loopCardinality>"
        "</multiInstanceLoopCharacteristics></userTask>"
        f'<endEvent id="e" name="Done"/>{flows("s>ask>e")}</process>'
    ),
    "ask.form": b"""{"type": "default", "id": "ask", "components": [
        {"type": "textarea", "key": "note", "id": "f1", "label": "Note"}]}""",
    "process.toml": b"""title = "Crowd"\npurpose = "To be measured."\nowner = "service_desk"\n""",
}


class Crowd:
    """A case with so many children: to be started, then completed one by one."""

    def __init__(self, installation: Installation, actor: Actor, number: int) -> None:
        self._installation = installation
        self._actor = actor
        self.number = number
        self.waiting: list[Task] = []
        self.seconds = 0.0
        self.worked = 0.0
        self._instance_id = ""

    def start(self) -> None:
        """Start the case; all its tasks are open then."""
        answers = Answers(values={"number": Decimal(self.number)}, personal=frozenset())
        with begin(self._installation, self._actor) as tx:
            self._instance_id = start_case(tx, PROCESS, answers).id

    def look(self) -> None:
        """See which tasks are open."""
        with reading(self._installation, self._actor) as tx:
            self.waiting = instances.tasks_of(tx, self._instance_id, state="open")
        assert len(self.waiting) == self.number

    def complete(self) -> None:
        """Complete the next child."""
        task = self.waiting.pop(0)
        answers = Answers(values={"note": f"Answer before {len(self.waiting)} more."}, personal=frozenset({"note"}))
        with begin(self._installation, self._actor) as tx:
            complete_task(tx, task.id, answers, task.version)

    def ended(self) -> bool:
        """Whether the case has ended."""
        with reading(self._installation, self._actor) as tx:
            case = instances.get(tx, self._instance_id)
            return case is not None and case.state == "completed"

    def add(self, spent: tuple[float, float]) -> None:
        """Count time as spent on this case."""
        self.seconds, self.worked = self.seconds + spent[0], self.worked + spent[1]


def run() -> dict[str, Any]:
    """Measure; about two minutes. Target: growth <= 1.5."""
    return on_both("multi", measured, {"growth": 1.5}, {})


def measured(place: Place, *, many: int = MANY, few: int = FEW) -> Mapping[str, Any]:
    """Measure on one database; `many` is a multiple of `few`."""
    store = place.new()
    installation = opened(store.folder, store.url, {PROCESS: FILES})
    actor = desk(installation)
    _live(Crowd(installation, actor, few))  # compiled, cached, connected
    installation.close()
    beside = place.copy(store)
    twin = Database(beside.url)
    starts, completions = Series(), Series()
    large = Crowd(installation, actor, many)
    small: list[Crowd] = []
    measure(starts, twin, large.start, float)
    large.look()
    while large.waiting:
        # The twin would miss what the small cases write, but they share no row with the large one.
        small.append(_live(Crowd(installation, actor, few)))
        for _ in range(few):
            measure(completions, twin, large.complete, float)
    assert large.ended()
    twin.close()
    installation.close()
    return _figures(starts, completions, small, many, few)


def _live(case: Crowd) -> Crowd:
    pause()
    case.add(timed(case.start))
    case.look()
    while case.waiting:
        pause()
        case.add(timed(case.complete))
    assert case.ended()
    return case


def _figures(starts: Series, completions: Series, small: list[Crowd], many: int, few: int) -> dict[str, Any]:
    child = (sum(starts.act) + sum(completions.act)) / many
    worked = (sum(starts.act_processor) + sum(completions.act_processor)) / many
    few_child = median(case.seconds for case in small) / few
    few_worked = median(case.worked for case in small) / few
    return {
        "growth": round(child / few_child, 3),
        "growth_processor": round(worked / few_worked, 3),
        "child_ms": {str(few): milliseconds(few_child), str(many): milliseconds(child)},
        "start": starts.figures(),
        "completion": completions.figures(),
    }
