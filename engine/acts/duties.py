"""Operations about who does what: a version is decided on by a person; who worked in a process does not audit it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from engine.acts import publishing
from engine.errors import Conflict, NotAllowed, NotFound, Unacceptable
from engine.installation import STRANGERS
from engine.storage import involvement, publications
from engine.transaction import Transaction
from forms.data import Value


def decide(tx: Transaction, version: str, decision: str, reason: str) -> Mapping[str, Value]:
    """Release a version of a process, or send it back, as the person whose act reached the task.

    What stands against it refuses that act: left to the worker it would be nobody's decision. Raises Conflict,
    NotAllowed, SamePerson, NotPublishable.
    """
    if STRANGERS in tx.installation.memory and publications.get(tx, version) is None:
        return {"released": None}
    if tx.actor.person_id is None:
        raise NotAllowed("A version of a process is released, or sent back, by a person.")
    try:
        if decision == "release":
            return {"released": Decimal(publishing.release(tx, version, told=True))}
        if decision == "send_back":
            publishing.send_back(tx, version, reason, told=True)
            return {"released": None}
    except (NotFound, Unacceptable) as error:
        raise Conflict(error.message) from error
    raise Conflict(f"“{decision}” is no decision on a version: it is release or send_back.")


def involved(
    tx: Transaction, person_id: str, process_id: str | None, since: datetime | None, until: datetime | None
) -> Mapping[str, Value]:
    """Tell how many tasks, of how many cases, somebody did in a process; `until` is the last day that counts.

    Auditors do not audit their own work (ISO/IEC 20000-1:2018 9.2.2).
    """
    if process_id is None:
        return {"tasks": Decimal(0), "cases": Decimal(0)}
    end = until + timedelta(days=1) if until else None
    tasks, cases = involvement.of(tx, person_id, process_id, since, end)
    return {"tasks": Decimal(tasks), "cases": Decimal(cases)}
