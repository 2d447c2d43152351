"""A running case put on another version of its process: every token where its element is in the new drawing, or none.

What waits goes on waiting: tokens keep their ids, timers their due times, loops what they have gathered. Only what is
drawn beside the path may come and go: boundary events, event sub-processes and the events of a race that the new
version adds begin to wait, those it lacks wait no more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from SpiffWorkflow.task import TaskState

from bpmn.alignment import Alignment
from bpmn.compiling import CompiledProcess
from bpmn.compiling.activities import SubProcessNode
from bpmn.compiling.calling import CallNode
from bpmn.compiling.gateways import ARRIVED_BY, LATE, ComplexGateway, EventGateway, Gather, InclusiveGateway, Join
from bpmn.compiling.listening import interrupted_all, listener_name
from bpmn.compiling.loops import LoopNode, MultiInstance
from bpmn.compiling.nodes import Guard, guard_name
from bpmn.compiling.outside import OutsideTask
from bpmn.compiling.several import Several
from bpmn.compiling.stores import StoredActivity
from bpmn.compiling.triggers import HELD, Condition, Message, Signal
from engine.errors import CannotMigrate
from engine.model.step import Steps
from engine.running.live import LiveCase
from engine.running.starving import starving
from engine.running.surroundings import Surroundings
from engine.running.token import Token
from engine.running.workflow import CaseWorkflow, ScopeWorkflow

WAIT: Final = "Wait until the case has passed it."
MAP: Final = "Say what it is in the new version, or wait until the case has passed it."


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why a case cannot be put on the new version: where it stands, what does not fit, and what to do about it."""

    element_id: str
    title: str
    reason: str
    line: str = ""
    """The element or flow of which the owner can say what it is in the new version; empty where that cannot help."""

    @property
    def remedy(self) -> str:
        """What to do about it, in words."""
        return MAP if self.line else WAIT


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What would become of a case: what stands in its way, else what beside its path begins to wait and what ends."""

    obstacles: tuple[Obstacle, ...] = ()
    standing: tuple[tuple[str, str], ...] = ()
    """Where it stands: the elements of the old version and of the new one."""
    armed: tuple[str, ...] = ()
    """Elements of the new version that begin to wait."""
    dropped: tuple[str, ...] = ()
    """Elements of the old version that wait no more."""


def prospect(live: LiveCase, compiled: CompiledProcess, alignment: Alignment) -> Prospect:
    """Say what would become of a case; nothing is changed. Raises CaseEnded."""
    live._usable()
    transfer = _Transfer(live._case, compiled, alignment)
    if transfer.obstacles:
        return Prospect(obstacles=tuple(transfer.obstacles))
    return Prospect(
        standing=tuple(transfer.standing.items()), armed=tuple(transfer.armed), dropped=tuple(transfer.dropped)
    )


def migrate(live: LiveCase, compiled: CompiledProcess, alignment: Alignment, surroundings: Surroundings) -> Steps:
    """Put a case on another version. Raises CannotMigrate with the obstacles, CaseEnded, StepFailed."""
    live._usable()
    transfer = _Transfer(live._case, compiled, alignment)
    if transfer.obstacles:
        raise CannotMigrate([f"“{each.title}”: {each.reason} {each.remedy}" for each in transfer.obstacles])

    def move() -> None:
        transfer.then.act(surroundings)
        transfer.then.steps = transfer.now.steps
        for deed in transfer.deeds:
            deed()
        live._case = transfer.then

    return live._act(surroundings, move)


class _Transfer:
    """The tokens of a case made anew in another version; what begins or ends by that is kept as `deeds` to be done."""

    def __init__(self, now: CaseWorkflow, compiled: CompiledProcess, alignment: Alignment) -> None:
        self.now = now
        self.alignment = alignment
        self.then = CaseWorkflow(compiled)
        self.then.data = now.data
        self.obstacles: list[Obstacle] = []
        self.standing: dict[str, str] = {}
        self.armed: list[str] = []
        self.dropped: list[str] = []
        self.deeds: list[Callable[[], None]] = []
        self.then.plant(compiled.spec)
        self._scope(now, self.then)
        # How the case ended, should what still goes on stand beside its path.
        self.then.last_left = alignment.elements.get(now.last_left) or next(iter(self.standing.values()), "")

    def _done(self, record: Token, scope: Any) -> None:
        """Keep what is done and can be undone in the new version too; what cannot any more is forgotten."""
        name = self._name(record)
        spec = scope.spec.task_specs.get(name)
        if spec is None or not spec.remembers:
            if record.state == TaskState.STARTED:
                element_id = record.task_spec.bpmn_id
                reason = self.alignment.reasons.get(element_id, "In the new version it is undone in another way.")
                self._obstacle(element_id, record.task_spec.element.title, reason)
            return
        made = Token(scope, spec, scope.task_tree, record.state, record.id)
        made.data, made.internal_data = dict(record.data), dict(record.internal_data)
        for handler in record.children:
            there = self._target(handler, scope)
            if there is not None and not there.undoes:
                reason = "In the new version it does not undo anything."
                self._obstacle(handler.task_spec.bpmn_id, handler.task_spec.element.title, reason)
            elif there is not None:
                self.standing[handler.task_spec.bpmn_id] = there.bpmn_id
                self._copy(handler, there, made)
        if record.id in self.now.subprocesses:
            inside = ScopeWorkflow(self.then.subprocess_specs[spec.activity], made, self.then)
            inside.plant(inside.spec)
            self.then.subprocesses[made.id] = inside
            self._scope(self.now.subprocesses[record.id], inside, ended=True)

    def _name(self, token: Token) -> str:
        """The name in the new version of the node that a token stands on: ids are followed by what the node is."""
        spec = token.task_spec
        return f"{self.alignment.elements.get(spec.bpmn_id)}{spec.name.removeprefix(spec.bpmn_id)}"

    def _scope(self, old: Any, new: Any, *, ended: bool = False) -> None:
        listeners = self._listeners(old, new)
        for token in old.task_tree.children:
            if token.task_spec.remembers:
                self._done(token, new)
            elif not token.task_spec.listens:
                self._place(token, new)
            elif token.task_spec.name in listeners:
                self._copy(token, new.spec.task_specs[listeners[token.task_spec.name]], new.task_tree)
            else:
                self._drop(token)
        if not ended:
            self._listen(old, new, set(listeners.values()))
        self.deeds.append(lambda: _settle_joins(new))
        before = {self.alignment.elements.get(each) for each in starving(old)}
        for join_id in sorted(starving(new) - before) if not self.obstacles else ():
            element = self.then.compiled.element(join_id)
            reason = "The case would wait there for a branch that it never took."
            self._obstacle(element.id, element.title, reason)

    def _place(self, token: Token, scope: Any) -> None:
        """Put a token of the path where its element is now, with the guard that the element has now."""
        guard = token if isinstance(token.task_spec, Guard) else None
        main = token
        if guard is not None:
            main = next(child for child in guard.children if child.task_spec.name == guard.task_spec.activity)
        spec = self._target(main, scope)
        if spec is None:
            return
        self.standing[main.task_spec.bpmn_id] = spec.bpmn_id
        around = scope.spec.task_specs.get(guard_name(spec.bpmn_id))
        parent = scope.task_tree
        if around is not None and around.activity != spec.name:  # what gathers tokens stands before the guard
            around = None
        if around is not None:
            parent = Token(scope, around, parent, TaskState.STARTED, guard.id if guard else None)
        self._copy(main, spec, parent)
        self._beside(guard, around, parent)

    def _beside(self, guard: Token | None, around: Any, parent: Token) -> None:
        """Keep the boundary events that are there still, end the others, and let new ones begin."""
        children = guard.children if guard is not None else []
        events = [child for child in children if child.task_spec.name != child.parent.task_spec.activity]
        drawn = around.events if around is not None else ()
        taken = set()
        for token in events:
            name = self.alignment.elements.get(token.task_spec.bpmn_id)
            if name in drawn and name not in taken:
                taken.add(name)
                self._copy(token, parent.workflow.spec.task_specs[name], parent)
            else:
                self._drop(token)
        # One that has happened and waits no more is none that the new version adds.
        before = guard.task_spec.events if guard else ()
        known = taken | {self.alignment.elements.get(name) for name in before}
        for name in drawn:
            if name not in known:
                self._begin(parent, name)

    def _begin(self, parent: Token, name: str, flow_id: str | None = None) -> None:
        spec = parent.workflow.spec.task_specs[name]
        self.armed.append(spec.bpmn_id)

        def begin() -> None:
            child = parent._add_child(spec, TaskState.FUTURE)
            if flow_id is None:
                spec._update(child)
            else:
                child.internal_data[ARRIVED_BY] = flow_id
                spec.begin(child)

        self.deeds.append(begin)

    def _drop(self, token: Token) -> None:
        self.dropped.append(token.task_spec.bpmn_id)
        self.deeds += [partial(each.task_spec.withdraw, each) for each in (*token.children, token)]

    def _target(self, token: Token, scope: Any) -> Any:
        spec = token.task_spec
        element_id = self.alignment.elements.get(spec.bpmn_id)
        if element_id is None:
            reason = self.alignment.reasons.get(spec.bpmn_id, "It is not in the new version.")
            return self._obstacle(spec.bpmn_id, spec.element.title, reason, spec.bpmn_id)
        found = scope.spec.task_specs.get(self._name(token))
        if found is None:
            reason = "In the new version it is begun in another way."
            return self._obstacle(spec.bpmn_id, spec.element.title, reason)
        reason = _difference(spec, found)
        if reason:
            return self._obstacle(spec.bpmn_id, spec.element.title, reason)
        return found

    def _obstacle(self, element_id: str, title: str, reason: str, line: str = "") -> None:
        obstacle = Obstacle(element_id=element_id, title=title, reason=reason, line=line)
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)

    def _copy(self, token: Token, spec: Any, parent: Token) -> Token:
        """Make a token anew with all it keeps, and what stands below it or runs inside it."""
        made = Token(parent.workflow, spec, parent, token.state, token.id)
        made.data = dict(token.data)
        made.internal_data = dict(token.internal_data)
        if isinstance(spec, Join) and not isinstance(spec, Gather):
            self._arrived(token, made)
        elif isinstance(spec, EventGateway):
            self._race(token, made)
        elif isinstance(spec, LoopNode):
            inner = parent.workflow.spec.task_specs[spec.inner]
            for child in token.children:
                reason = _difference(child.task_spec, inner)
                if reason:
                    self._obstacle(child.task_spec.bpmn_id, child.task_spec.element.title, reason)
                    break
                self._copy(child, inner, made)
        elif isinstance(spec, StoredActivity):
            self._copy_part(token, spec, made)
        elif isinstance(spec, SubProcessNode):
            inside = ScopeWorkflow(self.then.subprocess_specs[spec.inside], made, self.then)
            inside.plant(inside.spec)
            self.then.subprocesses[made.id] = inside
            self._scope(self.now.subprocesses[token.id], inside)
        elif isinstance(spec.trigger, Several):
            names = dict(zip(token.task_spec.trigger.parts, spec.trigger.parts, strict=True))
            for child in token.children:
                self._copy(child, parent.workflow.spec.task_specs[names[child.task_spec.name]], made)
        elif spec.trigger is not None and token.state == TaskState.WAITING:
            self._awaits(token, made)
        return made

    def _copy_part(self, token: Token, spec: StoredActivity, made: Token) -> None:
        """Copy what an activity with data stores is at: the same part, where the new version has it."""
        for child in token.children:
            part = made.workflow.spec.task_specs.get(child.task_spec.name)
            kept = part is not None and child.task_spec.name in spec.parts
            reason = _difference(child.task_spec, part) if kept else "In the new version its data stores are others."
            if reason:
                self._obstacle(child.task_spec.bpmn_id, child.task_spec.element.title, reason)
            else:
                self._copy(child, part, made)

    def _arrived(self, token: Token, made: Token) -> None:
        if LATE in token.kept:
            late = {self.alignment.flows.get(flow) for flow in token.kept[LATE]}
            made.internal_data[LATE] = [flow for flow in made.task_spec.incoming if flow in late]
            return
        flow = token.internal_data.get(ARRIVED_BY, "")
        target = self.alignment.flows.get(flow)
        if target is None or target not in made.task_spec.incoming:
            reason = f"A branch has come to it by the flow {flow}, which does not lead there in the new version."
            self._obstacle(token.task_spec.bpmn_id, token.task_spec.element.title, reason, flow)
        made.internal_data[ARRIVED_BY] = target

    def _race(self, gateway: Token, made: Token) -> None:
        flows = {flow.target: flow.id for flow in made.task_spec.flows}
        for child in gateway.children:
            flow_id = flows.pop(self.alignment.elements.get(child.task_spec.bpmn_id), None)
            if flow_id is None:
                self._drop(child)
                continue
            target = self.alignment.elements[child.task_spec.bpmn_id]
            racing = self._copy(child, made.workflow.spec.task_specs[target], made)
            racing.internal_data[ARRIVED_BY] = flow_id
        for target, flow_id in flows.items():
            self._begin(made, target, flow_id)

    def _awaits(self, token: Token, made: Token) -> None:
        """Wait for what the new version names; a timer keeps the time that was set."""
        before, after = token.task_spec.trigger, made.task_spec.trigger
        if isinstance(after, Message | Signal) and _wanted(before) != _wanted(after):
            self.deeds += [lambda: before.disarm(token), lambda: after.arm(made)]
        elif isinstance(after, Condition) and before.expression.text != after.expression.text:
            made.internal_data.pop(HELD, None)
            self.deeds.append(lambda: after.arm(made))

    def _listeners(self, old: Any, new: Any) -> Mapping[str, str]:
        """What starts event sub-processes in the old scope, and by what name it stands in the new one."""
        found = {}
        for name in old.spec.listeners:
            spec = old.spec.task_specs[name]
            there = new.spec.task_specs.get(listener_name(self.alignment.elements.get(spec.sub_process, "")))
            if there is not None and there.bpmn_id == self.alignment.elements.get(spec.bpmn_id):
                found[name] = there.name
        return found

    def _listen(self, old: Any, new: Any, known: set[str]) -> None:
        if any(interrupted_all(token.task_spec) for token in old.task_tree.children):
            return
        for name in new.spec.listeners:
            if name not in known:
                self._begin(new.task_tree, name)


def _wanted(trigger: Message | Signal) -> tuple[str, str]:
    correlate = trigger.correlate if isinstance(trigger, Message) else None
    name = trigger.name if isinstance(trigger.name, str) else f"={trigger.name.text}"
    return name, correlate.text if correlate else ""


def _difference(old: Any, new: Any) -> str:
    """Why what runs at an element cannot go on at its counterpart; empty where it can."""
    if type(old) is not type(new):
        return "In the new version it is carried out in another way."
    if isinstance(old, OutsideTask) and old.operation != new.operation:
        return f"It waits for {old.operation}, and calls {new.operation} in the new version."
    if isinstance(old, CallNode) and old.called != new.called:
        return f"It waits for a case of {old.called}, and calls {new.called} in the new version."
    names = ("item", "output_item", "output_collection")
    if isinstance(old, MultiInstance) and any(getattr(old, each) != getattr(new, each) for each in names):
        return "In the new version its instances have other items or outputs."
    return ""


def _settle_joins(scope: Any) -> None:
    """Let what waits at a join go on where the new version has no other branch to wait for."""
    for spec in list(scope.spec.task_specs.values()):
        if isinstance(spec, Join) and not (
            isinstance(spec, ComplexGateway) or (isinstance(spec, InclusiveGateway) and len(spec.incoming) > 1)
        ):
            while (waiting := spec.arrivals(scope)) and len(waiting) >= len(spec.incoming):
                spec.consume(waiting)._ready()
