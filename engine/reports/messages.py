"""Messages between cases that nobody has waited for, and those remembered for their id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import NotAllowed, NotFound
from engine.live import compiled
from engine.model.instance import Instance
from engine.model.message import KeptMessage, MessageState
from engine.neighbours import idle_starts, is_awaited
from engine.permissions import Action, may, scope
from engine.storage import instances, messages
from engine.transaction import Transaction
from forms.data import Value

ROWS: Final = 50


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """A remembered message with the cases it came from and went to, where the actor may see them."""

    message: KeptMessage
    sender: Instance | None
    receiver: Instance | None
    element: str
    """What its event is named in the diagram of the sender."""
    hidden: bool
    """Whether the sender is a case the actor may not see: then nothing of what it sent is told."""


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """A page of remembered messages; `total_kept` counts those that wait for a receiver."""

    rows: tuple[KeptLine, ...]
    total: int
    total_kept: int
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class CarriedField:
    """One entry of what a message carries; `value` is None where it may speak of a person."""

    name: str
    value: Value
    shown: bool


@dataclass(frozen=True, kw_only=True)
class KeptView:
    """A remembered message with what it carries, which is gone once it was delivered, removed or has expired."""

    line: KeptLine
    carried: tuple[CarriedField, ...]
    is_awaited: bool
    """Whether a case waits for it now, or a process would begin one with it."""
    idle: tuple[str, ...] = ()
    """The titles of processes that would begin with it if they were not out of use."""


_OVER: Final = tuple(state for state in MessageState if state is not MessageState.KEPT)


def kept_messages(tx: Transaction, *, is_kept: bool = True, page: int = 1) -> KeptPage:
    """Give the messages that are kept, or those that are over and still remembered, newest first. Raises NotAllowed."""
    _check(tx)
    states = (MessageState.KEPT,) if is_kept else _OVER
    page = max(1, page)
    found, total = messages.find_all(tx, states=states, limit=ROWS, offset=(page - 1) * ROWS)
    return KeptPage(
        rows=_lines(tx, found),
        total=total,
        total_kept=total if is_kept else count_kept(tx),
        page=page,
        pages=max(1, -(-total // ROWS)),
    )


def kept_message(tx: Transaction, kept_id: str) -> KeptView:
    """Give one message. Raises NotAllowed, NotFound."""
    _check(tx)
    found = messages.get(tx, kept_id)
    if found is None:
        raise NotFound("There is no such message.", kept_id=kept_id)
    (line,) = _lines(tx, [found[0]])
    payload = found[1].payload if found[1] and not line.hidden else {}
    return KeptView(
        line=line,
        carried=_carried(tx, line.sender, payload),
        is_awaited=bool(found[1]) and is_awaited(tx, found[0]),
        idle=tuple(record.title for record in idle_starts(tx, found[0].name)) if found[1] else (),
    )


def count_kept(tx: Transaction) -> int:
    """Count the messages that wait for a receiver."""
    return messages.find_all(tx, states=(MessageState.KEPT,), limit=0, offset=0)[1]


def _carried(tx: Transaction, sender: Instance | None, payload: Mapping[str, Value]) -> tuple[CarriedField, ...]:
    """Numbers and truth values are shown, and answers to questions that the sender's forms do not call personal."""
    forms = compiled(tx, sender.publication_id).forms.values() if sender else ()
    personal = {name for form in forms for name in form.personal}
    asked = {field.key for form in forms for field in form.fields()} - personal
    fields = []
    for name, value in sorted(payload.items()):
        plain = value is None or isinstance(value, bool) or not isinstance(value, str | list | Mapping)
        shown = name not in personal and (plain or name in asked)
        fields.append(CarriedField(name=name, value=value if shown else None, shown=shown))
    return tuple(fields)


def _lines(tx: Transaction, found: list[KeptMessage]) -> tuple[KeptLine, ...]:
    wanted = {each for message in found for each in (message.sender_id, message.receiver_id) if each}
    seen = instances.visible_among(tx, scope(tx.actor), wanted) if wanted else {}
    return tuple(
        KeptLine(
            message=message,
            sender=(sender := seen.get(message.sender_id or "")),
            receiver=seen.get(message.receiver_id or ""),
            element=_element(tx, sender, message.element_id),
            hidden=message.sender_id is not None and sender is None,
        )
        for message in found
    )


def _element(tx: Transaction, sender: Instance | None, element_id: str | None) -> str:
    element = compiled(tx, sender.publication_id).diagram.find(element_id) if sender and element_id else None
    return element.title if element else ""


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed(f"Your roles do not allow you to {Action.OPERATE.value}.", action=Action.OPERATE.value)
