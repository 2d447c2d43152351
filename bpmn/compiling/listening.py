"""Event sub-processes (BPMN 2.0 clauses 10.3.5 and 13.5.4): they wait as long as the scope around them is open."""

from collections.abc import Mapping

from bpmn.compiling.activities import SubProcessNode
from bpmn.compiling.contract import Token
from bpmn.compiling.events import Catching
from bpmn.compiling.nodes import Node, ScopeSpec, case_of, is_done
from bpmn.compiling.several import Several, own_parts
from bpmn.compiling.triggers import Trigger
from bpmn.diagram import Element, Event
from forms.data import Value


class EventSubProcess(SubProcessNode):
    """The sub-process itself, once it has begun: a token of its own beside the others of its scope."""

    ends_around = True


class Listener(Catching):
    """What waits for the start of an event sub-process; a scope that holds nothing else is done."""

    listens = True

    def __init__(self, scope: ScopeSpec, start: Event, trigger: Trigger | Several, sub_process: Element) -> None:
        super().__init__(scope, start, trigger, listener_name(sub_process.id))
        self.interrupting = start.interrupting
        for part in own_parts(self):
            part.interrupting, part.listens = start.interrupting, True
        self.sub_process = sub_process.id

    def _update_hook(self, my_task: Token) -> bool:
        return self.wait_beside(my_task)

    def fire(self, token: Token, payload: Mapping[str, Value]) -> None:
        """Take away everything else in the scope, or run beside it and perhaps wait again; then begin."""
        case, scope = case_of(token), token.workflow
        if self.interrupting:
            for other in scope.task_tree.children:
                if not is_done(other):
                    other.cancel()
        elif not self.trigger.rearm(token):
            self.trigger.disarm(token)
            scope.remove(token)
        case.assign(scope.task_tree, self.received(scope.task_tree, payload))
        case.spawn(scope, self.sub_process, None)


def listener_name(element_id: str) -> str:
    """The name of what waits for the start of an event sub-process."""
    return f"{element_id}#event"


def interrupted_all(node: Node) -> bool:
    """Whether a node is an event sub-process that took the place of everything else in its scope."""
    return isinstance(node, EventSubProcess) and bool(node._wf_spec.task_specs[listener_name(node.name)].interrupting)
