"""Small diagrams for tests, written in a line or two.

``drawn('<task id="a"/>', "s>a>e")`` is a process with these nodes and flows; its start ``s`` and end ``e`` come by
themselves.
"""

import re
from itertools import pairwise

from bpmn.draft import Draft, read_draft
from bpmn.vocabulary import Input, Neighbour, Outside, Vocabulary

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:tns="http://here.example/t" targetNamespace="http://here.example/t">'
)

ASK = Outside(
    id="ask/there",
    title="Ask",
    inputs=(Input(id="what", title="What", required=True), Input(id="how", title="How")),
    outputs=("said",),
    errors={"away": "Nobody answered"},
)
VOCABULARY = Vocabulary(
    roles=frozenset({"service_desk", "employee"}),
    operations=frozenset({"notice/send", "ask/there", "record/find"}),
    functions=frozenset({"working time", "service title"}),
    clocks=frozenset({"response", "resolution"}),
    records=frozenset({"risk"}),
    record_fields={"risk": frozenset({"likelihood"})},
    outside={"ask/there": ASK},
    processes={
        "supply": Neighbour(
            id="supply",
            title="Supply",
            version_tags=frozenset({"2"}),
            inputs=frozenset({"article", "amount"}),
            sends=frozenset({"delivered"}),
            receives=frozenset({"ordered"}),
        )
    },
)

START = '<startEvent id="s" name="Begun"/>'
END = '<endEvent id="e" name="Done"/>'


def extended(**properties: str) -> str:
    """Extension elements with these properties."""
    inner = "".join(f'<spiffworkflow:property name="{k}" value="{v}"/>' for k, v in properties.items())
    return f"<extensionElements><spiffworkflow:properties>{inner}</spiffworkflow:properties></extensionElements>"


def flows(paths: str) -> str:
    """Sequence flows: ``"s>a>e a>b"``; the flow from a to b gets the id ``a_b``."""
    found = []
    for path in paths.split():
        steps = path.split(">")
        found += [f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(steps)]
    return "".join(found)


def definitions(inner: str, picture: bool = True) -> bytes:
    """A whole file; with shapes and lines for everything that has an id, unless asked otherwise."""
    shapes = ""
    if picture:
        ids = dict.fromkeys(
            re.findall(r'<(?:\w+(?:Task|Event|Gateway|Process|Activity)|task|transaction|lane) id="([^"]+)"', inner)
        )
        boxes = "".join(
            f'<bpmndi:BPMNShape bpmnElement="{i}"><dc:Bounds x="1" y="2" width="3" height="4"/></bpmndi:BPMNShape>'
            for i in ids
        )
        lines = "".join(
            f'<bpmndi:BPMNEdge bpmnElement="{i}"><di:waypoint x="1" y="2"/><di:waypoint x="3" y="4"/></bpmndi:BPMNEdge>'
            for i in dict.fromkeys(re.findall(r'<sequenceFlow id="([^"]+)"', inner))
        )
        shapes = f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{boxes}{lines}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    return f"{HEAD}{inner}{shapes}</definitions>".encode()


def process(inner: str, paths: str = "", ends: bool = True) -> str:
    """An executable process ``p``, by itself with start ``s`` and end ``e``."""
    both = START + END if ends else ""
    return f'<process id="p" name="Process" isExecutable="true">{inner}{both}{flows(paths)}</process>'


def drawn(inner: str, paths: str, *, ends: bool = True, outside: str = "", **files: bytes) -> Draft:
    """A draft with one such process; `outside` stands beside it; further files by name with ``__`` for the dot."""
    content = definitions(outside + process(inner, paths, ends))
    return read_draft({"x.bpmn": content} | {name.replace("__", "."): data for name, data in files.items()})


FORM = b'{"type": "default", "components": [{"type": "number", "key": "amount", "id": "f1", "label": "Amount"}]}'
