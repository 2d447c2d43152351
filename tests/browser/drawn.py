"""A small process with pool, lanes, our properties and a layout, for the scripts that draw."""

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="Definitions_1" targetNamespace="urn:desk">
  <bpmn:collaboration id="Pools">
    <bpmn:participant id="Pool" name="Incident" processRef="incident"/></bpmn:collaboration>
  <bpmn:process id="incident" name="Incident" isExecutable="true">
    <bpmn:extensionElements><spiffworkflow:properties>
      <spiffworkflow:property name="numberPrefix" value="INC"/></spiffworkflow:properties></bpmn:extensionElements>
    <bpmn:laneSet id="Lanes"><bpmn:lane id="Desk" name="Service desk">
      <bpmn:flowNodeRef>Reported</bpmn:flowNodeRef><bpmn:flowNodeRef>Log</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>Major</bpmn:flowNodeRef><bpmn:flowNodeRef>Tell</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>Closed</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="Reported" name="Reported"><bpmn:outgoing>F1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="Log" name="Log incident"><bpmn:extensionElements><spiffworkflow:properties>
      <spiffworkflow:property name="formRef" value="log"/>
      <spiffworkflow:property name="clockStart" value="response, resolution"/></spiffworkflow:properties>
      </bpmn:extensionElements><bpmn:incoming>F1</bpmn:incoming><bpmn:outgoing>F2</bpmn:outgoing></bpmn:userTask>
    <bpmn:exclusiveGateway id="Major" name="Major?"><bpmn:incoming>F2</bpmn:incoming>
      <bpmn:outgoing>F3</bpmn:outgoing><bpmn:outgoing>F4</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:serviceTask id="Tell" name="Tell the manager"><bpmn:extensionElements>
      <spiffworkflow:serviceTaskOperator id="notice/send"><spiffworkflow:parameters>
      <spiffworkflow:parameter id="to" type="any" value="=manager"/></spiffworkflow:parameters>
      </spiffworkflow:serviceTaskOperator></bpmn:extensionElements>
      <bpmn:incoming>F3</bpmn:incoming><bpmn:outgoing>F5</bpmn:outgoing></bpmn:serviceTask>
    <bpmn:endEvent id="Closed" name="Closed">
      <bpmn:incoming>F4</bpmn:incoming><bpmn:incoming>F5</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="F1" sourceRef="Reported" targetRef="Log"/>
    <bpmn:sequenceFlow id="F2" sourceRef="Log" targetRef="Major"/>
    <bpmn:sequenceFlow id="F3" name="yes" sourceRef="Major" targetRef="Tell">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=major</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="F4" name="no" sourceRef="Major" targetRef="Closed"/>
    <bpmn:sequenceFlow id="F5" sourceRef="Tell" targetRef="Closed"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="Plane_1" bpmnElement="Pools">
    {shapes}
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""

SHAPES = {
    "Pool": (100, 60, 680, 280),
    "Desk": (130, 60, 650, 280),
    "Reported": (180, 112, 36, 36),
    "Log": (270, 90, 100, 80),
    "Major": (430, 105, 50, 50),
    "Tell": (540, 90, 100, 80),
    "Closed": (700, 112, 36, 36),
}
EDGES = {
    "F1": ((216, 130), (270, 130)),
    "F2": ((370, 130), (430, 130)),
    "F3": ((480, 130), (540, 130)),
    "F4": ((455, 155), (455, 260), (718, 260), (718, 148)),
    "F5": ((640, 130), (700, 130)),
}


def model() -> str:
    """The process as BPMN text."""
    shapes = [
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"{level(name)}>'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        for name, (x, y, width, height) in SHAPES.items()
    ]
    edges = [
        f'<bpmndi:BPMNEdge id="{name}_di" bpmnElement="{name}">'
        + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
        + "</bpmndi:BPMNEdge>"
        for name, points in EDGES.items()
    ]
    return MODEL.format(shapes="".join([*shapes, *edges]))


def level(name: str) -> str:
    """What a shape says of itself beyond its bounds."""
    if name in {"Pool", "Desk"}:
        return ' isHorizontal="true"'
    return ' isMarkerVisible="true"' if name == "Major" else ""
