"""Duties that are kept apart: from which tasks of a case a person is kept, and why.

Whoever did a step, or began the case, is kept from the tasks that are separate from it (`separateFrom`); people whom
the data of a case name are kept from a task by `separateFromPeople`: those a complaint is about, or the authors of what
is approved (ISO/IEC 20000-1:2018 7.5, 8.5.1). Asked anew each time, so data that change meanwhile count.
"""

from collections.abc import Collection, Iterable, Mapping

from bpmn.assignment import KEPT_OUT
from bpmn.diagram import Diagram
from engine.errors import NotAllowed, StepFailed
from engine.live import context_of, surroundings
from engine.model.instance import Instance, Task
from engine.offering import ids_of
from engine.storage import instances
from engine.transaction import Transaction


def kept_apart(
    tx: Transaction, person_id: str | None, tasks: Iterable[tuple[Task, Instance, Diagram]]
) -> Mapping[str, str]:
    """Say from which of these tasks, by id, duties keep a person, and why in a sentence.

    Asks the database once for what the person did, and once for each task that data keep people from; not at all where
    no task is kept apart from anything.
    """
    if person_id is None:
        return {}
    asked = list(tasks)
    apart = [(*each, names) for each in asked if (names := _apart_from(each[2], each[0].element_id))]
    done = instances.done_by(tx, person_id, {instance.id for _, instance, _, _ in apart}) if apart else {}
    found = {}
    for task, instance, diagram in asked:
        if names_people(diagram, task) and (why := _named(tx, person_id, task, instance, diagram)):
            found[task.id] = why
    for task, instance, diagram, names in apart:
        did: Collection[str] = names & done.get(instance.id, set())
        if not did and instance.starter_id == person_id:
            did = {name for name in names if (start := diagram.find(name)) and start.kind == "startEvent"}
        if did:
            title = diagram.element(min(did)).title
            found[task.id] = (
                f"Whoever did “{title}” in this case does not do “{task.title}” as well: duties are kept apart here."
            )
    return found


def check_apart(tx: Transaction, task: Task, instance: Instance, diagram: Diagram) -> None:
    """Refuse a person whom other work on the case, or its data, keep from a task. Raises NotAllowed."""
    for reason in kept_apart(tx, tx.actor.person_id, [(task, instance, diagram)]).values():
        raise NotAllowed(reason, task_id=task.id)


def names_people(diagram: Diagram, task: Task) -> bool:
    """Say whether the data of its case may keep people from a task."""
    return KEPT_OUT in diagram.element(task.element_id).properties


def _apart_from(diagram: Diagram, element_id: str) -> frozenset[str]:
    return diagram.process(diagram.element(element_id).process_id).duties.get(element_id, frozenset())


def _named(tx: Transaction, person_id: str, task: Task, instance: Instance, diagram: Diagram) -> str:
    """Say why the data keep a person from a task; where they cannot be read, everybody is kept from it."""
    element = diagram.element(task.element_id)
    data = context_of(tx, instance, instances.live_state(tx, instance.id), task.token)
    try:
        people = ids_of(element.properties.get(KEPT_OUT), element, data, surroundings(tx, instance))
    except StepFailed as error:
        return str(error)
    if person_id not in people:
        return ""
    return f"This case is about you, or about your own work, so “{task.title}” is done by somebody else."
