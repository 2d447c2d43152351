"""What a person can start, and the form it begins with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bpmn.draft import Facts
from engine.choices import installation_choices
from engine.errors import NotAllowed, StateUnreadable
from engine.live import compiled, environment, released_draft, startable_release
from engine.model.publication import PublicationRecord
from engine.offering import may_start, start_event
from engine.reports.drafts import own_draft
from engine.storage import publications
from engine.transaction import Transaction
from forms.data import Value
from forms.definition import FormDefinition
from forms.feel import Environment
from forms.scope import Choices


@dataclass(frozen=True, kw_only=True)
class Startable:
    """A process that the actor may start."""

    process_id: str
    title: str
    purpose: str
    clauses: Mapping[str, tuple[str, ...]]
    """The clauses it serves, by edition."""


@dataclass(frozen=True, kw_only=True)
class StartForm:
    """What is asked before a case starts; `form` is None when nothing is."""

    startable: Startable
    form: FormDefinition | None
    context: Mapping[str, Value]
    environment: Environment
    choices: Choices
    draft: Mapping[str, Sequence[str]] | None
    draft_saved_at: datetime | None


def startable(tx: Transaction) -> tuple[Startable, ...]:
    """Give the processes that the actor may start, by title."""
    found = []
    for record in publications.all_released(tx):
        try:
            draft = released_draft(tx, record.id)
            startable = may_start(tx.actor, compiled(tx, record.id))
        except StateUnreadable:  # one that cannot run keeps nobody from starting the others
            continue
        if startable:
            found.append(_startable(record, draft.facts))
    return tuple(found)


def _startable(record: PublicationRecord, facts: Facts) -> Startable:
    return Startable(process_id=record.process_id, title=record.title, purpose=facts.purpose, clauses=facts.clauses)


def start_form(tx: Transaction, process_id: str) -> StartForm:
    """Give the form a case of this process begins with. Raises NotFound, OutOfUse, NotAllowed."""
    record = startable_release(tx, process_id)
    process = compiled(tx, record.id)
    if not may_start(tx.actor, process):
        raise NotAllowed(f"Your roles do not allow you to start “{record.title}”.", process_id=process_id)
    begin = start_event(process.process)
    name = begin.properties.get("formRef") if begin else None
    form = process.forms.get(name) if name else None
    draft, saved_at = own_draft(tx, f"start:{process_id}")
    return StartForm(
        startable=_startable(record, released_draft(tx, record.id).facts),
        form=form,
        context={"caller": None},
        environment=environment(tx),
        choices=installation_choices(tx, [form]),
        draft=draft,
        draft_saved_at=saved_at,
    )
