"""What any tool may write in the standard's own places: JUEL, people in roles of resources, and notes for drawing."""

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from bpmn.assignment import GROUP, PEOPLE, PERSON, listed, slug
from bpmn.dialects.juel import LENGTH, NotTranslated, holds_juel, to_feel
from bpmn.dialects.subject import Subject, shown
from bpmn.languages import Language, belongs_to_python, declared, is_formula, only_feel
from bpmn.source import Source, child, children, local, reference, text
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
        *("loopCardinality", "completionCondition", "loopCondition", "activationCondition"),
    }
)
"""Elements of the standard that hold an expression."""
_COMPUTED: Final = EXPRESSIONS - {"timeDate", "timeDuration", "timeCycle"}
"""Of these the ones that are never plain texts."""
JUEL: Final = frozenset({"juel", "uel", "http://java.sun.com/products/jsp", "http://www.java.com/java"})
"""What tools call the language of ``${}`` where they name it."""
BY_ITSELF: Final = frozenset({"autocomplete", 'getActivityInstanceAttribute("numberOfActiveInstances")==0'})
"""What jBPM writes where an ad-hoc sub-process ends by itself, without spaces."""
_ROLES: Final = ("potentialOwner", "humanPerformer", "performer", "resourceRole")
NAMED: Final = re.compile(r"(user|group)\(\s*([^()]*?)\s*\)")
"""Whom the family of Camunda 7 names in an expression of who does or starts something."""


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    if subject.kind in EXPRESSIONS:
        _expression(subject)
        _declared(subject, source)
        _bare(subject)
        if subject.kind == "completionCondition":
            _completes_by_itself(subject)
    elif subject.kind in ("userTask", "manualTask"):
        _resources(subject, source)
    elif subject.kind == "callActivity":
        called_by_formula(subject)
    elif subject.kind in ("message", "signal"):
        _plainly_named(subject)
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


def _plainly_named(subject: Subject) -> None:
    name = subject.node.get("name") or ""
    if holds_juel(name) and (formula := subject.formula("name", name)):
        subject.node.set("name", formula)
        subject.mapped("name", f"The name of the {subject.kind} is what {shown(formula)} gives.")


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
    if subject.node.get("language", "").strip().casefold().rstrip("/") in JUEL:
        del subject.node.attrib["language"]
    subject.mapped(f"<{subject.kind}>", f"{shown(written)} is read as {shown(f'={feel}')}.")


def _completes_by_itself(subject: Subject) -> None:
    """The words by which jBPM says that an ad-hoc sub-process is over when nothing in it goes on: so it is here."""
    around = subject.node.getparent()
    written = "".join(text(subject.node).split())
    if around is not None and local(around) == "adHocSubProcess" and written in BY_ITSELF:
        around.remove(subject.node)
        subject.mapped("<completionCondition>", "It is over when nothing in it goes on.")


def _declared(subject: Subject, source: Source) -> None:
    """A bare condition of a file whose expressions are all FEEL, by the language that it names (clause 8.2.1)."""
    language, written = str(source.root.get("expressionLanguage") or "").strip(), text(subject.node)
    feel = bool(language) and declared(language) is Language.FEEL
    if feel and subject.kind in _COMPUTED and written and not is_formula(written) and not subject.node.get("language"):
        subject.node.text = f"={written}"


def _bare(subject: Subject) -> None:
    """A bare condition that is no Python which runs, where it is FEEL, or what JUEL has between its brackets."""
    written = text(subject.node)
    unnamed = bool(written) and not is_formula(written) and not subject.node.get("language")
    if subject.kind not in _COMPUTED or not unnamed or len(written) > LENGTH or belongs_to_python(written):
        return
    if only_feel(written):
        feel = written
    else:
        try:
            feel = to_feel(f"${{{written}}}")
        except NotTranslated:
            return  # what it would be in Python, a rule says
    subject.node.text = f"={feel}"
    subject.mapped(f"<{subject.kind}>", f"{shown(written)} is read as {shown(f'={feel}')}.")


def _resources(subject: Subject, source: Source) -> None:
    """Who does a task, where the standard has it (clause 10.3.4): a performer does it, owners may claim it."""
    groups: list[str] = []
    users: list[str] = []
    names = []
    for role in [part for part in subject.node if local(part) in _ROLES]:
        computed = [text(part) for part in children(role, "resourceAssignmentExpression")]
        written = " ".join(filter(None, computed))
        resource = child(role, "resourceRef")
        known = reference(text(resource)) in source.by_id
        if known and resource is not None and not written and child(role, "resourceParameterBinding") is None:
            subject.node.remove(role)
            groups.append(_role_of(subject, source, text(resource)))
            names.append(f"<{local(role)}>")
            continue
        if not written or resource is not None:
            continue
        subject.node.remove(role)
        performs = local(role) in ("humanPerformer", "performer")
        named = [(kind, name) for kind, name in NAMED.findall(written) if name]
        found = named or [("user" if performs else "group", part) for part in _listed(written)]
        if performs and len(found) == 1 and found[0][0] == "user":
            assignee(subject, f"<{local(role)}>", found[0][1])
            continue
        names.append(f"<{local(role)}>")
        for kind, one in found:
            (groups if kind == "group" else users).append(one)
    told = ", ".join(dict.fromkeys(names))
    candidates(subject, told, GROUP, groups)
    candidates(subject, told, PEOPLE, users)


def _role_of(subject: Subject, source: Source, written: str) -> str:
    """The role that a resource is: as for a lane, its name in lower case with underscores."""
    known = source.by_id.get(reference(written) or "")
    name = (known.get("name") if known is not None else None) or reference(written) or ""
    if known is not None and child(known, "resourceParameter") is not None:
        remedy = "Name the role of exactly these people."
        told = f"Everybody of {shown(name)} is offered the task, whatever its parameters."
        subject.open("<resourceRef>", told, remedy)
    return slug(name)


def assignee(subject: Subject, name: str, written: str) -> None:
    """Assign a task to a person: his id, or an expression."""
    formula = written if is_formula(written) else subject.formula(name, written, needed=False)
    if formula is not None:
        subject.property(PERSON, formula)
        subject.mapped(name, f"The task is for the person {shown(formula)}.")


def candidates(subject: Subject, name: str, property_name: str, parts: Sequence[str]) -> None:
    """Offer a task to groups (`assignGroup`) or people (`assignPeople`): ids, or expressions of one or several."""
    if not parts:
        return
    written = ", ".join(parts)
    if property_name == PEOPLE or any(is_formula(part) or holds_juel(part) for part in parts):
        formulas = [part if is_formula(part) else subject.formula(name, part, needed=False) for part in parts]
        read = [formula.removeprefix("=") for formula in formulas if formula is not None]
        if not read:
            return
        written = f"={read[0]}" if len(read) == 1 else f"=flatten([{', '.join(read)}])"
    subject.property(property_name, written)
    subject.mapped(name, f"The task is offered to {shown(written)}.")


def starters(subject: Subject, groups: str | None, users: str | None) -> None:
    """Let the roles named on a process be those that may start it: `assignGroup` of its plain start events."""
    begins = [node for node in children(subject.node, "startEvent") if not _is_triggered(node)]
    if groups and begins and not holds_juel(groups) and not is_formula(groups):
        for node in begins:
            Subject(node, subject.owner, (), []).property(GROUP, groups)
        subject.mapped("candidateStarterGroups", f"Whoever holds one of the roles {shown(groups)} may start cases.")
    elif groups:
        remedy = "Name roles without an expression, or draw the start event in a role's lane."
        subject.open("candidateStarterGroups", f"Who may start a case ({shown(groups)}) is not read.", remedy)
    if users:
        remedy = "Give these people a role, and name it at the start event."
        subject.open("candidateStarterUsers", f"That {shown(users)} may start a case is not read.", remedy)


def _is_triggered(start: etree._Element) -> bool:
    return any(local(part).lower().endswith("eventdefinition") or local(part) == "eventDefinitionRef" for part in start)


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
    return [written.strip()] if holds_juel(written) or is_formula(written) else list(listed(written))
