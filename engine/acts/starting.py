"""Starting a case."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from bpmn.compiling import CompiledProcess
from engine import offering
from engine.acts import attaching
from engine.acts.cases import OpenCase
from engine.acts.moving import Cause, follow
from engine.errors import NotAllowed
from engine.live import compiled, startable_release, surroundings
from engine.model.entry import EntryKind
from engine.model.identity import new_id
from engine.model.instance import Instance
from engine.model.publication import PublicationRecord
from engine.permissions import Action, requires
from engine.running import start
from engine.storage import instances
from engine.transaction import Transaction
from forms.answers import Answers
from forms.data import Value


@requires(Action.TAKE_PART)
def start_case(tx: Transaction, process_id: str, answers: Answers) -> Instance:
    """Start a case on the current release of a process. Raises NotFound, OutOfUse, NotAllowed, StepFailed."""
    record = startable_release(tx, process_id)
    process = compiled(tx, record.id)
    if not offering.may_start(tx.actor, process):
        raise NotAllowed(f"Your roles do not allow you to start “{record.title}”.", process_id=process_id)
    data = dict(answers.values)
    if not data.get("caller"):
        data["caller"] = tx.actor.person_id
    instance = begin_case(tx, record, data, personal=answers.personal)
    attaching.record_files(tx, answers, instance.id)
    if tx.actor.person_id:
        instances.drop_drafts(tx, f"start:{process_id}", tx.actor.person_id)
    return instance


def begin_case(
    tx: Transaction,
    record: PublicationRecord,
    data: Mapping[str, Value],
    *,
    personal: Collection[str] = (),
    at: str | None = None,
    number: int = 0,
    business_key: str | None = None,
    facts: Mapping[str, Value] | None = None,
    parent: Instance | None = None,
    parent_token: str | None = None,
    starter_id: str | None = None,
) -> Instance:
    """Begin a case of a release with these variables; `at` what a trigger begins (its `number`-th), else as people do.

    A case that `parent` calls belongs to whoever started that one, and one that a person's act had begin to him:
    `starter_id`. Raises StepFailed.
    """
    process = compiled(tx, record.id)
    instance = replace(_new(tx, record, process), business_key=business_key)
    if starter_id is not None:
        instance = replace(instance, starter_id=starter_id)
    if parent is not None:
        instance = replace(instance, parent_id=parent.id, parent_token=parent_token, starter_id=parent.starter_id)
    live, steps = start(process, data, surroundings(tx, instance), at=at, number=number)
    case = OpenCase(tx=tx, instance=instance, compiled=process, live=live, seen=0)
    cause = Cause(
        kind=EntryKind.CASE_STARTED,
        facts={
            "number": instance.number,
            "process": record.process_id,
            "publication": record.id,
            "version": record.version,
            "digest": record.digest,
            **(facts or {}),
        },
        answers=data,
        personal=personal,
    )
    follow(case, steps, cause)
    return case.instance


def _new(tx: Transaction, record: PublicationRecord, process: CompiledProcess) -> Instance:
    prefix = process.diagram.process(record.process_id).properties.get("numberPrefix", "")[:16] or "CASE"
    return Instance(
        id=new_id(),
        number=instances.next_number(tx, prefix),
        process_id=record.process_id,
        publication_id=record.id,
        title=record.title,
        state="active",
        outcome=None,
        starter_id=tx.actor.person_id,
        caller_id=None,
        service_id=None,
        priority=None,
        restricted=False,
        business_key=None,
        started_at=tx.now(),
        ended_at=None,
        version=0,
    )
