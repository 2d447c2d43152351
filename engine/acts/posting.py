"""What follows for other cases when one sends a message, throws a signal, or begins to wait for a message.

Everything that concerns another case is a job, written in the commit of the act that asks for it; `routing` does it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from engine import conversing
from engine.acts.cases import OpenCase
from engine.model import step as steps_of
from engine.model.identity import new_id
from engine.model.job import Job, JobKind
from engine.model.message import Message
from engine.storage import messages

_CONCERNS: Final = frozenset({steps_of.MessageThrown, steps_of.SignalThrown, steps_of.MessageAwaited})


def follow(case: OpenCase, steps: steps_of.Steps) -> list[Job]:
    """Give the jobs that carry what these steps sent, and what was kept for those who wait now."""
    if _CONCERNS.isdisjoint(map(type, steps)):
        return []
    return [*_sent(case, steps), *_kept(case, steps)]


def _sent(case: OpenCase, steps: steps_of.Steps) -> Iterator[Job]:
    for step in steps:
        match step:
            case steps_of.MessageThrown():
                message = Message(
                    id=new_id(),
                    name=step.name,
                    key=step.key,
                    message_id=step.message_id,
                    payload=step.payload,
                    sender_id=case.instance.id,
                    element_id=step.element_id,
                    thrown_at=case.tx.now(),
                    expires_at=step.expires,
                )
                yield _job(case, JobKind.ROUTE, {"message": message.document()})
            case steps_of.SignalThrown():
                signal = {"name": step.name, "payload": step.payload, "sender_id": case.instance.id}
                yield _job(case, JobKind.ROUTE, {"signal": signal})


def _kept(case: OpenCase, steps: steps_of.Steps) -> Iterator[Job]:
    """Take what was sent before anybody waited: one message for each wait that has just begun and still lasts."""
    if case.instance.state != "active":
        return
    begun = {step.token for step in steps if isinstance(step, steps_of.MessageAwaited)}
    if not begun:
        return
    found = [wait for wait in case.live.waiting().messages if wait.token in begun]
    for name, key in sorted({(wait.name, key) for wait in found for key in _keys(case, wait.key)}):
        messages.lock(case.tx, name, key)
    for wait in sorted(found, key=lambda wait: (wait.name, wait.key, wait.token)):
        kept = (each for key in _keys(case, wait.key) for each in messages.kept(case.tx, wait.name, key))
        message = next((each for each in kept if _is_for(case, each, wait.element_id)), None)
        if message is not None:
            messages.delivered(case.tx, message, case.instance.id)
            job = handed(message, [wait.element_id])
            yield _job(case, JobKind.MESSAGE, job, token=wait.token, to=case.instance.id)


def _keys(case: OpenCase, key: str) -> tuple[str, ...]:
    """Give the keys by which a wait is meant: without one of its own, also by that with which the case began."""
    return (key,) if key or not case.instance.business_key else ("", case.instance.business_key)


def _is_for(case: OpenCase, message: Message, element_id: str) -> bool:
    whom = conversing.addressed(case.tx, message)
    return whom.is_for(case.instance.process_id, element_id) and whom.is_for_case(case.instance.id)


def handed(message: Message, elements: Sequence[str]) -> dict[str, object]:
    """Give the payload of the job that hands a message to a case, at one of these elements."""
    return {
        "name": message.name,
        "payload": message.payload,
        "message": message.document(),
        "elements": list(elements),
    }


def _job(
    case: OpenCase, kind: JobKind, payload: dict[str, object], *, token: str | None = None, to: str | None = None
) -> Job:
    now = case.tx.now()
    return Job.new(kind, due_at=now, now=now, payload=payload, instance_id=to, token=token)
