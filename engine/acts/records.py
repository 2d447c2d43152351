"""Services, their targets, and working hours."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from engine import journal
from engine.deadlines import working_hours
from engine.errors import NotFound, StaleRevision, Unacceptable
from engine.model.entry import INSTALLATION, EntryKind
from engine.model.record import CalendarRecord, Service, Target
from engine.permissions import Action, requires
from engine.storage import people, records
from engine.transaction import Transaction

MAXIMUM_BUDGET = 366 * 24 * 3600
TITLE_LENGTH = 255


@requires(Action.MANAGE_RECORDS)
def save_service(tx: Transaction, service: Service, *, seen: int) -> Service:
    """Add (seen=0) or change a service. Raises StaleRevision, Unacceptable."""
    return put_service(tx, service, seen=seen)


def put_service(tx: Transaction, service: Service, *, seen: int) -> Service:
    """Do that whoever asks for it: a person who may, or a process. Raises StaleRevision, Unacceptable."""
    known = records.service(tx, service.id)
    _check_revision(known.version if known else 0, seen)
    _check_title(service.title if service.id else "", "Give the service a name of letters, 255 at most.")
    if records.calendar(tx, service.calendar_id) is None:
        raise Unacceptable("Choose working hours.", field="calendar_id")
    if service.owner_id is not None and people.get(tx, service.owner_id) is None:
        raise Unacceptable("Choose an owner.", field="owner_id")
    if service.support_group is not None and service.support_group not in {role.id for role in people.roles(tx)}:
        raise Unacceptable("Choose a support group.", field="support_group")
    saved = replace(service, title=service.title.strip(), version=seen + 1)
    _check_saved(records.put_service(tx, saved))
    journal.append(
        tx,
        EntryKind.SERVICE_SAVED,
        INSTALLATION,
        facts={"service": service.id},
        values=asdict(saved) | {"version": saved.version},
    )
    return saved


@requires(Action.MANAGE_RECORDS)
def save_calendar(tx: Transaction, calendar: CalendarRecord, *, seen: int) -> CalendarRecord:
    """Add (seen=0) or change working hours; running clocks keep those they were started with.

    Raises StaleRevision, Unacceptable.
    """
    known = records.calendar(tx, calendar.id)
    _check_revision(known.version if known else 0, seen)
    _check_title(calendar.title if calendar.id else "", "Give the working hours a name of letters, 255 at most.")
    try:
        working_hours.Calendar.from_value(calendar.value)
    except ValueError as error:
        raise Unacceptable(str(error), field="value") from error
    saved = replace(calendar, title=calendar.title.strip(), version=seen + 1)
    _check_saved(records.put_calendar(tx, saved))
    journal.append(
        tx,
        EntryKind.CALENDAR_SAVED,
        INSTALLATION,
        facts={"calendar": calendar.id, "version": saved.version},
        values={"title": saved.title, "value": saved.value},
    )
    return saved


@requires(Action.MANAGE_RECORDS)
def save_targets(tx: Transaction, service_id: str, targets: Sequence[Target]) -> None:
    """Replace the targets of a service, or ("") the default ones. Raises NotFound, Unacceptable."""
    if service_id and records.service(tx, service_id) is None:
        raise NotFound("There is no such service.", service_id=service_id)
    keys = [(target.priority, target.clock) for target in targets]
    if len(set(keys)) != len(keys):
        raise Unacceptable("A priority has one target a clock.", field="targets")
    for target in targets:
        if not 0 < target.budget_seconds <= MAXIMUM_BUDGET:
            raise Unacceptable("A target lies between one second and a year.", field="targets")
    records.replace_targets(tx, service_id, [replace(target, service_id=service_id) for target in targets])
    value = [
        {"priority": t.priority, "clock": t.clock, "seconds": t.budget_seconds, "around_the_clock": t.around_the_clock}
        for t in targets
    ]
    journal.append(tx, EntryKind.TARGETS_SAVED, INSTALLATION, facts={"service": service_id}, values={"targets": value})


def _check_revision(stored: int, seen: int) -> None:
    _check_saved(stored == seen)


def _check_saved(saved: bool) -> None:
    if not saved:
        raise StaleRevision("Somebody changed this since you opened it; look at the new values and save again.")


def _check_title(title: str, message: str) -> None:
    if not title.strip() or len(title) > TITLE_LENGTH:
        raise Unacceptable(message, field="title")
