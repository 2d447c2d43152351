"""Inside operations of service tasks: done in the commit of the act that reached them, and answered at once.

The task waits like one that calls outside, but not for a job: what it asks is done here and the case goes on, until
nothing asks any more (decision 10). What fails is caught by an error event of the diagram. Where none catches it, the
call is left to the worker, who tries it again and then tells an operator.
"""

from collections.abc import Callable, Mapping
from typing import Final

from bpmn.inside import CHANGED, INSIDE, NOT_FOUND, NOT_VALID
from bpmn.linking import KINDS
from bpmn.records import SERVICE
from engine.acts import counting, duties, linking, registering
from engine.acts.cases import OpenCase
from engine.acts.services_as_records import all_services, retire_service, save_service
from engine.connectors.contract import CallFailed
from engine.errors import NotFound, StaleRevision, StepFailed, Unacceptable
from engine.installation import SPOKEN_FOR, STRANGERS
from engine.model.link import case_end, record_end
from engine.model.register import Deed, Origin, Record, Wanted, Worked
from engine.model.step import OperationAnswered, OutsideCalled, Step, Steps
from engine.registers import register
from engine.schedule import moment, schedule
from engine.storage import case_records, instances
from engine.storage import registers as rows
from engine.transaction import Transaction
from forms.data import Value
from forms.errors import AnswersRejected

MOST: Final = 1_000
"""How many records one answer holds."""
CALLS: Final = 1_000
"""How many operations one act may do: a loop that never waits is stopped."""


def answer(case: OpenCase, steps: Steps) -> Steps:
    """Do what inside operations ask, and give all steps of the case until it waits for something else.

    Raises StepFailed.
    """
    if OutsideCalled not in map(type, steps):
        return steps
    done: list[Step] = []
    ahead, count = list(steps), 0
    while ahead:
        step = ahead.pop(0)
        if not isinstance(step, OutsideCalled) or not is_done_here(case.tx, step.operation, step.element_id):
            done.append(step)
            continue
        count += 1
        if count > CALLS:
            message = f"More than {CALLS} operations in one act; there is a loop that never waits."
            raise StepFailed(step.element_id, "too_many_operations", message)
        if any(getattr(later, "token", None) == step.token for later in ahead):
            done.append(step)  # given up again in the same act: interrupted before it could be done
            continue
        ahead += _answered(case, step, done)
    return tuple(done)


def is_done_here(tx: Transaction, operation: str, element_id: str) -> bool:
    """Say whether an operation is done inside the house, which a rehearsal leaves to a scenario that speaks of it."""
    spoken_for = tx.installation.memory.get(SPOKEN_FOR)
    return operation in INSIDE and not (spoken_for and spoken_for(element_id))


def _answered(case: OpenCase, step: OutsideCalled, done: list[Step]) -> Steps:
    """Do one operation; give what the case does next."""
    origin = Origin(instance_id=case.instance.id, element_id=step.element_id)
    try:
        response = operate(case.tx, step.operation, step.arguments, origin)
    except CallFailed as failed:
        caught = case.live.unanswered(step.token, failed.code or "", case.surroundings, failed.message)
        if caught is None:
            done.append(step)
            return ()
        done.append(_told(step, None, failed))
        return caught
    done.append(_told(step, response, None))
    return case.live.answered(step.token, response, case.surroundings)


def _told(step: OutsideCalled, response: Mapping[str, Value] | None, failed: CallFailed | None) -> OperationAnswered:
    return OperationAnswered(
        token=step.token,
        element_id=step.element_id,
        operation=step.operation,
        arguments=step.arguments,
        response=response,
        code=failed.code if failed else None,
        message=failed.message if failed else "",
    )


def operate(tx: Transaction, operation: str, arguments: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    """Do an operation, in this transaction. Raises CallFailed with one of its error codes, before anything is changed.

    Raises Conflict where somebody was faster at the very last moment: then the whole act is to be tried again.
    """
    try:
        response = _OPERATIONS[operation](tx, arguments, origin)
    except NotFound as error:
        raise CallFailed(error.message, permanent=True, code=NOT_FOUND) from error
    except StaleRevision as error:
        raise CallFailed(error.message, permanent=True, code=CHANGED) from error
    except AnswersRejected as error:
        told = "; ".join(f"{problem.path or 'values'}: {problem.message}" for problem in error.problems)
        raise CallFailed(f"The values do not fit the form: {told}", permanent=True, code=NOT_VALID) from error
    except Unacceptable as error:
        raise CallFailed(error.message, permanent=True, code=NOT_VALID) from error
    deed = _deed(operation, response)
    if deed is not None and origin.instance_id is not None:
        kind, key = str(arguments["type"]).strip(), str(response["key"])
        case_records.keep(tx, Worked(instance_id=origin.instance_id, type=kind, key=key, deed=deed, at=tx.now()))
    return response


def _deed(operation: str, response: Mapping[str, Value]) -> Deed | None:
    """Say what an operation did with the one record it is about."""
    match operation:
        case "record/save":
            return Deed.ADDED if response["version"] == 1 else Deed.CHANGED
        case "record/retire":
            return Deed.RETIRED
        case "record/read" if response["found"]:
            return Deed.READ
    return None


def _save(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    values = given.get("values")
    if values is not None and not isinstance(values, dict):
        raise Unacceptable("The parameter values is no context of names and values.")
    wanted = Wanted(
        values=values or {},
        title=_text(given, "title"),
        owner_id=_text(given, "owner"),
        state=_text(given, "state"),
    )
    kind, key, seen = _needed(given, "type"), _text(given, "key"), _seen(given.get("seen"))
    if kind == SERVICE:
        service = save_service(tx, key, wanted, seen=seen)
        return {"key": service.id, "version": service.version}
    record = registering.put(tx, kind, key, wanted, seen=seen, origin=origin)
    return {"key": record.key, "version": record.version}


def _retire(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    kind, key, reason = (_needed(given, name) for name in ("type", "key", "reason"))
    if kind == SERVICE:
        service = retire_service(tx, key)
        return {"key": service.id, "version": service.version}
    record = registering.retire(tx, kind, key, reason, origin=origin)
    return {"key": record.key, "version": record.version}


def _read(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    kind, key = _needed(given, "type"), _text(given, "key")
    if kind == SERVICE:
        service = next((each for each in all_services(tx) if each["key"] == key), None)
        return {"found": service is not None, **(service or _nothing(key))}
    _known(tx, kind)
    record = rows.get(tx, key) if key is not None else None
    if record is None or record.type != kind:
        return {"found": False, **_nothing(key)}
    return {"found": True, **_shown(record), "version": record.version}


def _nothing(key: str | None) -> dict[str, Value]:
    return {"key": key, "title": None, "owner": None, "state": None, "values": {}, "version": None}


def _find(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    kind, where = _needed(given, "type"), given.get("where")
    if where is not None and not isinstance(where, dict):
        raise Unacceptable("The parameter where is no context of names and values.")
    where = where or {}
    if kind == SERVICE:
        fitting = [each for each in all_services(tx) if all(_field(each, name) == one for name, one in where.items())]
        return {"count": len(fitting), "records": fitting}
    unknown = where.keys() - {"key", "title", "owner", "state", *_known(tx, kind)}
    if unknown:
        raise Unacceptable(f"Records of the type “{kind}” have no {', '.join(sorted(unknown))}.")
    count, found = rows.find(tx, kind, where, limit=MOST, retired="state" in where or "key" in where)
    return {"count": count, "records": [_shown(record) for record in found]}


def _known(tx: Transaction, kind: str) -> frozenset[str]:
    """Give the names of a type's fields. Raises Unacceptable where there is no such type."""
    try:
        return frozenset(register(tx, kind).type.labels)
    except NotFound as error:
        raise Unacceptable(error.message) from error


def _shown(record: Record) -> dict[str, Value]:
    return {
        "key": record.key,
        "title": record.title,
        "owner": record.owner_id,
        "state": record.state,
        "values": dict(record.values),
    }


def _field(service: Mapping[str, Value], name: str) -> Value:
    return service[name] if name in service else service["values"].get(name)


def _seen(value: Value) -> int | None:
    return None if value is None else int(value) if str(value).isdecimal() else -1


def _text(given: Mapping[str, Value], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Unacceptable(f"The parameter {name} is no text.")
    return value or None


def _needed(given: Mapping[str, Value], name: str) -> str:
    value = (_text(given, name) or "").strip()
    if not value:
        raise Unacceptable(f"The parameter {name} is empty.")
    return value


def _link(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    kind, to = _needed(given, "kind"), _needed(given, "to")
    if kind not in KINDS:
        raise Unacceptable(f"The kind of a link is one of: {', '.join(KINDS)}.")
    case, record = instances.by_number(tx, to), rows.get(tx, to)
    if case is None and record is None:
        if STRANGERS in tx.installation.memory:
            return {"added": False}
        raise NotFound(f"There is no case and no record {to}.")
    other = case_end(case.id) if case else record_end(record.id if record else "")
    own = case_end(origin.instance_id or "")
    return {"added": linking.join(tx, own, kind, other, element_id=origin.element_id)}


def _conflicts(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    starts, ends = moment(given.get("start")), moment(given.get("end"))
    if starts is None or ends is None or ends <= starts:
        raise Unacceptable("The parameters start and end are dates and times, and the end comes after the start.")
    plan, but, interrupts = schedule(tx), _text(given, "but"), given.get("interrupts") is True
    items, services = _keys(given, "items"), _keys(given, "services")
    found = plan.conflicts(starts, ends, items, services, interrupts=interrupts, but=but)
    free = plan.next_free(starts, ends, items, services, interrupts=interrupts, but=but)
    told = [
        {
            "key": conflict.window.record.key,
            "title": conflict.window.record.title,
            "type": conflict.window.record.type,
            "reason": conflict.reason,
            "about": list(conflict.about),
            "start": conflict.window.starts.isoformat(),
            "end": conflict.window.ends.isoformat(),
        }
        for conflict in found
    ]
    return {"count": len(told), "conflicts": told, "next_free": free.isoformat() if free else None}


def _keys(given: Mapping[str, Value], name: str) -> list[str]:
    value = given.get(name)
    several = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(one, str) for one in several):
        raise Unacceptable(f"The parameter {name} is a list of keys.")
    return several


def _count(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    where, without = given.get("where"), _text(given, "without")
    if where is not None and not isinstance(where, dict):
        raise Unacceptable("The parameter where is no context of names and values.")
    if without is not None and without not in KINDS:
        raise Unacceptable(f"The kind of a link is one of: {', '.join(KINDS)}.")
    by, period = _keys(given, "by"), {"since": moment(given.get("since")), "until": moment(given.get("until"))}
    return counting.count_alike(tx, _needed(given, "process"), where or {}, by, without=without, **period)


def _measures(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    since, until = moment(given.get("since")), moment(given.get("until")) or tx.now()
    if since is None:
        raise Unacceptable("The parameter since is a date, or date and time.")
    return counting.read_measures(tx, _text(given, "process"), since, until)


def _decide(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    return dict(duties.decide(tx, _needed(given, "version"), _needed(given, "decision"), _text(given, "reason") or ""))


def _involved(tx: Transaction, given: Mapping[str, Value], origin: Origin) -> dict[str, Value]:
    del origin
    period = moment(given.get("since")), moment(given.get("until"))
    return dict(duties.involved(tx, _needed(given, "person"), _text(given, "process"), *period))


_OPERATIONS: Final[Mapping[str, Callable[[Transaction, Mapping[str, Value], Origin], dict[str, Value]]]] = {
    "calendar/conflicts": _conflicts,
    "cases/count": _count,
    "link/add": _link,
    "measures/read": _measures,
    "record/save": _save,
    "record/read": _read,
    "record/find": _find,
    "record/retire": _retire,
    "version/decide": _decide,
    "people/involved": _involved,
}
