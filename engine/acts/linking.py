"""Links between cases: made by what a process receives or calls, and by hand."""

import re
from collections.abc import Mapping
from typing import Final

from bpmn.diagram import Diagram, Element
from bpmn.linking import FIELD, INVERSE, KINDS, kind_of
from engine import journal
from engine.acts.cases import OpenCase
from engine.acts.words import required
from engine.conversing import talks
from engine.errors import NotFound, StepFailed, Unacceptable
from engine.installation import STRANGERS
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.model.link import End, EndKind, Link, case_end
from engine.permissions import Action, requires, scope
from engine.storage import instances, links
from engine.transaction import Transaction
from forms.data import Value

_SELF: Final = "A case is not linked with itself."


def received(tx: Transaction, instance_id: str, diagram: Diagram, element_id: str | None, sender_id: str) -> None:
    """Link a case with the one whose message it has just got, as the element that took it or a message flow says."""
    element = diagram.find(element_id)
    if element is None or FIELD in element.properties or not ("link" in element.properties or diagram.message_flows):
        return
    sender = instances.get(tx, sender_id)
    kind = kind_of(element, sender.process_id) if sender else None
    if kind is None and sender is not None and talks(diagram, element.id, sender.process_id):
        # Pools that talk: the receiver comes from the sender, unless they have talked before.
        ends = (case_end(instance_id), case_end(sender_id))
        known = any({link.source, link.target} == set(ends) for link in links.of(tx, ends[:1]))
        kind = None if known else "follows"
    if kind is not None:
        join(tx, case_end(instance_id), kind, case_end(sender_id), element_id=element_id)


def named(case: OpenCase, element_id: str, answers: Mapping[str, Value]) -> None:
    """Link a case with those whose numbers a person gave, in the field that the element names.

    What looks like no number is none. Raises StepFailed for a case that is not there for the actor.
    """
    element = case.compiled.diagram.find(element_id)
    if element is None or FIELD not in element.properties:
        return
    for field in element.properties[FIELD].split(","):
        given = answers.get(field.strip())
        for number in given if isinstance(given, list) else [given]:
            if isinstance(number, str) and _NUMBER.fullmatch(number.strip()):
                _name(case, element, number.strip().upper())


_NUMBER: Final = re.compile(r"[A-Za-z]{2,16}-[0-9]{1,12}")


def _name(case: OpenCase, element: Element, number: str) -> None:
    tx, other = case.tx, instances.by_number(case.tx, number)
    if other is None or not instances.is_visible(tx, scope(tx.actor), other.id) or other.id == case.instance.id:
        if STRANGERS in tx.installation.memory:
            return
        reason = f"There is no case {number}." if other is None or other.id != case.instance.id else _SELF
        raise StepFailed(element.id, "unknown_case", reason)
    kind = kind_of(element, other.process_id)
    if kind is not None:
        join(tx, case_end(case.instance.id), kind, case_end(other.id), element_id=element.id)


def join(tx: Transaction, source: End, kind: str, target: End, *, element_id: str | None = None) -> bool:
    """Make a link and tell both ends that are cases; False where it is there already. Nobody's permission is asked.

    `kind` is any of `KINDS`, and says what `source` is to `target`.
    """
    if source == target:
        return False
    if kind not in INVERSE:
        source, kind, target = target, KINDS[kind], source
    made_by = tx.actor.person_id
    link = Link(source=source, target=target, kind=kind, made_at=tx.now(), made_by=made_by, element_id=element_id)
    if not links.add(tx, link):
        return False
    _tell(tx, EntryKind.CASE_LINKED, source, kind, target, reason="")
    return True


@requires(Action.LINK)
def link_cases(tx: Transaction, instance_id: str, kind: str, number: str) -> Instance:
    """Link a case with the one of this number, both of which the actor sees. Gives the other.

    Raises NotFound, Unacceptable.
    """
    _seen(tx, instance_id)
    if kind not in KINDS:
        raise Unacceptable("Choose how the two cases are related.", field="kind")
    other = instances.by_number(tx, number.strip().upper())
    if other is None or not instances.is_visible(tx, scope(tx.actor), other.id):
        raise Unacceptable(f"There is no case {number.strip()[:40]}.", field="number")
    if other.id == instance_id:
        raise Unacceptable(_SELF, field="number")
    if not join(tx, case_end(instance_id), kind, case_end(other.id)):
        raise Unacceptable("The two cases are linked in this way already.", field="number")
    return other


@requires(Action.LINK)
def unlink_cases(tx: Transaction, instance_id: str, kind: str, number: str, reason: str) -> Instance:
    """Take a link between two cases away, with a reason. Gives the other case. Raises NotFound, Unacceptable."""
    _seen(tx, instance_id)
    reason = required(reason, field="reason", ask="Say why the link is removed.")
    other = instances.by_number(tx, number.strip().upper())
    source, target = case_end(instance_id), case_end(other.id if other else "")
    if kind not in KINDS or other is None or not instances.is_visible(tx, scope(tx.actor), other.id):
        raise NotFound("There is no such link.", instance_id=instance_id)
    ends = (source, target) if kind in INVERSE else (target, source)
    if not links.remove(tx, *ends, kind if kind in INVERSE else KINDS[kind]):
        raise NotFound("There is no such link any more.", instance_id=instance_id)
    _tell(tx, EntryKind.CASE_UNLINKED, source, kind, target, reason=reason)
    return other


def _seen(tx: Transaction, instance_id: str) -> None:
    if not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such case.", instance_id=instance_id)


def _tell(tx: Transaction, entry: EntryKind, source: End, kind: str, target: End, *, reason: str) -> None:
    """Tell both ends that are cases what became of their link; the other by its id, which gives nothing away."""
    values = {"reason": reason} if reason else {}
    for end, seen_as, other in ((source, kind, target), (target, KINDS[kind], source)):
        if end.kind is EndKind.CASE:
            facts = {"link": seen_as, "other": {"kind": other.kind.value, "id": other.id}}
            journal.append(tx, entry, instance_stream(end.id), facts=facts, values=values, personal=values)
