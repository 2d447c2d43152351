"""Our typed view of a BPMN 2.0 diagram: what a process owner drew, read once, never changed.

`kind` is always the local name of the XML element (``userTask``, ``boundaryEvent``). Texts of expressions are kept as
written, with the leading ``=`` of FEEL.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from bpmn.notes import Note
from bpmn.remarks import Remarks
from forms.data import Value


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Where a shape lies in the drawing, in the drawing's own units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What is copied into `target` as an element begins or ends: a variable, or what an expression gives.

    With `drawn` a data association says so (clause 10.4.2).
    """

    target: str
    source: str = ""
    expression: str | None = None
    drawn: bool = False


@dataclass(frozen=True, kw_only=True)
class DataMapping:
    """Variables of an element's own: what they are set to as it begins, and what is taken out of them as it ends.

    What associations say is copied at once, the rest in order, each seeing what was set before it. `own` are the names
    of data outputs, nothing as it begins; `sealed` keeps inside what its work sets; `whole` is the name under which all
    that a message carries arrives.
    """

    inputs: tuple[Copy, ...] = ()
    outputs: tuple[Copy, ...] = ()
    own: tuple[str, ...] = ()
    sealed: bool = False
    whole: str = ""


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """A data association with a data store that is bound to a type of records: what is read or written as it says.

    `parameters` are its properties: those of the operation it stands for, and `result`.
    """

    store: str
    """The name of the data store, else its id."""
    type: str
    writes: bool
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The operation it stands for: a record is saved, or read by its key, or records are found."""
        if self.writes:
            return "record/save"
        return "record/read" if "key" in self.parameters else "record/find"


@dataclass(frozen=True, kw_only=True)
class Element:
    """A flow node: activity, gateway or event (BPMN 2.0 clause 8.4.9).

    `scope_id` is the id of the process or sub-process that holds it directly; `lane_id` the innermost lane, inherited
    from the enclosing sub-process or the activity a boundary event is attached to. `attributes` are its plain XML
    attributes, `properties` and `extensions` (local name to text) what stands in our extension namespace, `parts`
    the local names of its BPMN children. `bounds` is None where it is not drawn.
    """

    id: str
    kind: str
    name: str = ""
    documentation: str = ""
    process_id: str
    scope_id: str
    lane_id: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    mapping: DataMapping = DataMapping()
    stores: tuple[StoreAccess, ...] = ()
    bounds: Bounds | None = None
    line: int = 0

    @property
    def title(self) -> str:
        """What to call it in a sentence: its name, or its id where it has none."""
        return " ".join(self.name.split()) or self.id

    @property
    def begins_cases(self) -> bool:
        """Whether it is a receive task or event-based gateway that begins cases (clauses 10.3.3, 10.6.6)."""
        return False

    @property
    def separate_from(self) -> tuple[str, ...]:
        """The ids in its property of that name: steps that whoever did this one must not do as well."""
        return tuple(filter(None, (part.strip() for part in self.properties.get("separateFrom", "").split(","))))


MOST_TOKENS: Final = 100
"""The largest start or completion quantity."""


def _quantity(text: str | None) -> int:
    written = (text or "1").strip()
    return int(written) if written.isascii() and written.isdecimal() and 0 < int(written[:9]) <= MOST_TOKENS else 1


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Repetition of an activity (clause 13.3.6, 13.3.7).

    `condition` is the loop condition of a standard loop, the completion condition of a multi-instance one.
    """

    kind: Literal["standard", "parallel", "sequential"]
    cardinality: str | None = None
    condition: str | None = None
    maximum: str | None = None
    test_before: bool = False
    collection: str | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: str | None = None
    behavior: str = ""
    """Which of its instances throw an event when they end (clause 13.3.7): the first (``One``), each (``None``), those
    for which a condition holds (``Complex``), none (``All`` or empty)."""
    throws: tuple[tuple[str | None, "EventDefinition"], ...] = ()
    """What they throw, each with its condition."""
    scripts_inside: bool = False
    """Whether scripts before and after the activity run for each instance, not once around all."""
    several: bool = False
    """Whether it is marked as a loop and as multi-instance at once."""


@dataclass(frozen=True, kw_only=True)
class Activity(Element):
    """Work: a task, a sub-process or a call (clause 10.3). `default` is the id of its default flow."""

    default: str | None = None
    loop: Loop | None = None
    for_compensation: bool = False

    @property
    def start_quantity(self) -> int:
        """How many tokens must have come before it begins; 1 also where what is written is no number above 0."""
        return _quantity(self.attributes.get("startQuantity"))

    @property
    def completion_quantity(self) -> int:
        """How many tokens leave it on each of its flows."""
        return _quantity(self.attributes.get("completionQuantity"))


@dataclass(frozen=True, kw_only=True)
class Task(Activity):
    """A task of no special type (kind ``task``)."""


@dataclass(frozen=True, kw_only=True)
class UserTask(Activity):
    """Work of a person: kinds ``userTask`` and ``manualTask``."""

    @property
    def form(self) -> str | None:
        """File name of its form without ``.form``."""
        return self.properties.get("formRef") or None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a service task calls; `parameters` are expressions by name."""

    id: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    result_variable: str | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceTask(Activity):
    """A call of an operation of the installation; of kind ``sendTask`` where a send task sends by an operation."""

    operation: Operation | None = None


@dataclass(frozen=True, kw_only=True)
class ScriptTask(Activity):
    """A script; `script_format` is the language as written, empty where none is given."""

    script: str = ""
    script_format: str = ""


@dataclass(frozen=True, kw_only=True)
class BusinessRuleTask(Activity):
    """Calls a decision."""

    decision_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MessageTask(Activity):
    """Sends or receives a message: kinds ``sendTask`` and ``receiveTask``."""

    message_id: str | None = None
    message_name: str | None = None
    instantiate: bool = False

    @property
    def begins_cases(self) -> bool:
        """Whether it begins cases."""
        return self.instantiate


@dataclass(frozen=True, kw_only=True)
class CallActivity(Activity):
    """Runs another process."""

    called_element: str | None = None


@dataclass(frozen=True, kw_only=True)
class SubProcess(Activity):
    """A scope inside a process: kinds ``subProcess``, ``transaction`` and ``adHocSubProcess``."""

    triggered_by_event: bool = False
    one_by_one: bool = False
    """Whether an ad-hoc one does one thing at a time."""
    completion: str | None = None
    """The completion condition of an ad-hoc one."""
    cancels_remaining: bool = True


@dataclass(frozen=True, kw_only=True)
class Gateway(Element):
    """Splits and joins (clause 10.6). `default` is the id of its default flow."""

    default: str | None = None
    activation: str | None = None
    """The activation condition of a complex gateway."""
    instantiate: bool = False
    event_gateway_type: str = ""

    @property
    def begins_cases(self) -> bool:
        """Whether it begins cases."""
        return self.instantiate


@dataclass(frozen=True, kw_only=True)
class EventDefinition:
    """What an event waits for or causes (clause 10.5.5); `kind` without ``EventDefinition``: ``timer``, ``message``."""

    kind: str
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class TimerDefinition(EventDefinition):
    """A timer; `timing` is None where none of date, duration and cycle is given, `several` where more than one is."""

    timing: Literal["date", "duration", "cycle"] | None = None
    text: str = ""
    several: bool = False


@dataclass(frozen=True, kw_only=True)
class ReferenceDefinition(EventDefinition):
    """A message, signal, error or escalation: the id referred to, and its name and code where that id exists."""

    ref: str | None = None
    name: str | None = None
    code: str | None = None
    extensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConditionalDefinition(EventDefinition):
    """A condition on data; `watches` says that it comes with a change of its value: create, update, or all."""

    condition: str = ""
    watches: str = ""


@dataclass(frozen=True, kw_only=True)
class CompensateDefinition(EventDefinition):
    """Undoing (clause 10.7): of one activity, or of everything around where `activity_id` is None.

    `waits` says of a throwing event whether the path goes on only when all is undone.
    """

    activity_id: str | None = None
    waits: bool = True


@dataclass(frozen=True, kw_only=True)
class LinkDefinition(EventDefinition):
    """A connector to another place of the same level."""

    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Event(Element):
    """Start, intermediate, boundary and end events.

    `attached_to` and `interrupting` speak of boundary events; `interrupting` also of starts of event sub-processes.
    """

    definitions: tuple[EventDefinition, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    parallel_multiple: bool = False

    @property
    def definition(self) -> EventDefinition | None:
        """The only or first definition; None for a plain event."""
        return self.definitions[0] if self.definitions else None

    @property
    def several(self) -> bool:
        """Whether it has more than one trigger or result."""
        return len(self.definitions) > 1

    @property
    def undoes(self) -> bool:
        """Whether it is a compensation event at the border of an activity."""
        return self.kind == "boundaryEvent" and isinstance(self.definition, CompensateDefinition)

    @property
    def catches(self) -> bool:
        """Whether it waits for something rather than causing it."""
        return self.kind in ("startEvent", "intermediateCatchEvent", "boundaryEvent")


@dataclass(frozen=True, kw_only=True)
class SequenceFlow:
    """An arrow. `id_given` is True where the file has no id and a deterministic one was made."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    condition_language: str = ""
    formal: bool = True
    """Whether the condition is marked as one that is evaluated, and not as words for people (8.4.7)."""
    scope_id: str = ""
    waypoints: tuple[tuple[float, float], ...] = ()
    id_given: bool = False
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Association:
    """A dotted line: from a compensation event to the activity that undoes, else without meaning for what runs."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A lane and the role it stands for: its property ``role``, else its name in lower case with underscores."""

    id: str
    name: str
    role: str
    process_id: str
    parent_id: str | None = None
    lane_set: int = 1
    """Which of the lane sets of the process it belongs to: one may be divided in several ways at once."""
    element_ids: tuple[str, ...] = ()
    bounds: Bounds | None = None
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class DataObject:
    """A data object, a reference to one, or a reference to a data store."""

    id: str
    kind: str
    name: str
    refers_to: str | None
    scope_id: str
    record_type: str = ""
    """The type of records that a data store is bound to; empty where it is a picture, or keeps things with the case."""
    bounds: Bounds | None = None
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Something inside a process that our view has no place for."""

    id: str | None
    kind: str
    scope_id: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process with everything in it, at any depth; `elements` and `flows` in the order of the file."""

    id: str
    name: str
    executable: bool
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    lanes: tuple[Lane, ...] = ()
    elements: tuple[Element, ...] = ()
    flows: tuple[SequenceFlow, ...] = ()
    data_objects: tuple[DataObject, ...] = ()
    associations: tuple[Association, ...] = ()
    unread: tuple[Unread, ...] = ()
    inputs: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    """Ids and names of the data inputs and outputs that it declares (clause 10.4.1)."""
    line: int = 0

    def taken(self, data: Mapping[str, Value]) -> dict[str, Value]:
        """What of these variables comes in by a call: what it declares, else all."""
        return {name: value for name, value in data.items() if not self.inputs or name in self.inputs}

    def given(self, data: Mapping[str, Value]) -> dict[str, Value]:
        """What of its variables goes back to a call: what it declares, else all."""
        return {name: value for name, value in data.items() if not self.outputs or name in self.outputs}

    def within(self, scope_id: str) -> tuple[Element, ...]:
        """The elements that lie directly in this process or in one of its sub-processes."""
        return tuple(element for element in self.elements if element.scope_id == scope_id)

    def scopes(self) -> Iterator[str]:
        """The id of the process, then of each of its sub-processes."""
        yield self.id
        yield from (element.id for element in self.elements if isinstance(element, SubProcess))

    @cached_property
    def jumps(self) -> Mapping[str, str]:
        """Where the path goes on after each throwing link event: the catching one of its name on the same level."""
        links = [
            (part, part.definition)
            for part in self.elements
            if isinstance(part, Event) and isinstance(part.definition, LinkDefinition)
        ]
        landings = {
            (part.scope_id, link.name): part.id for part, link in links if part.kind == "intermediateCatchEvent"
        }
        found = {
            part.id: landings.get((part.scope_id, link.name))
            for part, link in links
            if part.kind == "intermediateThrowEvent"
        }
        return {source: target for source, target in found.items() if target is not None}

    @cached_property
    def handlers(self) -> Mapping[str, str]:
        """The activity that each compensation event at a border leads to, by the event's id."""
        around = {part.id: part for part in self.elements}
        return {
            line.source: line.target
            for line in self.associations
            if isinstance(event := around.get(line.source), Event)
            and event.undoes
            and isinstance(handler := around.get(line.target), Activity)
            and handler.scope_id == event.scope_id
        }

    @cached_property
    def duties(self) -> Mapping[str, frozenset[str]]:
        """The elements that are kept apart from an element, whichever of the two names the other; by its id.

        A start event among them stands for whoever began the case. What is kept apart from nothing is left out.
        """
        found: dict[str, frozenset[str]] = {}
        for element in self.elements:
            for name in element.separate_from:
                found[element.id] = found.get(element.id, frozenset()) | {name}
                found[name] = found.get(name, frozenset()) | {element.id}
        return found

    @cached_property
    def clocked(self) -> frozenset[str]:
        """The elements that start, stop, pause or re-target service-level clocks."""
        return frozenset(each.id for each in self.elements if any(key.startswith("clock") for key in each.properties))

    def undoes_in(self, scope_id: str) -> bool:
        """Whether anything in a sub-process, at any depth, can be undone when it is done."""
        return any(
            (isinstance(part, Event) and isinstance(part.definition, CompensateDefinition) and part.catches)
            or (isinstance(part, SubProcess) and self.undoes_in(part.id))
            for part in self.within(scope_id)
        )

    @cached_property
    def outcomes(self) -> frozenset[str]:
        """The end events that say how a case came out: those reached without passing a non-interrupting event.

        What a non-interrupting event leads to happens beside the case and is not its outcome.
        """
        follows: dict[str, list[str]] = {}
        for source, target in (*((flow.source, flow.target) for flow in self.flows), *self.jumps.items()):
            follows.setdefault(source, []).append(target)
        around = [part.id for part in self.within(self.id) if isinstance(part, SubProcess) and part.triggered_by_event]
        events = [element for element in self.within(self.id) if isinstance(element, Event)]
        for scope_id in around:  # what interrupts the process says how it came out
            inside = [element for element in self.within(scope_id) if isinstance(element, Event)]
            if any(event.kind == "startEvent" and event.interrupting for event in inside):
                events += inside
        for event in events:
            if event.attached_to and event.interrupting:
                follows.setdefault(event.attached_to, []).append(event.id)
        reached: set[str] = set()
        ahead = [event.id for event in events if event.kind == "startEvent"]
        ahead += [element.id for element in self.within(self.id) if element.begins_cases]
        while ahead:
            element_id = ahead.pop()
            if element_id not in reached:
                reached.add(element_id)
                ahead += follows.get(element_id, [])
        return frozenset(event.id for event in events if event.kind == "endEvent" and event.id in reached)

    def lane(self, lane_id: str | None) -> Lane | None:
        """The lane with this id."""
        return next((lane for lane in self.lanes if lane.id == lane_id), None)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A message, signal, error or escalation of the diagram.

    `code` only for the last two; `code_given` where it is written, else it is the name or id.
    """

    id: str
    kind: str
    name: str
    code: str | None = None
    code_given: bool = False
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A pool; `process_id` is None for a pool whose inside is not shown."""

    id: str
    name: str
    process_id: str | None
    bounds: Bounds | None = None
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class MessageFlow:
    """An arrow between pools."""

    id: str
    name: str
    source: str
    target: str
    message_id: str | None = None
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Dangling:
    """A reference to an id that the file does not hold; `where` is the attribute or element that holds it."""

    element_id: str
    where: str
    target: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A file of BPMN 2.0: `content` are the bytes exactly as they came, the rest is what we read in them.

    `duplicates` are ids that occur more than once, with the lines of the repetitions.
    """

    name: str
    content: bytes = field(repr=False)
    processes: tuple[Process, ...]
    messages: tuple[Named, ...] = ()
    signals: tuple[Named, ...] = ()
    errors: tuple[Named, ...] = ()
    escalations: tuple[Named, ...] = ()
    participants: tuple[Participant, ...] = ()
    message_flows: tuple[MessageFlow, ...] = ()
    duplicates: tuple[tuple[str, int], ...] = ()
    dangling: tuple[Dangling, ...] = ()
    remarks: Remarks = field(default_factory=Remarks)
    exporter: str = ""
    notes: tuple[Note, ...] = ()
    """What became of the extensions of other tools."""
    forms: Mapping[str, bytes] = field(default_factory=dict)
    """Forms that stand inside the diagram, by the name elements refer to them by."""

    @cached_property
    def _elements(self) -> Mapping[str, Element]:
        return {element.id: element for process in reversed(self.processes) for element in reversed(process.elements)}

    @cached_property
    def flows(self) -> Mapping[str, SequenceFlow]:
        """All sequence flows by id."""
        return {flow.id: flow for process in self.processes for flow in process.flows}

    @cached_property
    def message_flows_from(self) -> Mapping[str, tuple[MessageFlow, ...]]:
        """The message flows by where they begin."""
        found: dict[str, list[MessageFlow]] = {}
        for flow in self.message_flows:
            found.setdefault(flow.source, []).append(flow)
        return {source: tuple(flows) for source, flows in found.items()}

    def element(self, element_id: str) -> Element:
        """The flow node with this id. Raises KeyError."""
        return self._elements[element_id]

    def find(self, element_id: str | None) -> Element | None:
        """The flow node with this id, or None."""
        return self._elements.get(element_id) if element_id else None

    def process(self, process_id: str) -> Process:
        """The process with this id. Raises KeyError."""
        for process in self.processes:
            if process.id == process_id:
                return process
        raise KeyError(process_id)

    @property
    def executable(self) -> tuple[Process, ...]:
        """The processes that are marked executable."""
        return tuple(process for process in self.processes if process.executable)

    def role_of(self, element: Element) -> str | None:
        """The role of the lane an element lies in; None outside lanes."""
        lane = self.process(element.process_id).lane(element.lane_id)
        return lane.role if lane else None
