"""Where errors and escalations are caught (BPMN 2.0 clauses 10.5.6 and 13.5.4): at the nearest place around them.

Asked from the inside outwards: the event sub-processes of the scope in which it was thrown, the boundary events of
the activity that holds the scope, the event sub-processes of the scope around that, and so on. At one place a catch
that names the code goes before one that catches every code. No event sub-process catches what it throws itself.
"""

from collections.abc import Iterable, Iterator

from bpmn.compiling.contract import Scope, Token
from bpmn.compiling.nodes import Guard, Node, case_of, main_of
from bpmn.compiling.several import places
from bpmn.compiling.triggers import Code


def throw(token: Token, thrown: Code, *, by_call: bool = False) -> None:
    """Throw from an end or intermediate event, or (`by_call`) from inside the case a call activity called.

    An error or cancellation that nothing catches ends the case; an escalation is reported and passes unheard.
    """
    case, element_id = case_of(token), token.task_spec.bpmn_id
    caught = catcher(token.workflow, thrown, token if by_call else None)
    if caught is not None:
        if caught.task_spec.interrupts(caught) and not by_call:
            case.left(token)  # it goes with what is interrupted: nobody else tells
        caught.task_spec.fire(caught, caught.task_spec.trigger.told(thrown))
    elif thrown.kind != "escalation":
        if not by_call:
            case.left(token)
        case.fail(element_id, thrown.code, thrown.message)
    else:
        case.escalation_raised(element_id, thrown.code)


def catcher(scope: Scope, thrown: Code, activity: Token | None) -> Token | None:
    """Give the event that catches what is thrown in a scope, or by an activity in it; None where nothing does."""
    while True:
        if activity is not None:
            guard = main_of(activity).parent
            found = _best(guard.children, thrown) if isinstance(guard.task_spec, Guard) else None
            if found is not None:
                return found
        if scope.spec.listeners:
            found = _best(_others(scope, activity), thrown)
            if found is not None:
                return found
        activity = case_of(scope.task_tree).holder(scope)
        if activity is None:
            return None
        scope = activity.workflow


def _others(scope: Scope, activity: Token | None) -> Iterator[Token]:
    """What waits to start event sub-processes here, without the one in which it was thrown: none catches its own."""
    own = None if activity is None else activity.task_spec.bpmn_id
    for place in scope.task_tree.children:
        if own is None or getattr(place.task_spec, "sub_process", None) != own:
            yield place


def _best(waiting: Iterable[Token], thrown: Code) -> Token | None:
    every = None
    for place in places(waiting):
        trigger = place.task_spec.trigger if isinstance(place.task_spec, Node) else None
        if isinstance(trigger, Code) and trigger.catches(thrown.kind, thrown.code):
            if trigger.code is not None:
                return place
            every = every or place
    return every
