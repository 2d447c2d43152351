"""Personal data taken away for good: of a case that has ended, or of a person and all cases that are for him.

Values and salts go from the journal, whose chains stay valid and say that something was there; everything derived of
them goes with them. Both acts ask for a reason that names nobody: it stays for ever.
"""

from collections.abc import Collection

from engine import journal
from engine.acts import attaching
from engine.acts.words import required
from engine.errors import Conflict, NotFound, Unacceptable
from engine.model.entry import EntryKind, instance_stream, person_stream
from engine.permissions import Action, requires, scope
from engine.storage import erasing, instances, people
from engine.transaction import Transaction


@requires(Action.ERASE)
def erase_case(tx: Transaction, instance_id: str, reason: str) -> int:
    """Erase the personal data of an ended case and of the cases it called; gives how many values went.

    Raises NotFound for a case one may not see, Conflict while one of them runs, Unacceptable without a reason.
    """
    reason = required(reason, field="reason", ask="Say why.")
    if not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)
    found = _ended(tx, [instance_id])
    streams = [instance_stream(each) for each in found]
    count = _erase(tx, instance_stream(instance_id), streams, reason)
    _purge(tx, found)
    return count


@requires(Action.ERASE)
def erase_person(tx: Transaction, person_id: str, reason: str) -> int:
    """Erase who a person is, and the personal data of all cases that are for him; gives how many values went.

    His id stays, so that what he did can be told from what others did. Raises NotFound, Unacceptable for oneself, an
    active account or without a reason, Conflict while a case of his runs.
    """
    reason = required(reason, field="reason", ask="Say why.")
    person = people.get(tx, person_id, lock=True)
    if person is None:
        raise NotFound("There is no such person.", person_id=person_id)
    if person_id == tx.actor.person_id:
        raise Unacceptable("Somebody else has to erase what is known of you.", field="reason")
    if person.active:
        raise Unacceptable("Deactivate the account first: then nothing new arises.", field="reason")
    found = _ended(tx, erasing.cases_of(tx, person_id))
    streams = [person_stream(person_id), *(instance_stream(each) for each in found)]
    count = _erase(tx, person_stream(person_id), streams, reason)
    _purge(tx, found)
    erasing.purge_person(tx, person_id)
    erasing.purge_records(tx, person_stream(person_id))
    return count


def _ended(tx: Transaction, instance_ids: Collection[str]) -> Collection[str]:
    """Give these cases and all they called, none of which anybody can change now. Raises Conflict while one runs."""
    for each in sorted(erasing.tree(tx, instance_ids)):
        instances.lock(tx, each)
    found = erasing.tree(tx, instance_ids)
    running = [number for number, state in found.values() if state == "active"]
    if running:
        raise Conflict(f"Still running, and to be ended or cancelled first: {', '.join(running[:10])}.")
    return found.keys()


def _erase(tx: Transaction, subject: str, streams: Collection[str], reason: str) -> int:
    count = journal.erase(tx, subject, reason=reason, streams=streams)
    if not count:  # what was derived goes all the same, and that is told
        journal.append(tx, EntryKind.VALUES_ERASED, subject, facts={"subject": subject, "reason": reason, "values": []})
    return count


def _purge(tx: Transaction, instance_ids: Collection[str]) -> None:
    attaching.forget_files(tx, erasing.purge_cases(tx, instance_ids))
