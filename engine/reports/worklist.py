"""Lists of open tasks, and one task with everything its page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import duties, offering
from engine.choices import installation_choices
from engine.errors import NotAllowed, NotFound
from engine.live import compiled, context_of, environment, release_name
from engine.model.instance import Instance, Task
from engine.model.person import Person
from engine.permissions import Action, may, reads_inside, scope
from engine.reports import deadlines
from engine.reports.comments import Comment, comments
from engine.reports.deadlines import DeadlineView
from engine.reports.drafts import own_draft
from engine.storage import instances, people, publications, records, worklist
from engine.transaction import Transaction
from forms.data import Value
from forms.definition import FormDefinition
from forms.feel import Environment
from forms.scope import Choices

VIEWS: Final = ("mine", "groups", "overdue", "all")
PAGE_SIZE: Final = 25


@dataclass(frozen=True, kw_only=True)
class WorkQuery:
    """What a list of open tasks shows; all of it stands in the page's address."""

    view: str = "mine"
    text: str = ""
    process: str = ""
    priority: str = ""
    sort: str = "deadline"
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the view."""
        return bool(self.text.strip() or self.process or self.priority)


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """One open task in a list."""

    task_id: str
    number: str
    title: str
    process_title: str
    service_title: str | None
    priority: str | None
    deadline: DeadlineView | None
    """The task's own date or the clock of its case that ends first."""
    follow_up_at: datetime | None
    look_again: bool
    """Whether the time to look at it again has come."""
    urgency: int | None
    """The task's own priority, where it is not the ordinary one."""
    assignee: str | None
    assignee_is_me: bool
    claimable: bool
    offered: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkPage:
    """One page of a list; `counts` says how many tasks each view holds under the same filters."""

    query: WorkQuery
    rows: tuple[WorkRow, ...]
    counts: Mapping[str, int]
    total: int
    page: int
    pages: int
    processes: tuple[tuple[str, str], ...]
    """Process ids with titles to filter by."""


def my_work(tx: Transaction, query: WorkQuery) -> WorkPage:
    """Give a page of open tasks that the actor may see."""
    view = query.view if query.view in VIEWS else "mine"
    seen = scope(tx.actor)
    filters = worklist.Filters(text=query.text, process_id=query.process, priority=query.priority)
    counts = {each: worklist.count(tx, each, seen, filters) for each in VIEWS}
    total = counts[view]
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, query.page), pages)
    found = worklist.page(tx, view, seen, filters, sort=query.sort, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    titles = {record.process_id: record.title for record in publications.all_latest(tx)}
    names = people.names(tx, [task.assignee_id for task, _, _ in found])
    clocks = deadlines.of_instances(tx, {instance.id for _, instance, _ in found})
    apart = _kept_apart(tx, [(task, instance) for task, instance, _ in found])
    return WorkPage(
        query=query,
        rows=tuple(_row(tx, each, titles=titles, names=names, clocks=clocks, apart=apart) for each in found),
        counts=counts,
        total=total,
        page=page,
        pages=pages,
        processes=tuple(titles.items()),
    )


def _kept_apart(tx: Transaction, tasks: Sequence[tuple[Task, Instance]]) -> Mapping[str, str]:
    """Give why duties keep the reader from tasks he could do otherwise, by task id."""
    asked = [
        (task, instance, compiled(tx, instance.publication_id).diagram)
        for task, instance in tasks
        if offering.may_complete(tx.actor, task)
    ]
    return duties.kept_apart(tx, tx.actor.person_id, asked)


def _row(
    tx: Transaction,
    found: tuple[Task, Instance, str | None],
    *,
    titles: Mapping[str, str],
    names: Mapping[str, str],
    clocks: Mapping[str, tuple[DeadlineView, ...]],
    apart: Mapping[str, str],
) -> WorkRow:
    task, instance, service_title = found
    return WorkRow(
        task_id=task.id,
        number=instance.number,
        title=f"{task.title}: {instance.title}",
        process_title=titles.get(instance.process_id, instance.process_id),
        service_title=service_title,
        priority=instance.priority,
        deadline=_pressing(tx, task, clocks.get(instance.id, ())),
        follow_up_at=task.follow_up_at,
        look_again=task.follow_up_at is not None and task.follow_up_at <= tx.now(),
        urgency=task.urgency,
        assignee=names.get(task.assignee_id or ""),
        assignee_is_me=task.assignee_id is not None and task.assignee_id == tx.actor.person_id,
        claimable=offering.may_claim(tx.actor, task) and task.id not in apart,
        offered=offering.may_complete(tx.actor, task) and task.id not in apart,
        created_at=task.created_at,
    )


def _pressing(tx: Transaction, task: Task, clocks: Sequence[DeadlineView]) -> DeadlineView | None:
    own = deadlines.of_task(task, tx.now())
    return deadlines.most_pressing([*clocks, own] if own else clocks)


def count_mine(tx: Transaction) -> int:
    """Count the actor's own open tasks: the number beside “My work”."""
    return worklist.count_mine(tx, tx.actor.person_id)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A fact about a case in words; `kind` says how to show the value: text, person, service, priority, moment."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedTask:
    """An open task with what is asked in it; `context` are the variables the form's expressions may read."""

    task: Task
    instance: Instance
    form: FormDefinition | None
    context: Mapping[str, Value]
    environment: Environment
    choices: Choices


@dataclass(frozen=True, kw_only=True)
class OpenTask(AskedTask):
    """A task with all its page needs."""

    process_title: str
    version: int
    help: str
    clocks: tuple[DeadlineView, ...]
    deadline: DeadlineView | None
    """The task's own date or the clock that ends first, as in the lists."""
    due: DeadlineView | None
    """The task's own date."""
    facts: tuple[Fact, ...]
    comments: tuple[Comment, ...]
    draft: Mapping[str, Sequence[str]] | None
    draft_saved_at: datetime | None
    assignee: str | None
    offered_to: str
    kept_apart: str
    """Why duties keep the reader from this task; empty where they do not."""
    may_complete: bool
    may_claim: bool
    may_release: bool
    may_assign: bool
    may_schedule: bool


def asked_task(tx: Transaction, task_id: str) -> AskedTask:
    """Give what a task asks, and nothing around it. Raises NotFound, NotAllowed, TaskAlreadyDone, TaskMovedOn."""
    found = instances.with_task(tx, task_id)
    if found is None:
        raise NotFound("There is no such task.", task_id=task_id)
    task, instance, blob = found
    if not offering.is_offered(tx.actor, task) and not _looks_on(tx, instance):
        raise NotAllowed("This task is not offered to you.", task_id=task_id)
    ended_by = people.names(tx, [task.ended_by]).get(task.ended_by or "")
    offering.check_open(task, ended_by_name=ended_by)
    process = compiled(tx, instance.publication_id)
    form = process.forms.get(task.form) if task.form else None
    return AskedTask(
        task=task,
        instance=instance,
        form=form,
        context=context_of(tx, instance, blob, task.token),
        environment=environment(tx),
        choices=installation_choices(tx, [form]),
    )


def _looks_on(tx: Transaction, instance: Instance) -> bool:
    return reads_inside(tx.actor) and instances.is_visible(tx, scope(tx.actor), instance.id)


def assignable(tx: Transaction, task: Task) -> tuple[Person, ...]:
    """Give whom the actor may hand a task to."""
    if not may(tx.actor, Action.ASSIGN):
        return ()
    if offering.left_behind(tx, task):
        return tuple(people.all_people(tx, active=True))
    if not offering.may_assign(tx.actor, task):
        return ()
    named = [person for person in people.by_ids(tx, task.audience.people) if person.active]
    found = {person.id: person for person in (*people.holders(tx, task.audience.roles, tx.now()), *named)}
    return tuple(sorted(found.values(), key=lambda person: person.name.lower()))


def open_task(tx: Transaction, task_id: str) -> OpenTask:
    """Give a task with all its page needs. Raises NotFound, NotAllowed, TaskAlreadyDone, TaskMovedOn."""
    asked = asked_task(tx, task_id)
    task, instance = asked.task, asked.instance
    process_title, version = release_name(tx, instance.publication_id)
    draft, saved_at = own_draft(tx, f"task:{task_id}")
    apart = _kept_apart(tx, [(task, instance)]).get(task.id, "")
    clocks = deadlines.of_instances(tx, [instance.id]).get(instance.id, ())
    of_task = (task.assignee_id, task.person_id, *task.audience.people)
    may_assign = may(tx.actor, Action.ASSIGN)
    names = people.names(tx, [*of_task, instance.caller_id, instance.starter_id])
    return OpenTask(
        **vars(asked),
        process_title=process_title,
        version=version,
        help=compiled(tx, instance.publication_id).element(task.element_id).documentation,
        clocks=clocks,
        deadline=_pressing(tx, task, clocks),
        due=deadlines.of_task(task, tx.now()),
        facts=_facts(tx, instance, names),
        comments=comments(tx, instance.id),
        draft=draft,
        draft_saved_at=saved_at,
        assignee=names.get(task.assignee_id or ""),
        offered_to=offered_to(task, people.role_titles(tx, task.audience.roles), names),
        kept_apart=apart,
        may_complete=offering.may_complete(tx.actor, task) and not apart,
        may_claim=offering.may_claim(tx.actor, task) and not apart,
        may_release=task.person_id is None and task.assignee_id is not None and task.assignee_id == tx.actor.person_id,
        may_assign=offering.may_assign(tx.actor, task) or (may_assign and offering.left_behind(tx, task)),
        may_schedule=task.state == "open" and may_assign,
    )


def offered_to(task: Task, titles: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Say whose a task is, or may become: titles of roles, then names of people."""
    if task.person_id:
        return names.get(task.person_id, "")
    roles = (titles.get(role, role) for role in task.audience.roles)
    return ", ".join([*roles, *(names.get(person, person) for person in task.audience.people)])


def case_facts(tx: Transaction, instance: Instance) -> tuple[Fact, ...]:
    """Give what everybody at a case wants to see first: service, caller, priority."""
    return _facts(tx, instance, people.names(tx, [instance.caller_id, instance.starter_id]))


def _facts(tx: Transaction, instance: Instance, names: Mapping[str, str]) -> tuple[Fact, ...]:
    service = records.service(tx, instance.service_id) if instance.service_id else None
    facts = [Fact(label="Case", value=instance.number)]
    if service is not None:
        facts.append(Fact(label="Service", value=service.title))
    if instance.caller_id:
        facts.append(Fact(label="Caller", value=names.get(instance.caller_id, "")))
    if instance.starter_id and instance.starter_id != instance.caller_id:
        facts.append(Fact(label="Reported by", value=names.get(instance.starter_id, "")))
    if instance.priority:
        facts.append(Fact(label="Priority", value=instance.priority))
    return tuple(facts)
