"""Who is told what: makes mail jobs, never sends. Nobody is told what he did himself."""

from collections.abc import Iterable, Sequence
from html import escape

from engine.errors import StepFailed
from engine.model.incident import Incident
from engine.model.instance import Instance, Task
from engine.model.job import Job, JobKind
from engine.model.person import Person
from engine.model.step import OperationCalled
from engine.storage import people
from engine.transaction import Transaction
from forms.data import Value

OPERATOR = "operator"
"""The role whose holders hear of incidents."""
ADMINISTRATOR = "administrator"
"""The role whose holders hear that something has no owner."""
VACANCIES = 20
"""Most of them that one mail lists."""
SEND = "notice/send"
"""The operation by which a diagram tells somebody something: to, subject, text."""


def for_tasks(tx: Transaction, instance: Instance, tasks: Iterable[Task]) -> list[Job]:
    """Tell people of new tasks that are for them by name, alone or beside others; groups look into their lists."""
    told = []
    for task in tasks:
        named = {task.person_id} if task.person_id else {*task.audience.people}
        for person in people.by_ids(tx, named - {tx.actor.person_id}) if named else ():
            text = f"{task.title}\n\n{instance.number}: {instance.title}"
            told += _mail(tx, instance, person, f"{instance.number}: {task.title}", text, path=f"/tasks/{task.id}")
    return told


def for_assignment(tx: Transaction, instance: Instance, task: Task, person: Person, reason: str) -> list[Job]:
    """Tell a person that another one handed him a task."""
    if person.id == tx.actor.person_id:
        return []
    text = f"{tx.actor.name} handed you this task: {task.title}\n\n{instance.number}: {instance.title}"
    if reason.strip():
        text += f"\n\n{reason.strip()}"
    return _mail(tx, instance, person, f"{instance.number}: {task.title}", text, path=f"/tasks/{task.id}")


def for_operation(tx: Transaction, instance: Instance, call: OperationCalled) -> list[Job]:
    """Do what a diagram asks with `notice/send`. Raises StepFailed for another operation or a wrong argument."""
    if call.operation != SEND:
        raise StepFailed(call.element_id, "unknown_operation", f"There is no operation “{call.operation}”.")
    subject = _text(call, "subject") or f"{instance.number}: {instance.title}"
    text = _text(call, "text") or subject
    told = []
    for person in _recipients(tx, call):
        told += _mail(tx, instance, person, subject, text, path=f"/cases/{instance.number}")
    return told


def for_incident(tx: Transaction, incident: Incident, number: str | None) -> list[Job]:
    """Tell operators that something was given up; of what it says only where to look, as mail is read anywhere."""
    where = number or "Keelson"
    text = f"Something in {where} could not be carried out by itself. It waits for you to resolve it."
    told = []
    for person in people.holders(tx, [OPERATOR], tx.now()):
        path = f"/operations/incidents/{incident.id}"
        told += _mail(tx, None, person, f"Incident: {where}", text, path=path)
    return told


def for_vacancies(tx: Transaction, sentences: Sequence[str], deputies: Iterable[str]) -> list[Job]:
    """Tell administrators and deputies, in one mail each, that nobody answers for something any more."""
    told = []
    if sentences:
        subject = "Without an owner: 1 matter" if len(sentences) == 1 else f"Without an owner: {len(sentences)} matters"
        shown = [*sentences[:VACANCIES], *(["There are more."] if len(sentences) > VACANCIES else [])]
        for person in people.holders(tx, {ADMINISTRATOR, *deputies}, tx.now()):
            told += _mail(tx, None, person, subject, "\n\n".join(shown), path="/ownership")
    return told


def _recipients(tx: Transaction, call: OperationCalled) -> list[Person]:
    """People and holders of roles, named by id, each once. Nobody at all is no error: a role may be empty."""
    value = call.arguments.get("to")
    wanted: list[Value] = value if isinstance(value, list) else [] if value is None else [value]
    found: dict[str, Person] = {}
    for one in wanted:
        if not isinstance(one, str):
            raise StepFailed(call.element_id, "recipient", "A notice goes to the id of a person or a role.")
        person = people.get(tx, one)
        for known in [person] if person else people.holders(tx, [one], tx.now()):
            found[known.id] = known
    return list(found.values())


def _text(call: OperationCalled, name: str) -> str:
    value = call.arguments.get(name)
    if value is not None and not isinstance(value, str):
        raise StepFailed(call.element_id, "notice_text", f"The {name} of a notice is a text.")
    return (value or "").strip()


def _mail(
    tx: Transaction, instance: Instance | None, person: Person, subject: str, text: str, *, path: str
) -> list[Job]:
    if not person.email or not person.active:
        return []
    link = f"{tx.settings.base_url}{path}"
    return [
        Job.new(
            JobKind.MAIL,
            due_at=tx.now(),
            now=tx.now(),
            instance_id=instance.id if instance else None,
            payload={
                "to": person.email,
                "name": person.name,
                "person": person.id,
                "subject": subject[:200],
                "text": f"{text}\n\n{link}\n",
                "html": _page(text, link),
            },
        )
    ]


def _page(text: str, link: str) -> str:
    paragraphs = "".join(
        f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in text.split("\n\n") if block.strip()
    )
    return f'<!doctype html><html><body>{paragraphs}<p><a href="{escape(link)}">{escape(link)}</a></p></body></html>'
