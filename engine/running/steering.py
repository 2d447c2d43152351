"""What an operator does to a case beside its drawing: put it back, move it, correct its data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import TaskState

from bpmn.compiling.calling import CallNode
from bpmn.compiling.events import Catching
from bpmn.compiling.gateways import EventGateway, Join
from bpmn.compiling.nodes import Guard, Node, guard_name
from bpmn.compiling.outside import OutsideTask
from bpmn.compiling.several import Part, Several
from bpmn.diagram import Activity, Event, Gateway, SubProcess
from engine.errors import StepFailed
from engine.model.step import DataChanged, Steps
from engine.running.live import LiveCase, NotWaiting
from engine.running.saved_state import load
from engine.running.surroundings import Surroundings
from engine.running.token import Token
from engine.running.workflow import CaseWorkflow
from forms.data import DataUnacceptable, Value, normalise, same


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a token can be taken from as a whole: an element with all that runs inside or waits beside it."""

    token: str
    element_id: str
    targets: tuple[str, ...]
    """The elements of the same scope on which it can be put instead."""


def places(live: LiveCase) -> tuple[Place, ...]:
    """Give the places from which a token can be moved, the outermost scope first."""
    return tuple(
        Place(token=token.id, element_id=_element_id(token), targets=_targets(token.workflow))
        for token in _movable(live)
    )


def move_token(live: LiveCase, token: str, element_id: str, surroundings: Surroundings) -> Steps:
    """Take what stands at a place away and enter another element of the same scope, as if a flow had led there.

    Raises NotWaiting for a place or target that is none, CaseEnded, StepFailed.
    """
    case = _moving(live)
    place = next((each for each in _movable(live) if each.id == token), None)
    if place is None or element_id not in _targets(place.workflow):
        raise NotWaiting("The case cannot be moved from there to there.", token=token, element_id=element_id)
    scope = place.workflow

    def move() -> None:
        place.cancel()
        guard = guard_name(element_id)
        case.spawn(scope, guard if guard in scope.spec.task_specs else element_id, None)

    return live._act(surroundings, move)


def pass_by(live: LiveCase, token: str, surroundings: Surroundings) -> Steps | None:
    """Go on from a place that waits for a call or a called case, as if that had answered nothing; None for any other.

    Raises NotWaiting where nothing else could ever move the case on from there, CaseEnded, StepFailed.
    """
    case = _moving(live)
    place = case.find(token)
    if place is None:
        return None
    spec = place.task_spec
    if isinstance(spec, OutsideTask):
        return live.answered(token, {}, surroundings)
    if spec.waits_for_case:
        return live.returned(token, {}, surroundings)
    while isinstance(place.task_spec, Part):
        place = place.parent
        if not place.task_spec.trigger.together:
            return None
    if place.parent is place.workflow.task_tree and not place.task_spec.listens:
        raise NotWaiting("Nothing else moves the case on from there.", token=token, element_id=spec.bpmn_id)
    return None


def correct(live: LiveCase, values: Mapping[str, Value], removed: Collection[str], surroundings: Surroundings) -> Steps:
    """Set and remove variables of the case. Raises CaseEnded, StepFailed."""
    case = _moving(live)
    try:
        new: dict[str, Value] = normalise(values)
    except DataUnacceptable as error:
        raise StepFailed(None, "data_unacceptable", f"The data cannot be kept: {error}") from error

    def move() -> None:
        case.assign(case.task_tree, new)
        for name in removed:
            if name in case.data:
                _forget(case, name)

    return live._act(surroundings, move)


def go_back(live: LiveCase, saved: bytes, surroundings: Surroundings) -> Steps:
    """Put the case into an earlier state of its own.

    What waited then and waits still goes on undisturbed. What waits only now is withdrawn. What waited only then begins
    anew: tasks are opened and timers set as if the case had just come there. Raises StateUnreadable, CaseEnded,
    StepFailed.
    """
    now = _moving(live)
    present = {token.id: token for token in now.live()}

    def stays(identity: str, node: str, state: int) -> bool:
        token = present.get(identity)
        return token is not None and token.task_spec.name == node and token.state == state

    then = load(now.compiled, saved, stays)

    def move() -> None:
        kept = {token.id for token in then.live() if token.id in present}
        for identity, token in reversed(present.items()):
            if identity not in kept:
                token.task_spec._on_cancel(token)
        then.act(surroundings)
        then.steps = now.steps
        then.data, data = now.data, then.data
        _exchange(then, data)
        for token in list(then.live()):
            if token.id not in kept:
                _begin_anew(then, token)
            elif hasattr(token.task_spec, "trigger"):
                # A repeating timer has gone on since: its job knows the time it has now.
                token.internal_data = present[token.id].internal_data
        live._case = then

    return live._act(surroundings, move)


def _moving(live: LiveCase) -> CaseWorkflow:
    live._usable()
    return live._case


def _exchange(case: CaseWorkflow, data: Mapping[str, Value]) -> None:
    for name in [name for name in case.data if name not in data]:
        _forget(case, name)
    for name, value in data.items():
        was_set, old = name in case.data, case.data.get(name)
        case.data[name] = value
        if not (was_set and same(old, value)):
            case.steps.append(DataChanged(name=name, old=old, new=value, was_set=was_set, is_set=True))


def _forget(case: CaseWorkflow, name: str) -> None:
    old = case.data.pop(name)
    case.steps.append(DataChanged(name=name, old=old, new=None, was_set=True, is_set=False))


def _begin_anew(case: CaseWorkflow, token: Token) -> None:
    """Report what a token on an element brings about when it comes there; it stands there already."""
    spec = token.task_spec
    if isinstance(spec, Guard) or spec.remembers:
        return
    if isinstance(spec, Part):
        if token.state == TaskState.WAITING:
            spec.trigger.arm(token)
        return
    boundary = isinstance(token.parent.task_spec, Guard) and token.parent.task_spec.activity != spec.name
    racing = isinstance(token.parent.task_spec, EventGateway)
    if not (spec.instance or boundary or racing or isinstance(spec, Join)):
        case.entered(token)
    if token.state == TaskState.READY and spec.waits_for_person:
        case.task_opened(token)
    elif (token.state == TaskState.STARTED and isinstance(spec, OutsideTask)) or (
        token.state == TaskState.WAITING and isinstance(spec, CallNode)
    ):
        # What was called then is over, or is given up with the old token: this is another call.
        spec.call(token)
    elif token.state == TaskState.WAITING and isinstance(spec, Catching) and not isinstance(spec.trigger, Several):
        spec.trigger.arm(token)


def _movable(live: LiveCase) -> list[Token]:
    case = _moving(live)
    return [
        token
        for token in case.live()
        if token.parent is token.workflow.task_tree
        and not token.task_spec.remembers
        and _can_be_left(case.compiled.diagram.find(_element_id(token)))
    ]


def _can_be_left(element: Any) -> bool:
    if isinstance(element, Event):
        return element.kind == "intermediateCatchEvent"
    return isinstance(element, Gateway) or _is_drawn_work(element)


def _is_drawn_work(element: Any) -> bool:
    return isinstance(element, Activity) and not (isinstance(element, SubProcess) and element.triggered_by_event)


def _targets(scope: Any) -> tuple[str, ...]:
    """Elements that one token alone can enter: no gateway that joins, and nothing that something else must begin."""
    return tuple(
        spec.bpmn_id
        for spec in scope.spec.task_specs.values()
        if isinstance(spec, Node) and spec.name == spec.bpmn_id and not spec.undoes and _can_be_entered(spec.element)
    )


def _can_be_entered(element: Any) -> bool:
    if isinstance(element, Event):
        return element.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "endEvent"}
    if isinstance(element, Gateway):
        return element.kind == "exclusiveGateway"
    return _is_drawn_work(element)


def _element_id(token: Token) -> str:
    spec = token.task_spec
    return str(spec.activity if isinstance(spec, Guard) else spec.bpmn_id)
