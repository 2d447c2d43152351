"""What running a case reports: the vocabulary between the engine's moves and everything that follows from them.

Steps come in the order of time. For every token, the waits form pairs: what TaskOpened, TimerSet or MessageAwaited
began ends by TaskWithdrawn or by completing that token, by TimerCleared, by MessageForgotten; so that tables of open
tasks, due times and awaited messages can be kept from Steps alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from forms.data import Value


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A token reached an element. A joining gateway is entered when it fires, a boundary event when it is triggered."""

    element_id: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Left:
    """A token completed an element. A multi-instance or looping activity is left once, after its last instance."""

    element_id: str
    token: str


@dataclass(frozen=True, kw_only=True)
class InstanceEntered:
    """An instance of a multi-instance or looping activity begins; `number` is its loop counter, from 1."""

    element_id: str
    token: str
    number: int


@dataclass(frozen=True, kw_only=True)
class InstanceLeft:
    """Such an instance is completed."""

    element_id: str
    token: str
    number: int


@dataclass(frozen=True, kw_only=True)
class FlowTaken:
    """A token passed a sequence flow."""

    flow_id: str


@dataclass(frozen=True, kw_only=True)
class DataChanged:
    """A process variable got another value; `old` and `new` are None also where it was or is not set."""

    name: str
    old: Value
    new: Value
    was_set: bool
    is_set: bool


@dataclass(frozen=True, kw_only=True)
class TaskOpened:
    """A user or manual task now waits for a person; `data` are the variables visible to it."""

    token: str
    element_id: str
    data: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class TaskWithdrawn:
    """An activity was open and is gone without being completed: interrupted, cancelled or no longer needed.

    Reported for every activity, so that whatever began with its entering can end; only for user and manual tasks was
    there a TaskOpened. `number` is the loop counter of an instance of a multi-instance or looping activity.
    """

    token: str
    element_id: str
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class TimerSet:
    """A timer waits until `due`, an aware UTC time. Set again for the same token, the new time replaces the old."""

    token: str
    element_id: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class TimerCleared:
    """A timer waits no more: it fired for the last time, or what it belonged to ended."""

    token: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class MessageAwaited:
    """The case now waits for a message of this name."""

    token: str
    element_id: str
    name: str
    key: str = ""
    """The correlation key that a message must carry; empty where the name alone decides."""


@dataclass(frozen=True, kw_only=True)
class MessageForgotten:
    """The case waits no more for that message: it came and is not expected again, or nobody needs it any more."""

    token: str
    element_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class MessageThrown:
    """The case sent a message; it is kept for whoever waits later until `expires`, an aware UTC time.

    `key` is its correlation key, empty for none; `message_id` what its sender calls it, None where it has no id.
    """

    element_id: str
    name: str
    payload: Mapping[str, Value]
    key: str
    message_id: str | None
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class SignalAwaited:
    """The case now waits for a signal of this name."""

    token: str
    element_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SignalForgotten:
    """The case waits no more for that signal."""

    token: str
    element_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SignalThrown:
    """The case threw a signal; whatever waited for it in the case itself has had it already."""

    element_id: str
    name: str
    payload: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class EscalationRaised:
    """An escalation that nothing in the case catches; who called the case may."""

    element_id: str
    code: str | None


@dataclass(frozen=True, kw_only=True)
class CaseCalled:
    """A call activity waits for a case of its own, with `data`; `binding` says on which version that one runs."""

    token: str
    element_id: str
    process_id: str
    binding: str
    version_tag: str | None
    data: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class CallAbandoned:
    """A call activity waits no more for the case it called: it was interrupted or cancelled."""

    token: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class OperationCalled:
    """A service or send task called an inside operation; the token has already passed when this is reported."""

    token: str
    element_id: str
    operation: str
    arguments: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class OutsideCalled:
    """A service or send task calls an operation outside the process and waits for what comes of it.

    `retries` and `pause` say how often a failed call is tried again and after how long, where the diagram says so.
    """

    token: str
    element_id: str
    operation: str
    arguments: Mapping[str, Value]
    retries: int | None
    pause: timedelta | None


@dataclass(frozen=True, kw_only=True)
class OperationAnswered:
    """An operation inside the house was done in the same commit: what it was given, and what it gave.

    Stands in place of the OutsideCalled that asked for it. `code` and `message` say why it failed where an error event
    of the case caught that; `response` is None then.
    """

    token: str
    element_id: str
    operation: str
    arguments: Mapping[str, Value]
    response: Mapping[str, Value] | None
    code: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class OutsideDropped:
    """The case waits no more for that call: its task was interrupted or cancelled."""

    token: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class DecisionMade:
    """A business rule task evaluated a decision, or one that it requires; `matched` names the rules that matched.

    `problems` are the reasons why parts of the result are null.
    """

    element_id: str
    decision_id: str
    inputs: Mapping[str, Value]
    outputs: Value
    matched: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The whole process ended; `outcome` is the name of the last end event, or its id where it has no name.

    `error` is set where an error that nothing caught ended it: its code, empty where it has none; with its `message`.
    With `everything` the cases around end with it: the one that called it, and whichever called that.
    """

    outcome: str
    element_id: str
    error: str | None = None
    message: str = ""
    everything: bool = False


Step: TypeAlias = (
    Entered
    | Left
    | InstanceEntered
    | InstanceLeft
    | FlowTaken
    | DataChanged
    | TaskOpened
    | TaskWithdrawn
    | TimerSet
    | TimerCleared
    | MessageAwaited
    | MessageForgotten
    | MessageThrown
    | SignalAwaited
    | SignalForgotten
    | SignalThrown
    | EscalationRaised
    | CaseCalled
    | CallAbandoned
    | OperationCalled
    | OutsideCalled
    | OperationAnswered
    | OutsideDropped
    | DecisionMade
    | Finished
)
Steps: TypeAlias = tuple[Step, ...]
