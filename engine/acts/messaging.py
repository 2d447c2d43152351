"""Messages that people send into a case by a button on its page, and messages between parts of the house."""

from collections.abc import Collection, Mapping

from bpmn.diagram import Event, MessageTask, ReferenceDefinition
from engine import offering
from engine.acts import attaching, linking
from engine.acts.cases import OpenCase, open_case
from engine.acts.moving import Cause, follow
from engine.errors import NobodyWaits, NotAllowed, NotFound
from engine.model.entry import EntryKind
from engine.model.instance import Instance
from engine.model.job import Job, JobKind
from engine.model.step import Entered, Left, MessageForgotten, Steps
from engine.permissions import Action, requires, scope
from engine.storage import instances, jobs
from engine.transaction import Transaction
from forms.answers import Answers
from forms.data import Value


@requires(Action.TAKE_PART)
def send_offered_message(tx: Transaction, instance_id: str, element_id: str, answers: Answers) -> Instance:
    """Send the message of an event that is offered to the actor in a case he sees.

    Raises NotFound, NobodyWaits, NotAllowed, CaseEnded, ...
    """
    if not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)
    case = open_case(tx, instance_id)
    waiting = [wait for wait in instances.awaited_by(tx, instance_id) if wait[1] == element_id]
    if not waiting:
        raise NobodyWaits("The case does not wait for that any more.", element_id=element_id)
    offered = offering.offered_messages(tx.actor, case.instance, case.compiled.diagram, waiting)
    if not offered:
        raise NotAllowed("This is not offered to you.", element_id=element_id)
    attaching.record_files(tx, answers, instance_id)
    linking.named(case, element_id, answers.values)
    deliver(
        case,
        offered[0].message,
        answers.values,
        token=offered[0].token,
        personal=answers.personal,
        element_id=element_id,
    )
    return case.instance


def deliver(
    case: OpenCase,
    name: str,
    payload: Mapping[str, Value],
    *,
    token: str | None = None,
    personal: frozenset[str] = frozenset(),
    element_id: str | None = None,
    key: str | None = None,
    facts: Mapping[str, Value] | None = None,
    at: Collection[str] = (),
) -> None:
    """Hand a message to a case, with `key` only where that is awaited, and let it move. Raises NobodyWaits.

    It comes to one of the elements `at`, where there are any.
    """
    steps = case.live.deliver(name, payload, case.surroundings, token=token, key=key, at=at)
    receiver = element_id or _receiver(case, name, steps)
    cause = Cause(
        kind=EntryKind.MESSAGE_RECEIVED,
        facts={"message": name, "element": receiver, **(facts or {})},
        answers=payload,
        personal=personal,
    )
    follow(case, steps, cause)
    sender_id = (facts or {}).get("sender")
    if isinstance(sender_id, str):
        linking.received(case.tx, case.instance.id, case.compiled.diagram, receiver, sender_id)


def tell(case: OpenCase, name: str, payload: Mapping[str, Value], sender_id: str) -> None:
    """Tell a case of a signal that another one threw, and let it move. Raises NobodyWaits."""
    steps = case.live.signal(name, payload, case.surroundings)
    facts = {"signal": name, "element": _receiver(case, name, steps), "sender": sender_id}
    follow(case, steps, Cause(kind=EntryKind.SIGNAL_RECEIVED, facts=facts))


def _receiver(case: OpenCase, name: str, steps: Steps) -> str | None:
    """Give what took the message: the first event or receive task passed that names it."""
    for step in steps:
        element = case.compiled.diagram.find(step.element_id) if isinstance(step, Entered | Left) else None
        if isinstance(element, MessageTask) and element.kind == "receiveTask" and element.message_name == name:
            return element.id
        definitions = element.definitions if isinstance(element, Event) else ()
        if element and any(isinstance(each, ReferenceDefinition) and each.name == name for each in definitions):
            return element.id
    # One of several triggers that must all come: nothing is passed as long as the others have not.
    return next((each.element_id for each in steps if isinstance(each, MessageForgotten) and each.name == name), None)


def send_later(tx: Transaction, instance_id: str, name: str, payload: Mapping[str, Value]) -> None:
    """Post a message into a case, as a job that is due now."""
    job = Job.new(
        JobKind.MESSAGE,
        due_at=tx.now(),
        now=tx.now(),
        instance_id=instance_id,
        token=None,
        payload={"name": name, "payload": dict(payload)},
    )
    jobs.add(tx, [job])
