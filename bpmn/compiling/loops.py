"""Activities that run several times (BPMN 2.0 clauses 13.3.6 and 13.3.7).

The loop is a token of its own; its instances are its children. An instance has variables local to it: ``loopCounter``
from 1, and the item of the collection and the output item where the drawing names them. All else is the case's
one set of variables, also for instances that run side by side. Outputs are gathered in the order of the items and set
when the loop ends. A completion condition may read numberOfInstances, numberOfActiveInstances,
numberOfCompletedInstances and, under its name, the outputs so far.
"""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

from SpiffWorkflow.task import TaskState

from bpmn.compiling.activities import ActivityNode
from bpmn.compiling.contract import Token
from bpmn.compiling.failures import CannotContinue
from bpmn.compiling.nodes import ScopeSpec, case_of, instance_name
from bpmn.diagram import Element
from bpmn.languages import Formula
from forms.data import Value

COUNTER = "loopCounter"
NUMBERS = ("numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances")
MAX_INSTANCES = 10_000
"""How many instances one activity may have."""


class LoopNode(ActivityNode):
    """What loops and multi-instance activities share."""

    def __init__(self, scope: ScopeSpec, element: Element, condition: Formula | None) -> None:
        super().__init__(scope, element)
        self.inner = instance_name(element.id)
        self.condition = condition

    def start(self, loop: Token, number: int, local: dict[str, Value], identity: str | None = None) -> None:
        """Begin one instance; `number` counts from 0."""
        child = loop._add_child(self._wf_spec.task_specs[self.inner], TaskState.FUTURE, identity)
        child.data = {**local, COUNTER: Decimal(number + 1)}
        child.internal_data["number"] = number
        child.task_spec._update(child)

    def instance_done(self, loop: Token, instance: Token) -> None:
        """Take note of a completed instance; go on or end."""
        raise NotImplementedError

    def end(self, loop: Token) -> None:
        """Take what still runs away, and complete the activity."""
        for child in loop.children:
            child.cancel()
        loop.data = {}
        loop.complete()

    def give_up(self, loop: Token) -> None:
        """Complete the activity with what was done so far."""
        self.end(loop)

    def flag(self, loop: Token, condition: Formula, what: str) -> bool:
        """Whether a condition holds; null counts as not. Raises CannotContinue where it is no truth value."""
        value, reason = case_of(loop).evaluate(loop, condition)
        if value is None or isinstance(value, bool):
            return bool(value)
        message = f"The {what} {condition.text!r} gives {value!r}, which is neither true nor false. {reason}".strip()
        raise CannotContinue(self.bpmn_id, "condition_not_boolean", message)


class StandardLoop(LoopNode):
    """Repeats while its condition holds, at most `maximum` times."""

    def __init__(
        self,
        scope: ScopeSpec,
        element: Element,
        condition: Formula | None,
        maximum: int | None,
        test_before: bool,
    ) -> None:
        super().__init__(scope, element, condition)
        self.maximum = maximum
        self.test_before = test_before

    def begin(self, token: Token) -> bool:
        """Begin the first round, unless the condition is tested before and does not hold."""
        token.data = {COUNTER: Decimal(1)}
        if self.test_before and not self._again(token, 0):
            token.data = {}
            return True
        token._set_state(TaskState.STARTED)
        self.start(token, 0, {})
        return False

    def instance_done(self, loop: Token, instance: Token) -> None:
        """Begin the next round, or end."""
        rounds = instance.internal_data["number"] + 1
        loop.data = {COUNTER: Decimal(rounds)}
        if self._again(loop, rounds):
            self.start(loop, rounds, {})
        else:
            self.end(loop)

    def _again(self, loop: Token, rounds: int) -> bool:
        if self.maximum is not None and rounds >= self.maximum:
            return False
        return self.condition is None or self.flag(loop, self.condition, "loop condition")


Thrown = Callable[[Token], None]
"""Throws an event for a token."""


class MultiInstance(LoopNode):
    """Runs once for each item of a collection or a given number of times, side by side or one after the other."""

    def __init__(
        self,
        scope: ScopeSpec,
        element: Element,
        *,
        sequential: bool,
        count: Formula | None,
        collection: Formula | None,
        condition: Formula | None,
        item: str | None,
        output_item: str | None,
        output_collection: str | None,
        behavior: str = "",
        throws: tuple[tuple[Formula | None, Thrown], ...] = (),
    ) -> None:
        super().__init__(scope, element, condition)
        self.behavior = behavior
        self.throws = throws
        self.sequential = sequential
        self.count = count
        self.collection = collection
        self.item = item
        self.output_item = output_item
        self.output_collection = output_collection

    def begin(self, token: Token) -> bool:
        """Begin all instances, or the first; an empty collection completes at once."""
        items = self._items(token)
        state = token.internal_data
        state.update(total=len(items), done=0, outputs=[None] * len(items) if self.output_collection else [])
        if not items:
            self._set_outputs(token)
            return True
        token._set_state(TaskState.STARTED)
        if self.sequential:
            if self.collection:
                state["items"] = items
            self._start(token, 0, items[0])
            return False
        case_of(token).instances_begun(token, len(items))
        for number, (item, identity) in enumerate(zip(items, _alike(len(items)), strict=True)):
            self._start(token, number, item, identity)
        return False

    def give_up(self, loop: Token) -> None:
        """Complete the activity with what was done so far."""
        self._set_outputs(loop)
        self.end(loop)

    def _items(self, token: Token) -> list[Value]:
        expression = self.collection or self.count
        assert expression is not None  # noqa: S101 - the compiler saw to it
        value, reason = case_of(token).evaluate(token, expression)
        if self.collection is None:
            if not isinstance(value, Decimal) or value != value.to_integral_value() or value < 0:
                self._refuse("cardinality_invalid", "number of instances", expression, value, reason)
            self._limit(value)
            return list(map(Decimal, range(int(value))))
        if isinstance(value, dict):
            value = [{"key": key, "value": entry} for key, entry in value.items()]
        if not isinstance(value, list):
            self._refuse("collection_invalid", "collection", expression, value, reason)
        self._limit(len(value))
        return list(value)

    def _limit(self, number: int | Decimal) -> None:
        if number > MAX_INSTANCES:
            message = f"{self.element.title!r} would run {number} times; at most {MAX_INSTANCES} are allowed."
            raise CannotContinue(self.bpmn_id, "too_many_instances", message)

    def _refuse(self, code: str, what: str, expression: Formula, value: Value, reason: str) -> None:
        message = f"The {what} {expression.text!r} gives {value!r}. {reason}".strip()
        raise CannotContinue(self.bpmn_id, code, message)

    def _start(self, loop: Token, number: int, item: Value, identity: str | None = None) -> None:
        local = {self.item: item} if self.item else {}
        if self.output_item and self.output_item not in local:
            local[self.output_item] = None
        self.start(loop, number, local, identity)

    def instance_done(self, loop: Token, instance: Token) -> None:
        """Keep the output, and end where all are done or the completion condition holds."""
        state = loop.internal_data
        state["done"] += 1
        number = instance.internal_data["number"]
        if self.output_collection and self.output_item:
            state["outputs"][number] = instance.data.get(self.output_item)
        if not self._thrown(loop, instance):
            return
        if state["done"] == state["total"] or (self.condition and self._complete(loop, instance)):
            self._set_outputs(loop)
            self.end(loop)
        elif self.sequential:
            self._start(loop, number + 1, state["items"][number + 1] if "items" in state else Decimal(number + 1))

    def _thrown(self, loop: Token, instance: Token) -> bool:
        """Throw what an instance throws as it ends (clause 13.3.7); whether the activity is still there after that."""
        if self.behavior == "One" and loop.internal_data["done"] > 1:
            return True
        for condition, thrown in self.throws:
            if condition is None or self._holds(loop, instance, condition, "condition of what it throws"):
                thrown(loop)
                if loop.workflow.tasks.get(loop.id) is not loop:
                    return False
        return True

    def _complete(self, loop: Token, instance: Token) -> bool:
        assert self.condition is not None  # noqa: S101 - asked for only where there is one
        return self._holds(loop, instance, self.condition, "completion condition")

    def _holds(self, loop: Token, instance: Token, condition: Formula, what: str) -> bool:
        """Whether a condition holds that sees how far the activity is, and what the last instance had of its own."""
        state = loop.internal_data
        numbers = zip(NUMBERS, (state["total"], len(loop._children), state["done"]), strict=True)
        loop.data = {**instance.local, **{name: Decimal(number) for name, number in numbers}}
        if self.output_collection:
            loop.data[self.output_collection] = list(state["outputs"])
        result = self.flag(loop, condition, what)
        loop.data = {}
        return result

    def _set_outputs(self, loop: Token) -> None:
        if self.output_collection:
            loop.data = {}
            case_of(loop).assign(loop, {self.output_collection: list(loop.internal_data["outputs"])})


def _alike(number: int) -> list[str]:
    """New ids that differ at their end only: a thousand instances side by side are saved in a fraction of the bytes."""
    begin = uuid4().int & ~0xFFFF  # MAX_INSTANCES fits in
    return [str(UUID(int=begin + count)) for count in range(number)]
