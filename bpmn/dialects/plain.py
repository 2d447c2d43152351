"""What any tool may write in the standard's own places: JUEL, people in roles of resources, and notes for drawing."""

import re
from typing import Final

from bpmn.dialects.juel import NotTranslated, holds_juel, to_feel
from bpmn.dialects.subject import Subject, shown
from bpmn.source import Source, children, local, text
from bpmn.urgency import HIGHEST_PRIORITY, priority_of

NAMESPACES: Final = frozenset(
    {
        "http://www.signavio.com",
        "http://www.signavio.com/schema/bpmn/extensions",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.bpsim.org/schemas/1.0",
        "http://www.bpsim.org/schemas/2.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.bonitasoft.com/bos/bpmn",
        "http://activiti.com/modeler",
        "http://flowable.org/modeler",
    }
)
"""Vendors whose extensions describe the drawing, its simulation or its place in a repository."""

EXPRESSIONS: Final = frozenset(
    {
        *("conditionExpression", "condition", "timeDate", "timeDuration", "timeCycle"),
        *("loopCardinality", "completionCondition", "loopCondition"),
    }
)
"""Elements of the standard that hold an expression."""
_JUEL: Final = frozenset({"juel", "uel", "http://java.sun.com/products/jsp", "http://www.java.com/java"})
_ROLES: Final = ("potentialOwner", "humanPerformer", "performer", "resourceRole")
_NAMED: Final = re.compile(r"(user|group)\(\s*([^()]*?)\s*\)")


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    del source
    if subject.kind in EXPRESSIONS:
        _expression(subject)
    elif subject.kind in ("userTask", "manualTask"):
        _resources(subject)
    elif subject.kind == "callActivity":
        called_by_formula(subject)
    for uri in NAMESPACES:
        for key in [str(key) for key in subject.node.attrib if str(key).startswith(f"{{{uri}}}")]:
            name = key.rpartition("}")[2]
            subject.take(name)
            subject.unused(name, "It describes the drawing.")
    for holder in children(subject.node, "extensionElements"):
        for part in list(holder):
            if str(part.tag).startswith(tuple(f"{{{uri}}}" for uri in NAMESPACES)):
                holder.remove(part)
                prefix = f"{part.prefix}:" if part.prefix else ""
                name = prefix + str(part.tag).rpartition("}")[2]
                told = part.get("metaKey") or ""
                subject.unused(f"{name} {told}".strip(), "It describes the drawing.")


def called_by_formula(subject: Subject) -> None:
    """A call of the process that an expression of JUEL names."""
    called = subject.node.get("calledElement") or ""
    if holds_juel(called) and (formula := subject.formula("calledElement", called)):
        subject.node.set("calledElement", formula)
        subject.mapped("calledElement", f"It calls the process that {shown(formula)} names.")


def _expression(subject: Subject) -> None:
    written = text(subject.node)
    if not holds_juel(written):
        return
    try:
        feel = to_feel(written)
    except NotTranslated as error:
        subject.untranslated(f"<{subject.kind}>", written, error)
        return
    for part in list(subject.node):
        subject.node.remove(part)
    subject.node.text = f"={feel}"
    if subject.node.get("language", "").strip().casefold().rstrip("/") in _JUEL:
        del subject.node.attrib["language"]
    subject.mapped(f"<{subject.kind}>", f"{shown(written)} is read as {shown(f'={feel}')}.")


def _resources(subject: Subject) -> None:
    """Who does a task, where the standard has it (clause 10.3.4)."""
    for role in [part for part in subject.node if local(part) in _ROLES]:
        written = " ".join(text(part) for part in role.iter() if local(part) == "formalExpression")
        if not written:
            continue
        subject.node.remove(role)
        named = [(kind, name) for kind, name in _NAMED.findall(written) if name]
        default = "user" if local(role) in ("humanPerformer", "performer") else "group"
        people(subject, f"<{local(role)}>", named or [(default, part) for part in _listed(written)])


def people(subject: Subject, name: str, candidates: list[tuple[str, str]]) -> None:
    """Bind a task to the first group named, else to the only person; `candidates` are kinds and names."""
    groups = [one for kind, one in candidates if kind == "group"]
    users = [one for kind, one in candidates if kind == "user"]
    chosen = groups[:1] or users[:1]
    others = (groups + users)[1:]
    if not chosen or (not groups and others):
        remedy = "Give these people a role, and draw the task in its lane."
        subject.open(name, f"Several people ({', '.join(users)}) are offered the task, which no role names.", remedy)
        return
    formula = subject.formula(name, chosen[0], needed=False)
    if formula is None:
        return
    if groups:
        written = chosen[0] if not holds_juel(chosen[0]) else formula
        subject.property("assignGroup", written)
        subject.mapped(name, f"The task is offered to {shown(written)}.")
    else:
        subject.property("assignPerson", formula)
        subject.mapped(name, f"The task is for the person {shown(formula)}.")
    if others:
        subject.open(
            name,
            f"A task is offered to one group; {', '.join(others)} would not see it.",
            "Give all of them one role, or choose the group by an expression.",
        )


def urgency(subject: Subject, name: str, written: str) -> None:
    """Set how urgent a task is: a number, or an expression with ``=``."""
    if not written.startswith("=") and priority_of(written) is None:
        remedy = f"Write a whole number from 0 to {HIGHEST_PRIORITY}, or set due dates."
        subject.open(name, f"The priority {shown(written)} is no whole number.", remedy)
        return
    subject.property("priority", written)
    subject.mapped(name, f"priority: {shown(written)}.")


def _listed(written: str) -> list[str]:
    """The parts between commas; an expression is one part."""
    return [written.strip()] if holds_juel(written) else [part.strip() for part in written.split(",") if part.strip()]
