"""The Camunda 7 family: ``camunda:``, ``operaton:``, ``flowable:`` and ``activiti:``, which share names and meaning."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from bpmn.dialects import camunda_beside, camunda_data, camunda_tasks, flowable_events
from bpmn.dialects.juel import NotTranslated, holds_juel, quoted
from bpmn.dialects.plain import NAMED, starters
from bpmn.dialects.subject import Subject, named, shown, texts
from bpmn.source import BPMN, Source, local, text
from forms.feel import FUNCTION_NAMES

NAMESPACES: Final = frozenset(
    {
        "http://camunda.org/schema/1.0/bpmn",
        "http://camunda.org/bpmn",
        "http://activiti.org/bpmn",
        "http://flowable.org/bpmn",
        "http://operaton.org/schema/1.0/bpmn",
    }
)

_NAME: Final = re.compile(r"[^\W\d]\w*")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_RETRIES: Final = re.compile(r"R(\d+)/(P.+)")


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    step = _BY_KIND.get(subject.kind)
    if step is not None:
        step(subject, source)
    if subject.kind in camunda_data.MAPPING:
        camunda_data.input_output(subject)
    flowable_events.listens(subject)
    _retries(subject)
    camunda_beside.adopt(subject)


def _retries(subject: Subject) -> None:
    parts = subject.parts("failedJobRetryTimeCycle")
    cycle = (text(parts[0]) if parts else None) or subject.take("failedJobRetryTimeCycle")
    found = _RETRIES.fullmatch(cycle or "")
    if cycle is None:
        return
    if found is None:
        subject.unused("failedJobRetryTimeCycle", "When failed jobs are tried again is the same for all tasks here.")
        return
    subject.property("retries", str(max(0, int(found[1][:4]) - 1)))
    subject.property("retryEvery", found[2])
    subject.mapped("failedJobRetryTimeCycle", f"A call is tried {found[1]} times, {found[2]} apart.")


def _process(subject: Subject, _source: Source) -> None:
    tag = subject.take("versionTag")
    if tag:
        subject.property("versionTag", tag)
        subject.mapped("versionTag", f"The version tag {shown(tag)}.")
    groups, users = subject.take("candidateStarterGroups"), subject.take("candidateStarterUsers")
    for part in subject.parts("potentialStarter"):
        subject.mapped("potentialStarter", f"Who may start cases: {shown(texts(part))}.")
        named_so = NAMED.findall(texts(part)) or [("group", texts(part))]
        groups = ", ".join(filter(None, (groups, *(name for kind, name in named_so if kind == "group"))))
        users = ", ".join(filter(None, (users, *(name for kind, name in named_so if kind == "user"))))
    starters(subject, groups, users)


def _start(subject: Subject, source: Source) -> None:
    name = subject.take("initiator")
    if name:
        subject.data(outputs=[(name, "=case.starter")])
        subject.mapped("initiator", f"The variable {name} holds the person who started the case.")
    camunda_tasks.form(subject, source)


def _condition(subject: Subject, _source: Source) -> None:
    resource = subject.take("resource")
    if resource:
        remedy = "Write the condition into the diagram, in FEEL."
        subject.refuse("resource", f"The condition lies outside the diagram, in {resource}.", remedy)


def _conditional(subject: Subject, _source: Source) -> None:
    for name in ("variableName", "variableEvents", "variableEvent"):
        if written := subject.take(name):
            told = f"The condition is looked at whenever data change, not only at {written}."
            subject.open(name, told, camunda_tasks.WHOLE)


def _error(subject: Subject, _source: Source) -> None:
    event = subject.node.getparent()
    for name in ("errorCodeVariable", "escalationCodeVariable", "errorVariableName"):
        variable = subject.take(name)
        if variable and event is not None:
            holder = Subject(event, subject.owner, (), [])
            holder.property("codeVariable", variable)
            subject.mapped(name, f"The variable {variable} takes the code that was caught.")
    message = subject.take("errorMessageVariable")
    if message and event is not None:
        Subject(event, subject.owner, (), []).property("messageVariable", message)
        subject.mapped("errorMessageVariable", f"The variable {message} takes what happened, in words.")
    for name in ("errorVariableLocalScope", "errorVariableTransient"):
        if subject.take(name):
            subject.unused(name, "How their engine keeps what an error carries.")


def _repetition(subject: Subject, _source: Source) -> None:
    collection = subject.take("collection")
    written = "collection"
    for part in subject.parts("collection"):  # Flowable writes it as an element too
        holder = next(iter(part), None)
        collection = text(holder if holder is not None else part) or collection
        for key, handler in part.attrib.items():
            if etree.QName(str(key)).localname in ("class", "delegateExpression"):
                remedy = "Compute the list in a script task in front."
                subject.refuse(written, f"The list is made by {shown(str(handler))}, which is not run.", remedy)
    if collection:
        formula = subject.formula(written, collection) if holds_juel(collection) else f"={collection}"
        if formula:
            subject.node.set(camunda_data.COLLECTION, formula)
            subject.mapped(written, f"It is repeated for each of {shown(formula)}.")
    item = subject.take("elementVariable")
    if item:
        subject.node.set(camunda_data.ITEM, item)
        subject.mapped("elementVariable", f"Each repetition sees its item as {item}.")
    activity = subject.node.getparent()
    index = subject.take("elementIndexVariable")
    if index and activity is not None:
        Subject(activity, subject.owner, (), []).data(inputs=[(index, "=loopCounter - 1")])
        subject.mapped("elementIndexVariable", f"Inside, {index} counts from 0.")
    for number, part in enumerate(subject.parts("variableAggregation")):
        _aggregation(subject, part, number)


def _aggregation(subject: Subject, part: etree._Element, number: int) -> None:
    """What each repetition gives, gathered in a list: a context of the variables that are named."""
    activity, target = subject.node.getparent(), named(part, "target")
    entries = []
    for variable in (each for each in part if etree.QName(each).localname == "variable"):  # with or without prefix
        source, expression = named(variable, "source"), named(variable, "sourceExpression")
        try:
            formula = subject.value(expression) if expression else camunda_data.COUNTED.get(source, source)
        except NotTranslated as error:
            subject.untranslated("variableAggregation", expression, error, needed=False)
            continue
        entries.append(f"{quoted(named(variable, 'target') or source)}: {formula}")
    if number or activity is None or not target or not entries or part.get("class") or part.get("delegateExpression"):
        remedy = "Name an output collection in the loop's properties."
        subject.open("variableAggregation", f"The results are not gathered in {target or 'its variable'}.", remedy)
        return
    own = f"{target}_item"
    subject.node.set(camunda_data.OUTPUT_COLLECTION, target)
    subject.node.set(camunda_data.OUTPUT_ITEM, own)
    inside = Subject(activity, subject.owner, (), [])
    inside.data(outputs=[(own, f"={{{', '.join(entries)}}}")])
    if activity.tag != f"{{{BPMN}}}userTask":  # what several steps set side by side would overwrite
        gathered = [named(each, "source") for each in part if etree.QName(each).localname == "variable"]
        inside.data(inputs=[(name, f"={name}") for name in gathered if _NAME.fullmatch(name)])
    subject.mapped("variableAggregation", f"{target} gathers what each repetition gives.")


def _loop(subject: Subject, _source: Source) -> None:
    """A loop without a condition and a maximum: their engines know no such loops and do the activity once."""
    activity = subject.node.getparent()
    if activity is not None and not len(subject.node) and subject.node.get("loopMaximum") is None:
        activity.remove(subject.node)
        remedy = "Give the loop a condition, or delete its mark."
        subject.open("<standardLoopCharacteristics>", "It is done once, as by the engine it was drawn for.", remedy)


def _throwing(subject: Subject, source: Source) -> None:
    """A throwing message event that their engine lets a bean or worker send; here the message itself is sent."""
    flowable_events.named_by(subject, source)
    told = [subject.take(name) for name in ("type", "topic", "class", "delegateExpression", "expression")]
    how = next((one for one in reversed(told) if one), None)
    if how:
        remedy = "Where something outside is to be called, draw a service task."
        subject.open("messageEventDefinition", f"The message is sent to cases here, not through {shown(how)}.", remedy)
    subject.parts("field")
    subject.take("resultVariable")


def _signal(subject: Subject, opened: Source) -> None:
    """What a signal is called, and a thrown one carries."""
    flowable_events.named_by(subject, opened)
    event = subject.node.getparent()
    pairs = []
    for part in subject.parts("in"):
        target, source, written = named(part, "target"), named(part, "source"), named(part, "sourceExpression")
        formula = f"={source}" if source else subject.formula("in", written) if written else None
        if target and formula:
            pairs.append(f"{quoted(target)}: {formula.removeprefix('=')}")
            subject.mapped("in", f"The signal carries {target}, which is {shown(formula)}.")
        else:
            remedy = "Name each variable that it is to carry."
            subject.open("in", f"The signal does not carry {shown(named(part, 'variables') or 'it')}.", remedy)
    if pairs and event is not None:
        Subject(event, subject.owner, (), []).property("payload", f"={{{', '.join(pairs)}}}")


_NUMBERS: Final = frozenset({"int", "integer", "long", "double", "float", "decimal", "short"})


def _data_object(subject: Subject, _source: Source) -> None:
    """A data object of Flowable has a value where its level begins, unless the case brings one."""
    value = next((text(part) for part in subject.parts("value")), None)
    scope, name = subject.node.getparent(), (subject.node.get("name") or subject.node.get("id") or "").strip()
    if value is None or scope is None:
        return
    starts = [part for part in scope if local(part) == "startEvent"]
    kind = (subject.node.get("itemSubjectRef") or "").rpartition(":")[2].casefold()
    plain = kind in _NUMBERS or (kind == "boolean" and value in ("true", "false"))
    # The name of a built-in function stands for that where the variable is not set.
    named_well = _NAME.fullmatch(name) and name not in FUNCTION_NAMES
    if not starts or not named_well or (kind in _NUMBERS and not _NUMBER.fullmatch(value)):
        remedy = "Set it in a script task behind the start."
        subject.open("value", f"The data object does not begin with {shown(value)}.", remedy)
        return
    formula = f"=if {name} = null then {value if plain else quoted(value)} else {name}"
    for start in starts:
        Subject(start, subject.owner, (), []).data(outputs=[(name, formula)])
    subject.mapped("value", f"{name} begins with {shown(value)}.")


_BY_KIND: Final[Mapping[str, Callable[[Subject, Source], None]]] = {
    "process": _process,
    "startEvent": _start,
    "conditionExpression": _condition,
    "condition": _condition,
    "conditionalEventDefinition": _conditional,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _error,
    "multiInstanceLoopCharacteristics": _repetition,
    "messageEventDefinition": _throwing,
    "signalEventDefinition": _signal,
    "dataObject": _data_object,
    "standardLoopCharacteristics": _loop,
    "timeCycle": flowable_events.cycle,
    "terminateEventDefinition": flowable_events.terminate,
    **camunda_tasks.BY_KIND,
}
