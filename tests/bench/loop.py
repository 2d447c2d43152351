"""A process that goes round for ever, [user task -> script -> gateway -> back], and one case of it driven by acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine.acts import publishing, setting_up
from engine.acts.completing import complete_task
from engine.acts.people import add_person, grant_role
from engine.acts.starting import start_case
from engine.installation import Installation, open_installation
from engine.model.instance import Task
from engine.model.person import SYSTEM, Actor
from engine.settings import Settings
from engine.storage import instances, migrations
from engine.transaction import Transaction, begin, reading
from forms.answers import Answers
from tests.bpmn.drawing import definitions, extended, flows

PROCESS = "rounds"

FILES = {
    "rounds.bpmn": definitions(
        f'<process id="{PROCESS}" name="Rounds" isExecutable="true">{extended(numberPrefix="LOOP")}'
        f'<laneSet id="lanes"><lane id="desk" name="Service desk">{extended(role="service_desk")}'
        "<flowNodeRef>s</flowNodeRef><flowNodeRef>ask</flowNodeRef><flowNodeRef>count</flowNodeRef>"
        "<flowNodeRef>again</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></laneSet>"
        '<startEvent id="s" name="Begun"/>'
        f'<userTask id="ask" name="Answer">{extended(formRef="ask")}</userTask>'
        '<scriptTask id="count" name="Count" scriptFormat="FEEL">'
        "<script>rounds = if rounds = null then 1 else rounds + 1</script></scriptTask>"
        '<exclusiveGateway id="again" name="Again?" default="again_ask"/>'
        '<endEvent id="e" name="Done"/>'
        f"{flows('s>ask>count>again>ask')}"
        '<sequenceFlow id="again_e" name="enough" sourceRef="again" targetRef="e">'
        "<conditionExpression>= enough = true</conditionExpression></sequenceFlow></process>"
    ),
    "ask.form": b"""{"type": "default", "id": "ask", "components": [
        {"type": "textarea", "key": "note", "id": "f1", "label": "Note"},
        {"type": "number", "key": "amount", "id": "f2", "label": "Amount"},
        {"type": "checkbox", "key": "enough", "id": "f3", "label": "Enough"}]}""",
    "process.toml": b"""title = "Rounds"\npurpose = "To be measured."\nowner = "service_desk"\n""",
}


class Clock:
    """A clock that goes on by a second at every look, so that no two acts are at one moment."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def answers(round_number: int, *, enough: bool = False) -> Answers:
    """What a person fills in: some text that differs from round to round, a number, a box."""
    values = {"note": f"Round {round_number}: looked at it, nothing new.", "amount": Decimal(round_number)}
    return Answers(values={**values, "enough": enough}, personal=frozenset({"note"}))


@dataclass(kw_only=True)
class Loop:
    """One case of the process in its store; `task` is the open one, `rounds` how many were completed."""

    installation: Installation
    actor: Actor
    instance_id: str
    task: Task
    rounds: int = 0

    def complete(self) -> None:
        """Complete the open task: one transaction, as a page does it."""
        with begin(self.installation, self.actor) as tx:
            done = complete_task(tx, self.task.id, answers(self.rounds + 1), self.task.version)
        assert done.next_task is not None
        self.task, self.rounds = done.next_task, self.rounds + 1

    def forget_live(self) -> None:
        """Empty the cache of live cases: the next completion reads the state from the database."""
        self.installation.memory.pop("live cases", None)

    def state_bytes(self) -> int:
        """The length of the stored state."""
        with reading(self.installation, self.actor) as tx:
            return len(instances.live_state(tx, self.instance_id) or b"")


def opened(
    folder: Path,
    url: str,
    processes: Mapping[str, Mapping[str, bytes]] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Installation:
    """An installation with roles and these processes released (else the loop), through the same doors as everywhere."""
    installation = open_installation(Settings(data=folder, database=url), clock or Clock())
    migrations.upgrade(installation.database)
    with begin(installation, SYSTEM) as tx:
        setting_up.begin_installation(tx)
        publishing.load_library(tx, processes or {PROCESS: FILES})
    return installation


def desk(installation: Installation) -> Actor:
    """A person at the service desk."""
    with begin(installation, SYSTEM) as tx:
        person = add_person(tx, login="dora", name="Dora Desk", email="dora@example.org")
        grant_role(tx, person.id, "service_desk")
    return Actor(person_id=person.id, name=person.name, roles=frozenset({"service_desk", "employee"}))


def start(installation: Installation, actor: Actor) -> str:
    """Start a case of the process, as a page does it; gives its id."""
    with begin(installation, actor) as tx:
        return start_case(tx, PROCESS, Answers(values={}, personal=frozenset())).id


def begun(installation: Installation, actor: Actor) -> Loop:
    """A new case of the process."""
    instance_id = start(installation, actor)
    return Loop(
        installation=installation, actor=actor, instance_id=instance_id, task=_open_task(installation, instance_id)
    )


def _open_task(installation: Installation, instance_id: str) -> Task:
    with reading(installation, SYSTEM) as tx:
        return only(tx, instance_id)


def only(tx: Transaction, instance_id: str) -> Task:
    """The one open task of a case."""
    (task,) = instances.tasks_of(tx, instance_id, state="open")
    return task
