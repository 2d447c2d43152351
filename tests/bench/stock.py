"""One step of the stock engine in memory: the same loop in plain SpiffWorkflow, at its first round."""

import time

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

_DIAGRAM = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<process id="p" isExecutable="true"><startEvent id="s"><outgoing>s_ask</outgoing></startEvent>
<userTask id="ask"><incoming>s_ask</incoming><incoming>again_ask</incoming><outgoing>ask_count</outgoing></userTask>
<scriptTask id="count"><incoming>ask_count</incoming><outgoing>count_again</outgoing>
<script>rounds = rounds + 1</script></scriptTask>
<exclusiveGateway id="again" default="again_ask"><incoming>count_again</incoming><outgoing>again_ask</outgoing>
<outgoing>again_e</outgoing></exclusiveGateway><endEvent id="e"><incoming>again_e</incoming></endEvent>
<sequenceFlow id="s_ask" sourceRef="s" targetRef="ask"/>
<sequenceFlow id="ask_count" sourceRef="ask" targetRef="count"/>
<sequenceFlow id="count_again" sourceRef="count" targetRef="again"/>
<sequenceFlow id="again_ask" sourceRef="again" targetRef="ask"/>
<sequenceFlow id="again_e" sourceRef="again" targetRef="e"><conditionExpression>enough</conditionExpression>
</sequenceFlow></process></definitions>"""


class StockLoop:
    """The loop compiled once; each measured step is the first of a workflow of its own."""

    def __init__(self) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(_DIAGRAM)
        self._spec = parser.get_spec("p")

    def waiting(self) -> BpmnWorkflow:
        """A workflow that waits at its first user task."""
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        return workflow

    def start(self) -> float:
        """Give the seconds from nothing until the user task waits."""
        begun = time.perf_counter()
        workflow = self.waiting()
        waiting = workflow.get_next_task(state=TaskState.READY, manual=True)
        seconds = time.perf_counter() - begun
        assert waiting.task_spec.name == "ask"
        return seconds

    def step(self, note: str) -> float:
        """Give the seconds from the completed user task until the next one waits."""
        workflow = self.waiting()
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        begun = time.perf_counter()
        task.data.update({"note": note, "rounds": 0, "enough": False})
        task.run()
        workflow.do_engine_steps()
        waiting = workflow.get_next_task(state=TaskState.READY, manual=True)
        seconds = time.perf_counter() - begun
        assert waiting.task_spec.name == "ask"
        assert waiting is not task
        return seconds
