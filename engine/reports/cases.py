"""Cases: lists of them, and one with everything its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import offering
from engine.choices import installation_choices
from engine.errors import NotFound
from engine.live import compiled, environment, read_live
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Attachment, Instance, Task
from engine.offering import Offer
from engine.permissions import Action, may, reads_inside, scope
from engine.reports import deadlines
from engine.reports.calls import Calls, calls_of
from engine.reports.comments import Comment, comments
from engine.reports.deadlines import DeadlineView
from engine.reports.stretches import stretches
from engine.reports.worklist import Fact, case_facts, offered_to
from engine.storage import instances, journal, people, publications, records
from engine.transaction import Transaction
from forms.data import Value
from forms.definition import FormDefinition
from forms.feel import Environment
from forms.scope import Choices

PAGE_SIZE: Final = 25
LAST_PAGE: Final = 1_000_000
"""No list is longer; a larger number in an address is no number of a page."""


@dataclass(frozen=True, kw_only=True)
class CaseQuery:
    """What a list of cases shows; all of it stands in the page's address."""

    text: str = ""
    process: str = ""
    state: str = ""
    mine: bool = False
    """Only cases the actor reported, or that are for him."""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case in a list."""

    instance: Instance
    process_title: str
    service_title: str | None
    caller: str | None
    deadline: DeadlineView | None


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """One page of a list of cases."""

    query: CaseQuery
    rows: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int
    processes: tuple[tuple[str, str], ...]


def find_cases(tx: Transaction, query: CaseQuery) -> CasePage:
    """Give a page of the cases the actor may see, newest first."""
    filters = {
        "process_id": query.process,
        "state": query.state,
        "person_id": tx.actor.person_id if query.mine else None,
    }
    page = min(max(1, query.page), LAST_PAGE)
    found, total = instances.find(
        tx, scope(tx.actor), filters=filters, text=query.text, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
    )
    titles = {record.process_id: record.title for record in publications.all_latest(tx)}
    services = {service.id: service.title for service in records.services(tx)}
    names = people.names(tx, [instance.caller_id for instance in found])
    clocks = deadlines.of_instances(tx, [instance.id for instance in found])
    rows = tuple(
        CaseRow(
            instance=instance,
            process_title=titles.get(instance.process_id, instance.process_id),
            service_title=services.get(instance.service_id or ""),
            caller=names.get(instance.caller_id or ""),
            deadline=deadlines.most_pressing(clocks.get(instance.id, ())),
        )
        for instance in found
    )
    pages = max(1, -(-total // PAGE_SIZE))
    return CasePage(query=query, rows=rows, total=total, page=page, pages=pages, processes=tuple(titles.items()))


@dataclass(frozen=True, kw_only=True)
class AnsweredForm:
    """A form somebody filled in this case, as it was: `values` are those not erased."""

    title: str
    by: str
    at: datetime
    form: FormDefinition | None
    values: Mapping[str, Value]
    erased: bool


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """An open task of the case in words."""

    task: Task
    offered_to: str
    assignee: str | None
    may_open: bool


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case with everything its page shows."""

    instance: Instance
    process_title: str
    version: int
    facts: tuple[Fact, ...]
    clocks: tuple[DeadlineView, ...]
    tasks: tuple[TaskLine, ...]
    offers: tuple[Offer, ...]
    answers: tuple[AnsweredForm, ...]
    comments: tuple[Comment, ...]
    attachments: tuple[Attachment, ...]
    data: Mapping[str, Value]
    forms: Mapping[str, FormDefinition]
    environment: Environment
    choices: Choices
    calls: Calls
    """The case that called this one, and those it called."""
    may_cancel: bool
    may_trace: bool


def visible_instance(tx: Transaction, number: str) -> Instance:
    """Give a case by its number if the actor may see it. Raises NotFound: others learn nothing, not even that it is."""
    instance = instances.by_number(tx, number.strip().upper())
    if instance is None or not instances.is_visible(tx, scope(tx.actor), instance.id):
        raise NotFound(f"There is no case {number[:40]}.", number=number[:40])
    return instance


def case_by_number(tx: Transaction, number: str) -> CaseView:
    """Give a case. Raises NotFound."""
    instance = visible_instance(tx, number)
    record = publications.get(tx, instance.publication_id)
    process = compiled(tx, instance.publication_id)
    live = read_live(tx, instance)
    open_tasks = instances.tasks_of(tx, instance.id, state="open")
    free = instance.state == "active" and instance.suspended_at is None
    waiting = instances.awaited_by(tx, instance.id) if free else []
    return CaseView(
        instance=instance,
        process_title=record.title if record else instance.process_id,
        version=(record.version or 0) if record else 0,
        facts=case_facts(tx, instance),
        clocks=deadlines.of_instances(tx, [instance.id]).get(instance.id, ()),
        tasks=_task_lines(tx, open_tasks),
        offers=tuple(offering.offered_messages(tx.actor, instance, process.diagram, waiting)),
        answers=answered_forms(tx, instance),
        comments=comments(tx, instance.id),
        attachments=_files(tx, instance),
        data=live.data if live else {},
        forms=process.forms,
        environment=environment(tx),
        choices=installation_choices(tx, process.forms.values()),
        calls=calls_of(tx, instance),
        may_cancel=instance.state == "active" and may(tx.actor, Action.CANCEL),
        may_trace=may(tx.actor, Action.TRACE),
    )


def _files(tx: Transaction, instance: Instance) -> tuple[Attachment, ...]:
    inside = reads_inside(tx.actor)
    return tuple(
        file for file in instances.attachments_of(tx, instance.id) if inside or file.uploaded_by == tx.actor.person_id
    )


def _task_lines(tx: Transaction, tasks: list[Task]) -> tuple[TaskLine, ...]:
    titles = {role.id: role.title for role in people.roles(tx)}
    of_tasks = [(task.person_id, task.assignee_id, *task.audience.people) for task in tasks]
    names = people.names(tx, [each for ids in of_tasks for each in ids])
    return tuple(
        TaskLine(
            task=task,
            offered_to=offered_to(task, titles, names),
            assignee=names.get(task.assignee_id or ""),
            may_open=offering.is_offered(tx.actor, task),
        )
        for task in tasks
    )


FORMS: Final = 50
"""How many filled in forms a page shows; the history tells of all."""
_WITH_FORMS: Final = (EntryKind.CASE_STARTED, EntryKind.TASK_COMPLETED, EntryKind.MESSAGE_RECEIVED)


def answered_forms(tx: Transaction, instance: Instance) -> tuple[AnsweredForm, ...]:
    """Give the last `FORMS` forms filled in this case that the actor may read, as they were then, newest first.

    They come from the journal, with erased values gone. Who is no staff reads those he filled in himself.
    """
    found = []
    stream, inside = instance_stream(instance.id), reads_inside(tx.actor)
    ran_on = stretches(tx, instance, journal.entries(tx.connection, stream, kinds=[EntryKind.CASE_MIGRATED]))
    most = None if not inside else FORMS
    entries = journal.entries(tx.connection, stream, limit=most, kinds=_WITH_FORMS, newest_first=True)
    if not inside:
        entries = [entry for entry in entries if entry.actor_id == tx.actor.person_id][:FORMS]
    names = people.names(tx, [entry.actor_id for entry in entries])
    for entry in entries:
        stretch = next(each for each in ran_on if each.holds(entry.seq))
        process = compiled(tx, stretch.publication_id)
        element = process.diagram.find(entry.facts.get("element"))
        if entry.kind == EntryKind.CASE_STARTED and element is None:
            element = offering.start_event(process.process)
        form_name = element.properties.get("formRef") if element else None
        answers = {
            value.path.removeprefix("answer:"): value for value in entry.values if value.path.startswith("answer:")
        }
        if element is None or not answers or form_name is None:
            continue
        found.append(
            AnsweredForm(
                title=element.title,
                by=names.get(entry.actor_id or "", "Keelson"),
                at=entry.at,
                form=process.forms.get(form_name),
                values={name: value.value for name, value in answers.items() if not value.erased},
                erased=any(value.erased for value in answers.values()),
            )
        )
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class OfferForm:
    """The form asked before an offered message is sent; `form` is None when nothing is asked."""

    instance: Instance
    offer: Offer
    form: FormDefinition | None
    context: Mapping[str, Value]
    environment: Environment
    choices: Choices


def offer_form(tx: Transaction, number: str, element_id: str) -> OfferForm:
    """Give what is asked before a message is sent into a case. Raises NotFound when it is not offered now."""
    view = case_by_number(tx, number)
    offer = next((each for each in view.offers if each.element_id == element_id), None)
    if offer is None:
        raise NotFound("This is not offered to you now.", element_id=element_id)
    return OfferForm(
        instance=view.instance,
        offer=offer,
        form=view.forms.get(offer.form) if offer.form else None,
        context=view.data,
        environment=view.environment,
        choices=view.choices,
    )


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A case that a search found."""

    number: str
    title: str
    state: str


def search(tx: Transaction, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """Find cases the actor may see by number or title."""
    if not text.strip():
        return ()
    found, _ = instances.find(tx, scope(tx.actor), filters={}, text=text, limit=limit, counted=False)
    return tuple(Hit(number=each.number, title=each.title, state=each.state) for each in found)
