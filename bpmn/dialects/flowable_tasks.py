"""Service tasks that Flowable and Activiti run themselves: decisions, mail and calls of the web."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bpmn.dialects.juel import quoted
from bpmn.dialects.subject import Subject, shown
from bpmn.source import BPMN

Fields = dict[str, str]
"""The formulas of the fields of a task, by name."""

_TEXT: Final = re.compile(r'="((?:[^"\\]|\\.)*)"')
_TRUE: Final = ("=true", '="true"')


def decision(subject: Subject, fields: Fields) -> None:
    """A decision: the task becomes a business rule task."""
    name = "decisionServiceReferenceKey" if "decisionServiceReferenceKey" in fields else "decisionTableReferenceKey"
    plain = _TEXT.fullmatch(fields.get(name, ""))
    if plain is None:
        remedy = "Name one decision, or draw a gateway in front of several tasks."
        subject.refuse("type", f"The decision {shown(fields.get(name, ''))} is no plain name.", remedy)
        return
    subject.node.tag = f"{{{BPMN}}}businessRuleTask"
    subject.extension("calledDecisionId", plain[1])
    subject.mapped("type", f"The decision {shown(plain[1])}; its outputs become variables.")
    if fields.get("decisionTaskThrowErrorOnNoHits") in _TRUE:
        remedy = "Add a row for everything else to the table, and a gateway behind the task."
        subject.open("decisionTaskThrowErrorOnNoHits", "A table without a match is no error.", remedy)


def mail(subject: Subject, fields: Fields) -> None:
    """A mail, sent by the installation under its own address."""
    to = fields.get("to", "")
    listed = _TEXT.fullmatch(to)
    if listed and "," in listed[1]:
        to = f"=[{', '.join(quoted(one.strip()) for one in listed[1].split(','))}]"
    told = {"to": to, "subject": fields.get("subject", ""), "text": fields.get("text") or fields.get("html", "")}
    subject.operation("mail/send", [(name, formula) for name, formula in told.items() if formula])
    subject.mapped("type", "It sends a mail by the operation “mail/send”.")
    remedies = {
        "from": "Mail comes from the address that the installation is set up with.",
        "cc": "Name everybody in the field to.",
        "bcc": "Name everybody in the field to.",
        "textVar": "Write the text into the field text.",
        "htmlVar": "Write the text into the field text.",
    }
    if "text" not in fields and "html" in fields:
        remedies["html"] = "Write it as plain text: it is sent as it stands."
    for name, remedy in remedies.items():
        if name in fields:
            subject.open(f"field {name}", f"{shown(fields[name])} is not read.", remedy)


def web(subject: Subject, fields: Fields) -> None:
    """A call of the web; its answer becomes `status`, `headers` and `body`, or the body the variable named for it."""
    named = {"url": "requestUrl", "method": "requestMethod", "body": "requestBody", "expect": "handleStatusCodes"}
    told = {ours: fields[theirs] for ours, theirs in named.items() if theirs in fields}
    if headers := fields.get("requestHeaders"):
        told["headers"] = _headers(subject, headers)
    subject.operation("http/request", [(name, formula) for name, formula in told.items() if formula])
    variable = _TEXT.fullmatch(fields.get("responseVariableName", ""))
    subject.property("result", f"={{{variable[1]}: response.body}}" if variable else "=response")
    subject.mapped("type", f"It calls {shown(fields.get('requestUrl', ''))} by the operation “http/request”.")
    known = {*named.values(), "requestHeaders", "responseVariableName"}
    remedies = {"ignoreException": "Attach an error event to the task.", "requestTimeout": "Set the parameter timeout."}
    for name in fields.keys() - known:
        remedy = remedies.get(name, "Look whether anything depends on it.")
        subject.open(f"field {name}", f"{shown(fields[name])} is not read.", remedy)


def _headers(subject: Subject, written: str) -> str:
    """Lines of ``Name: value`` as a context."""
    plain = _TEXT.fullmatch(written)
    lines = plain[1].split("\\n") if plain else []
    pairs = [line.partition(":")[::2] for line in lines if ":" in line]
    if not pairs:
        subject.open("field requestHeaders", f"{shown(written)} is not read.", "Set the parameter headers, a context.")
        return ""
    return "={" + ", ".join(f'"{name.strip()}": "{value.strip()}"' for name, value in pairs) + "}"


RUN_BY_ENGINE: Final[Mapping[str, Callable[[Subject, Fields], None]]] = {"dmn": decision, "mail": mail, "http": web}
"""What the engine itself does, by the type of the task."""
