"""Shells of the documents that other tools write, around a few elements."""

import re
from itertools import pairwise

_SPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0"'
)


def camunda7(body: str, before: str = "") -> bytes:
    """As Camunda Modeler 5 writes it for Camunda 7."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {_SPACES} '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Definitions_1" '
        'targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="5.22.0" '
        'modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.21.0">'
        f'<bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="180">{body}</bpmn:process>{before}'
        "</bpmn:definitions>"
    ).encode()


def camunda8(body: str, before: str = "") -> bytes:
    """As Camunda Modeler 5 writes it for Camunda 8."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {_SPACES} '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="Definitions_1" '
        'targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="5.22.0" '
        'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.5.0">'
        f'<bpmn:process id="p" isExecutable="true">{body}</bpmn:process>{before}</bpmn:definitions>'
    ).encode()


def flowable(body: str, vendor: str = "flowable") -> bytes:
    """As Flowable Design, or Activiti's designer, writes it: BPMN is the default name space."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:{vendor}="http://{vendor}.org/bpmn" '
        'typeLanguage="http://www.w3.org/2001/XMLSchema" expressionLanguage="http://www.w3.org/1999/XPath" '
        f'targetNamespace="http://{vendor}.org/test">'
        f'<process id="p" name="P" isExecutable="true">{body}</process></definitions>'
    ).encode()


def spiffarena(body: str, before: str = "") -> bytes:
    """As SpiffArena's editor writes it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {_SPACES} '
        'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="Definitions_96f6665" '
        'targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="3.0.0-dev">'
        f'<bpmn:process id="p" isExecutable="true">{body}</bpmn:process>{before}</bpmn:definitions>'
    ).encode()


def line(*elements: str, prefix: str = "bpmn:") -> str:
    """A start, these elements one after the other, an end; each element has an id."""
    ids = ["s", *(re.search(r'id="([^"]+)"', one)[1] for one in elements), "e"]  # type: ignore[index]
    flows = "".join(
        f'<{prefix}sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}" />'
        for number, (one, other) in enumerate(pairwise(ids))
    )
    return f'<{prefix}startEvent id="s" />{"".join(elements)}<{prefix}endEvent id="e" />{flows}'
