"""Interventions in a running case, each with a reason."""

from dataclasses import replace

from engine.acts.cases import open_case
from engine.acts.moving import Cause, follow
from engine.acts.words import required
from engine.errors import NotFound
from engine.model.entry import EntryKind
from engine.model.instance import Instance
from engine.permissions import Action, requires, scope
from engine.storage import instances
from engine.transaction import Transaction


@requires(Action.CANCEL)
def cancel_case(tx: Transaction, instance_id: str, reason: str) -> Instance:
    """End a case one may see: its tasks are withdrawn, its timers and clocks stop. Raises NotFound, CaseEnded, ..."""
    reason = required(reason, field="reason", ask="Say why the case is cancelled.")
    if not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)
    case = open_case(tx, instance_id)
    steps = case.live.cancel(case.surroundings)
    case.instance = replace(case.instance, state="cancelled", outcome="Cancelled", ended_at=tx.now())
    follow(case, steps, Cause(kind=EntryKind.CASE_CANCELLED, answers={"reason": reason}, personal={"reason"}))
    return case.instance
