"""Who is offered a task, and who may do what with it.

Separation of duties: whoever had a hand in a draft of a process does not release it.

A task is bound when it arises (decision 13): to a person named in data (`assignPerson`), whose alone it is, or to an
audience: roles (`assignGroup`) and people (`assignPeople`), plain or chosen in data, else the role of its lane. To a
person beside an audience the task is assigned, and he may give it back to the others.
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bpmn.assignment import GROUP, PEOPLE, PERSON, listed, plain_roles
from bpmn.compiling import CompiledProcess
from bpmn.compiling.timing import TimerInvalid, read_duration, read_moment
from bpmn.diagram import Diagram, Element, Event, Process
from bpmn.urgency import HIGHEST_PRIORITY, priority_of
from engine.errors import NotAllowed, StepFailed, TaskAlreadyDone, TaskMovedOn, TaskTaken
from engine.model.audience import NOBODY, Audience, of_role
from engine.model.entry import EntryKind, publication_stream
from engine.model.instance import ORDINARY, Instance, Task
from engine.model.person import Actor
from engine.model.publication import PublicationRecord
from engine.permissions import Action, may
from engine.running import Surroundings
from engine.storage import journal
from engine.storage import people as rows
from engine.transaction import Transaction
from forms.data import Value
from forms.feel import Environment, FeelError, parse_expression


@dataclass(frozen=True, kw_only=True)
class Binding:
    """Who is offered a task, under which title, with which form."""

    title: str
    audience: Audience
    person_id: str | None
    assignee_id: str | None
    form: str | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int


def bind(diagram: Diagram, element_id: str, data: Mapping[str, Value], surroundings: Surroundings) -> Binding:
    """Bind the task at an element, with the variables visible to it.

    Raises StepFailed when nobody results, a date is none, or a priority is no whole number.
    """
    element = diagram.element(element_id)
    properties = element.properties
    person = _chosen(properties.get(PERSON), element, data, surroundings)
    audience = NOBODY
    if GROUP in properties or PEOPLE in properties:
        roles = ids_of(properties.get(GROUP), element, data, surroundings)
        audience = Audience.of(roles, ids_of(properties.get(PEOPLE), element, data, surroundings))
    if person and audience:
        audience = Audience.of(audience.roles, (*audience.people, person))
    elif not person and not audience:
        role = diagram.role_of(element)
        if role is None:
            raise StepFailed(
                element_id, "nobody_to_do_it", f"Nobody is offered the task “{element.title}”: it has no role."
            )
        audience = of_role(role)
    title = _chosen(properties.get("title"), element, data, surroundings, "a text") or element.title
    return Binding(
        title=title[:500],
        audience=audience,
        person_id=None if audience else person,
        assignee_id=person,
        form=properties.get("formRef") or None,
        due_at=_date("due", element, data, surroundings),
        follow_up_at=_date("followUp", element, data, surroundings),
        priority=_priority(element, data, surroundings),
    )


def ids_of(text: str | None, element: Element, data: Mapping[str, Value], surroundings: Surroundings) -> list[str]:
    """Read the ids of roles or people: one, several between commas, or a list; what is null in it is left out.

    Raises StepFailed.
    """
    if text is None:
        return []
    found = _evaluated(text, element, data, surroundings)
    parts = found if isinstance(found, list) else [found]
    if any(part is not None and not isinstance(part, str) for part in parts):
        raise StepFailed(
            element.id, "binding_wrong", f"“{text}” on “{element.title}” must give ids of roles or people, as texts."
        )
    return [each for part in parts if isinstance(part, str) for each in listed(part)]


def _date(name: str, element: Element, data: Mapping[str, Value], surroundings: Surroundings) -> datetime | None:
    """Read a date, or a duration from now on, of a task; none where the property is not set or gives null."""
    text = _chosen(element.properties.get(name), element, data, surroundings, "a date or a duration, as text")
    if text is None:
        return None
    try:
        if text.lstrip("-").startswith("P"):
            return read_duration(text).after(surroundings.now)
        return read_moment(text)
    except TimerInvalid as error:
        raise StepFailed(element.id, "date_wrong", f"{name} of “{element.title}”: {error}.") from error


def _priority(element: Element, data: Mapping[str, Value], surroundings: Surroundings) -> int:
    """Read how urgent a task is; the ordinary priority where the property is not set or gives null."""
    found = _evaluated(element.properties.get("priority"), element, data, surroundings)
    if found is None:
        return ORDINARY
    number = priority_of(found)
    if number is None:
        raise StepFailed(
            element.id,
            "priority_wrong",
            f"The priority of “{element.title}” is {found!r}, which is no whole number from 0 to {HIGHEST_PRIORITY}.",
        )
    return number


def _chosen(
    text: str | None,
    element: Element,
    data: Mapping[str, Value],
    surroundings: Surroundings,
    wanted: str = "the id of a person or group, as text",
) -> str | None:
    found = _evaluated(text, element, data, surroundings)
    if found is None or (isinstance(found, str) and found.strip()):
        return found
    raise StepFailed(element.id, "binding_wrong", f"“{text}” on “{element.title}” must give {wanted}.")


def _evaluated(text: str | None, element: Element, data: Mapping[str, Value], surroundings: Surroundings) -> Value:
    """Give a property's text, or what it gives where it is an expression; None where it is not set."""
    if not text or not text.strip():
        return None
    if not text.lstrip().startswith("="):
        return text.strip()
    # Read only, and left as it is: a name such as the calendar is fetched when it is asked for.
    scope: Mapping[str, Value] = ChainMap(dict(data), cast(dict[str, Value], surroundings.names))
    try:
        expression = parse_expression(text.lstrip()[1:], [*data, *surroundings.names, *surroundings.functions])
        outcome = expression.evaluate(scope, Environment(now=surroundings.now, functions=surroundings.functions))
    except FeelError as error:
        raise StepFailed(element.id, "binding_wrong", f"“{text}” on “{element.title}”: {error}") from error
    return outcome.value


def hands_in(tx: Transaction, record: PublicationRecord) -> frozenset[str]:
    """Give everybody who had a hand in a draft: who began or proposed it, and by its journal who changed it."""
    saved = journal.entries(tx.connection, publication_stream(record.id), kinds=[EntryKind.PUBLICATION_SAVED])
    hands = {record.author_id, record.proposer_id, *(entry.actor_id for entry in saved)}
    return frozenset(person for person in hands if person is not None)


def start_event(process: Process) -> Event | None:
    """Give the plain start event of a process: the one people start."""
    starts = [node for node in process.within(process.id) if isinstance(node, Event) and node.kind == "startEvent"]
    return next((node for node in starts if node.definition is None), None)


def may_start(actor: Actor, process: CompiledProcess) -> bool:
    """Say whether the actor may start cases: the start event names a role he holds, else its lane does, or none does.

    Nobody may where every start event has a trigger.
    """
    begin = start_event(process.process)
    if begin is None:
        return False
    lane = process.diagram.role_of(begin)
    roles = plain_roles(begin) or ((lane,) if lane else ())
    return actor.is_system or not roles or not actor.roles.isdisjoint(roles)


def is_offered(actor: Actor, task: Task) -> bool:
    """Say whether the task is the actor's to do: his by name, assigned to him, or offered to him or a role he holds."""
    if actor.is_system:
        return True
    if actor.person_id is None:
        return False
    if task.assignee_id == actor.person_id:
        return True
    if task.person_id is not None:
        return task.person_id == actor.person_id
    return actor.person_id in task.audience.people or not actor.roles.isdisjoint(task.audience.roles)


def may_claim(actor: Actor, task: Task) -> bool:
    """Say whether the actor can take the task for himself now."""
    return task.state == "open" and task.assignee_id is None and task.person_id is None and is_offered(actor, task)


def may_complete(actor: Actor, task: Task) -> bool:
    """Say whether the actor can complete the task now: it is his, or offered to him and claimed by nobody."""
    free = task.assignee_id in {None, actor.person_id} or actor.is_system
    return task.state == "open" and free and is_offered(actor, task)


def may_assign(actor: Actor, task: Task) -> bool:
    """Say whether the actor may hand this task to somebody else."""
    return task.state == "open" and task.person_id is None and may(actor, Action.ASSIGN)


def left_behind(tx: Transaction, task: Task) -> bool:
    """Say whether an open task is for people by name alone, who all have left the house: nobody could do it."""
    named = (task.person_id,) if task.person_id else () if task.audience.roles else task.audience.people
    return task.state == "open" and bool(named) and not any(each.active for each in rows.by_ids(tx, named))


def check_open(task: Task, *, seen: int | None = None, ended_by_name: str | None = None) -> None:
    """Refuse an act on a task that is done, gone, or changed since version `seen`.

    Raises TaskAlreadyDone or TaskMovedOn.
    """
    if task.state == "completed":
        who = ended_by_name or "somebody else"
        raise TaskAlreadyDone(
            f"This task was already completed by {who}.", who=ended_by_name, at=task.ended_at, task_id=task.id
        )
    if task.state != "open":
        raise TaskMovedOn("This task is no longer needed: the case moved on.", task_id=task.id)
    if seen is not None and task.version != seen:
        raise TaskMovedOn("This task was changed since you opened it.", task_id=task.id)


def check_may_complete(actor: Actor, task: Task) -> None:
    """Refuse to let a person do a task that is not his. Raises TaskTaken or NotAllowed."""
    if may_complete(actor, task):
        return
    if task.assignee_id is not None and is_offered(actor, task):
        raise TaskTaken("Somebody else has claimed this task.", task_id=task.id)
    raise NotAllowed("This task is not offered to you.", task_id=task.id)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A message the case waits for and a person may send: a button on the case page, perhaps with a form."""

    element_id: str
    token: str
    message: str
    title: str
    form: str | None


def offered_messages(
    actor: Actor, instance: Instance, diagram: Diagram, waiting: Iterable[tuple[str, str, str]]
) -> list[Offer]:
    """Give what the actor may send into a case, of the (token, element id, message name) it waits for.

    The property `offeredTo` of the event says to whom: roles, or ``caller`` for the person the case is for.
    """
    found = []
    for token, element_id, name in waiting:
        element = diagram.element(element_id)
        to = {part.strip() for part in element.properties.get("offeredTo", "").split(",") if part.strip()}
        is_caller = actor.person_id is not None and actor.person_id == instance.caller_id
        if ("caller" in to and is_caller) or not to.isdisjoint(actor.roles):
            form = element.properties.get("formRef") or None
            found.append(Offer(element_id=element_id, token=token, message=name, title=element.title, form=form))
    return found
