"""Processes for tests, written in lines instead of XML.

    start s
    user ask
    script count { n = n + 1 ; m = 2 }
    xor more default=back
    s -> ask
    on: more -> stop [n > 3]
    timer late on=ask beside = PT1H
    sub inner {
    ...
    }
    sub undo event {
    message stop start beside correlate==number = stop
    ...
    }

    compensate undone on=ask
    user forget undoes
    undone ~> forget

    several any_of on=ask = message stop ; timer PT1H
    several all_of catch = all message go ; signal red

`kind id key=value ... = text`: text is the message, the timing or the code. Every line with an arrow is a flow.
"""

import re
from collections.abc import Collection
from xml.sax.saxutils import escape, quoteattr

from bpmn.compiling import CompiledProcess, compile_process
from bpmn.decisions import DecisionModel, read_decisions
from bpmn.draft import Draft
from bpmn.reading import read_diagram

_TAGS = {
    **{"start": "startEvent", "end": "endEvent", "user": "userTask", "manual": "manualTask", "task": "task"},
    **{"script": "scriptTask", "service": "serviceTask", "rule": "businessRuleTask", "send": "sendTask"},
    **{"receive": "receiveTask", "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"},
    **{"race": "eventBasedGateway", "sub": "subProcess", "catch": "intermediateCatchEvent"},
    **{"throw": "intermediateThrowEvent", "call": "callActivity", "complex": "complexGateway"},
}
_DEFINED = (
    *("timer", "date", "cycle", "message", "error", "escalation", "terminate", "link", "signal", "condition"),
    *("compensate", "cancel", "several"),
)
_PROPERTIES = (
    "resultVariable",
    "result",
    "retries",
    "retryEvery",
    "payload",
    "correlate",
    "messageId",
    "timeToLive",
    "link",
    "linkTo",
    "inputs",
    "outputs",
    "binding",
    "versionTag",
    "assignPerson",
    "assignGroup",
    "assignPeople",
    "separateFrom",
    "separateFromPeople",
    "clockStart",
    "clockStop",
    "clockPause",
    "codeVariable",
    "messageVariable",
    "due",
    "followUp",
    "priority",
)
_LINE = re.compile(
    r"(?P<kind>\w+) (?P<id>\w+)(?P<words>(?: [\w-]+(?:=\S+)?)*)(?: = (?P<text>.*?))?(?: \{(?P<body>.*)\})?"
)
_FLOW = re.compile(r"(?:(?P<id>\w+): )?(?P<source>\w+) -> (?P<target>\w+)(?: \[(?P<condition>.*)\])?")


def drawn(
    text: str, *, process_id: str = "p", decisions: bytes = b"", outside: Collection[str] = ()
) -> CompiledProcess:
    """Compile the process that these lines draw."""
    return compile_process(draft_of(text, process_id=process_id, decisions=decisions), process_id, outside=outside)


def draft_of(text: str, *, process_id: str = "p", decisions: bytes = b"") -> Draft:
    model = read_decisions(decisions, "d.dmn") if decisions else DecisionModel()
    return Draft(files={}, diagram=read_diagram(xml(text, process_id), "p.bpmn"), decision_model=model)


def xml(text: str, process_id: str = "p") -> bytes:
    named: dict[str, str] = {}
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    body = "\n".join(_inside(lines, named))
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="t">'
        + "".join(named.values())
        + f'<bpmn:process id="{process_id}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    ).encode()


def _inside(lines: list[str], named: dict[str, str]) -> list[str]:
    parts = []
    while lines:
        line = lines.pop(0)
        if line == "}":
            break
        parts.append(line if line.startswith("<") else _flow(line) or _node(line, lines, named))
    return parts


def _flow(line: str) -> str:
    found = _FLOW.fullmatch(line)
    if " ~> " in line:
        source, target = line.split(" ~> ")
        return f'<bpmn:association id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
    if not found:
        return ""
    flow_id = found["id"] or f"{found['source']}_{found['target']}"
    condition = found["condition"]
    inside = f"<bpmn:conditionExpression>={escape(condition)}</bpmn:conditionExpression>" if condition else ""
    ends = f'sourceRef="{found["source"]}" targetRef="{found["target"]}"'
    return f'<bpmn:sequenceFlow id="{flow_id}" {ends}>{inside}</bpmn:sequenceFlow>'


def _node(line: str, lines: list[str], named: dict[str, str]) -> str:
    opens = line.endswith(" {")
    found = _LINE.fullmatch(line.removesuffix(" {"))
    assert found, line
    kind, text, body = found["kind"], found["text"] or "", found["body"] or ""
    words = dict((*word.split("=", 1), "")[:2] for word in (found["words"] or "").split())
    attributes, inside = {"id": found["id"]}, ""
    if kind in _DEFINED:
        waits = ' waitForCompletion="false"' if "unwaited" in words else ""
        attributes |= {"parallelMultiple": "true"} if kind == "several" and text.startswith("all ") else {}
        inside = _definitions(kind, text, named, waits)
        place = next((word for word in ("start", "end", "throw", "catch") if word in words), "catch")
        tag = "boundaryEvent" if "on" in words else _TAGS[place]
        if "on" in words:
            attributes |= {"attachedToRef": words["on"], "cancelActivity": str("beside" not in words).lower()}
        elif "beside" in words:
            attributes["isInterrupting"] = "false"
    else:
        tag = "transaction" if kind == "sub" and "transaction" in words else _TAGS[kind]
    attributes |= _marks(kind, words)
    if kind == "call" and text:
        attributes["calledElement"] = text
    if kind in ("send", "receive") and text:
        attributes["messageRef"] = _named("message", text, named)
    if kind == "script":
        inside += f"<bpmn:script>{escape(body.replace(';', chr(10)))}</bpmn:script>"
    inside = _extensions(kind, words, text, body) + inside + _loop(words)
    if opens:
        inside += "".join(_inside(lines, named))
    written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<bpmn:{tag} {written}>{inside}</bpmn:{tag}>"


def _marks(kind: str, words: dict[str, str]) -> dict[str, str]:
    marks = {"name": words["name"].replace("_", " ")} if "name" in words else {}
    marks |= {"isForCompensation": "true"} if "undoes" in words else {}
    marks |= {"default": words["default"]} if "default" in words else {}
    return (
        marks
        | ({"triggeredByEvent": "true"} if kind == "sub" and "event" in words else {})
        | (
            {"instantiate": "true", "eventGatewayType": "Parallel" if "together" in words else "Exclusive"}
            if "instantiate" in words
            else {}
        )
    )


def _definitions(kind: str, text: str, named: dict[str, str], waits: str) -> str:
    if kind != "several":
        return _definition(kind, text, named, waits)
    every = (each.strip().partition(" ") for each in text.removeprefix("all ").split(" ; "))
    return "".join(_definition(of, what, named, waits) for of, _, what in every)


def _definition(kind: str, text: str, named: dict[str, str], waits: str) -> str:
    if kind in ("timer", "date", "cycle"):
        tag = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}[kind]
        return f"<bpmn:timerEventDefinition><bpmn:{tag}>{escape(text)}</bpmn:{tag}></bpmn:timerEventDefinition>"
    if kind == "condition":
        written = f"<bpmn:condition>={escape(text)}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{written}</bpmn:conditionalEventDefinition>"
    if kind == "compensate":
        activity = f' activityRef="{text}"' if text else ""
        return f"<bpmn:compensateEventDefinition{activity}{waits}/>"
    if kind == "link":
        return f"<bpmn:linkEventDefinition name={quoteattr(text)}/>"
    reference = f' {kind}Ref="{_named(kind, text, named)}"' if text else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def _named(kind: str, text: str, named: dict[str, str]) -> str:
    identity = f"{kind}_{re.sub(r'[^a-zA-Z0-9]', '_', text)}"
    code = f" {kind}Code={quoteattr(text)}" if kind in ("error", "escalation") else ""
    named[identity] = f'<bpmn:{kind} id="{identity}" name={quoteattr(text)}{code}/>'
    return identity


def _extensions(kind: str, words: dict[str, str], text: str, body: str) -> str:
    inside = ""
    properties = {key: words[key] for key in _PROPERTIES if key in words}
    if "link" in properties:
        properties["link"] = properties["link"].replace("+", " ")
    if kind in ("send", "message", "signal") and body:
        properties["payload"] = body.strip()
    if properties:
        entries = "".join(
            f"<spiffworkflow:property name={quoteattr(key)} value={quoteattr(value)}/>"
            for key, value in properties.items()
        )
        inside += f"<spiffworkflow:properties>{entries}</spiffworkflow:properties>"
    if kind == "service":
        entries = "".join(
            f"<spiffworkflow:parameter id={quoteattr(key.strip())} type='str' value={quoteattr(value.strip())}/>"
            for key, _, value in (part.partition("=") for part in body.split(";") if part.strip())
        )
        named = f" resultVariable={quoteattr(properties['resultVariable'])}" if "resultVariable" in properties else ""
        inside += (
            f"<spiffworkflow:serviceTaskOperator id={quoteattr(text)}{named}><spiffworkflow:parameters>{entries}"
            "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        )
    if kind == "rule":
        inside += f"<spiffworkflow:calledDecisionId>{text}</spiffworkflow:calledDecisionId>"
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""


def _loop(words: dict[str, str]) -> str:
    if "loop" in words or "times" in words:
        maximum = f' loopMaximum="{words["times"]}"' if "times" in words else ""
        before = ' testBefore="true"' if "before" in words else ""
        condition = f"<bpmn:loopCondition>={escape(words['loop'])}</bpmn:loopCondition>" if words.get("loop") else ""
        tag = "bpmn:standardLoopCharacteristics"
        return f"<{tag}{maximum}{before}>{condition}</{tag}>"
    if "each" not in words and "count" not in words:
        return ""
    parts = []
    if "count" in words:
        parts.append(f"<bpmn:loopCardinality>{words['count']}</bpmn:loopCardinality>")
    if "each" in words:
        parts.append(f"<bpmn:loopDataInputRef>{words['each']}</bpmn:loopDataInputRef>")
    if "into" in words:
        parts.append(f"<bpmn:loopDataOutputRef>{words['into']}</bpmn:loopDataOutputRef>")
    if "item" in words:
        parts.append(f'<bpmn:inputDataItem name="{words["item"]}"/>')
    if "gives" in words:
        parts.append(f'<bpmn:outputDataItem name="{words["gives"]}"/>')
    if "until" in words:
        parts.append(f"<bpmn:completionCondition>={escape(words['until'])}</bpmn:completionCondition>")
    sequential = str("sequential" in words).lower()
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{sequential}">{"".join(parts)}</{tag}>'
