"""Tasks, calls and decisions of the Camunda 7 family."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bpmn.assignment import GROUP, PEOPLE
from bpmn.dialects import camunda_data, embedded_forms, flowable_tasks
from bpmn.dialects.juel import NotTranslated, assigned, holds_juel
from bpmn.dialects.plain import assignee, called_by_formula, candidates, urgency
from bpmn.dialects.subject import Subject, named, shown, texts
from bpmn.source import Source, child, text

_BEAN: Final = re.compile(r"[$#]\{\s*([\w.]+)\s*(?:\((.*)\))?\s*\}", re.DOTALL)
"""An expression that calls a method of a bean, or names one."""
_DEPLOYED: Final = re.compile(r"camunda-forms:deployment:(.*?)(?:\.form)?$")


WHOLE: Final = "Write what has to hold into the condition itself."


def user_task(subject: Subject, source: Source) -> None:
    """Who does it, by when, with which form."""
    if written := subject.take("assignee"):
        assignee(subject, "assignee", written)
    candidates(subject, "candidateGroups", GROUP, _listed(subject.take("candidateGroups")))
    candidates(subject, "candidateUsers", PEOPLE, _listed(subject.take("candidateUsers")))
    for name, ours in (("dueDate", "due"), ("followUpDate", "followUp")):
        written = subject.take(name)
        formula = subject.formula(name, written, needed=False) if written and holds_juel(written) else written
        if formula:
            subject.property(ours, formula)
            subject.mapped(name, f"{ours}: {shown(formula)}.")
    if written := subject.take("priority"):
        formula = subject.formula("priority", written, needed=False) if holds_juel(written) else written
        if formula:
            urgency(subject, "priority", formula)
    form(subject, source)


def _listed(written: str | None) -> list[str]:
    """The parts between the commas that stand outside expressions."""
    found = re.findall(r"(?:[$#]\{[^}]*\}|[^,])+", written or "")
    return [part.strip() for part in found if part.strip()]


def form(subject: Subject, source: Source) -> None:
    """The form of a start event or user task."""
    reference = subject.take("formRef")
    for name in ("formRefBinding", "formRefVersion", "formFieldValidation"):
        if subject.take(name):
            subject.unused(name, "A form is always that of the version of the process.")
    key = subject.take("formKey")
    deployed = _DEPLOYED.fullmatch(key or "")
    if reference or deployed:
        chosen = reference or (deployed[1].rpartition("/")[2] if deployed else "")
        if holds_juel(chosen):
            subject.open("formRef", f"The form {shown(chosen)} is chosen by an expression.", "Name one form.")
        else:
            subject.property("formRef", chosen)
            subject.mapped("formRef" if reference else "formKey", f"The form {shown(chosen)}.")
    elif embedded_forms.from_fields(subject, source):
        return
    elif key and re.fullmatch(r"[\w.-]+(\.form)?", key):
        subject.property("formRef", key.removesuffix(".form"))
        subject.mapped("formKey", f"The form {shown(key)}.")
    elif key:
        remedy = "Draw the form as a .form file, and name it in the task's properties."
        subject.open("formKey", f"The form {shown(key)} is a page of another server.", remedy)


def service(subject: Subject, _source: Source) -> None:
    """A service, send or business rule task that something in their engine performs."""
    told = {name: subject.take(name) for name in ("type", "topic", "class", "delegateExpression", "expression")}
    result = subject.take("resultVariable") or subject.take("resultVariableName")
    for name in ("useLocalScopeForResultVariable", "storeResultVariableAsTransient"):
        if subject.take(name) == "true":
            subject.unused(name, "The result is a variable of the case like every other, and is kept.")
    fields = [*_fields(subject), *camunda_data.through(subject)]
    if camunda_data.connector(subject):
        return
    for part in subject.parts("errorEventDefinition"):
        remedy = "Let the operation report an error by its code."
        written = named(part, "expression")
        subject.open("errorEventDefinition", f"The condition {shown(written)} for an error is not looked at.", remedy)
    if told["type"] == "external" or told["topic"]:
        _operation(subject, "topic", told["topic"] or "external", fields, result)
    elif told["type"]:
        own = flowable_tasks.RUN_BY_ENGINE.get(told["type"])
        if own is not None:
            own(subject, dict(fields))
        else:
            _operation(subject, "type", told["type"], fields, result)
    elif told["class"]:
        _operation(subject, "class", told["class"], fields, result)
    elif told["delegateExpression"]:
        bean = _BEAN.fullmatch(told["delegateExpression"])
        _operation(subject, "delegateExpression", bean[1] if bean else told["delegateExpression"], fields, result)
    elif told["expression"]:
        _expression(subject, told["expression"], fields, result)


def _fields(subject: Subject) -> list[tuple[str, str]]:
    found = []
    for part in subject.parts("field"):
        name = named(part, "name")
        inner = next(iter(subject.inside(part, "string", "expression")), None)
        written = named(part, "stringValue") or named(part, "expression") or (texts(inner) if inner is not None else "")
        formula = subject.formula(f"field {name}", written)
        if formula:
            found.append((name, formula))
            subject.mapped("field", f"The parameter {name} is {shown(formula)}.")
    return found


def _operation(
    subject: Subject, name: str, identity: str, parameters: list[tuple[str, str]], result: str | None
) -> None:
    if holds_juel(identity):
        subject.open(name, f"{shown(identity)} is no plain name.", "Choose an operation of the installation.")
        return
    subject.operation(identity, parameters, result)
    if not result:
        subject.property("result", "=response")
    if subject.kind == "sendTask":
        subject.drop("messageRef")
    subject.mapped(name, f"It calls the operation {shown(identity)}, which the installation or a scenario answers.")


def _expression(subject: Subject, written: str, parameters: list[tuple[str, str]], result: str | None) -> None:
    """An expression: of data it is a script, of a bean it is an operation."""
    try:
        variable, feel = assigned(written) or (result, subject.value(written))
    except NotTranslated as error:
        bean = _BEAN.fullmatch(written)
        if bean is None or bean[2] is None:
            subject.untranslated("expression", written, error)
        else:
            _operation(subject, "expression", bean[1], parameters, result)
        return
    if variable is None:
        _operation(subject, "expression", written.strip("$#{} "), parameters, None)
        return
    subject.extension("assignment", f"{variable} = {feel}")
    subject.mapped("expression", f"{variable} is set to {shown(feel)}.")
    if parameters:
        subject.open("field", "An expression takes no parameters.", "Choose an operation of the installation.")


def business_rule(subject: Subject, source: Source) -> None:
    """A decision, or whatever else does it."""
    decision = subject.take("decisionRef")
    for name in ("decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag"):
        if written := subject.take(name):
            subject.unused(name, f"The decision is that of the version of the process ({written}).")
    shape = subject.take("mapDecisionResult")
    if decision is None:
        service(subject, source)
        return
    if holds_juel(decision):
        remedy = "Name one decision, or draw a gateway in front of several tasks."
        subject.refuse("decisionRef", f"The decision {shown(decision)} is chosen by an expression.", remedy)
        return
    subject.extension("calledDecisionId", decision)
    subject.mapped("decisionRef", f"The decision {shown(decision)}.")
    result = subject.take("resultVariable")
    if result:
        subject.property("resultVariable", result)
        subject.property("resultShape", shape or "resultList")
        subject.mapped("resultVariable", f"{result} holds what was decided ({shape or 'resultList'}).")


def script(subject: Subject, _source: Source) -> None:
    """A script; of one expression with a result it is an assignment."""
    resource, result = subject.take("resource"), subject.take("resultVariable")
    if resource:
        remedy = "Write the script into the diagram, in FEEL."
        subject.refuse("resource", f"The script lies outside the diagram, in {resource}.", remedy)
        return
    language = (subject.node.get("scriptFormat") or "").strip().casefold()
    if language not in ("feel", "juel"):
        if result:
            remedy = "Write the script in FEEL, as name = expression."
            subject.open("resultVariable", f"The result of the script is not set as {result}.", remedy)
        return
    holder = child(subject.node, "script")
    written = text(holder)
    if holder is None or (language == "feel" and not result):
        return
    try:
        feel = subject.value(written) if language == "juel" else one_line(written)
    except NotTranslated as error:
        subject.untranslated("script", written, error)
        return
    holder.text = f"{result or 'ignored'} = {feel}"
    subject.drop("scriptFormat")
    subject.mapped("resultVariable", f"{result} is set to {shown(feel)}.")


def one_line(written: str) -> str:
    """An expression of FEEL on one line, without comments."""
    parts = re.findall(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|\s+|.', written.strip().removeprefix("="), re.DOTALL)
    return "".join(" " if part.isspace() or part.startswith(("//", "/*")) else part for part in parts).strip()


def call(subject: Subject, _source: Source) -> None:
    """A call of another process."""
    called = subject.node.get("calledElement") or ""
    called_by_formula(subject)
    binding = subject.take("calledElementBinding")
    tag, version = subject.take("calledElementVersionTag"), subject.take("calledElementVersion")
    if binding == "deployment":
        subject.property("binding", "publication")
        subject.mapped("calledElementBinding", "The release that was current when this version was released.")
    elif binding == "versionTag" and tag and not holds_juel(tag):
        subject.property("binding", "versionTag")
        subject.property("versionTag", tag)
        subject.mapped("calledElementVersionTag", f"The newest release with the version tag {shown(tag)}.")
    elif binding in ("version", "versionTag"):
        remedy = "Bind it to a version tag, or to the release current at its own release."
        told = version or tag or ""
        subject.open(
            "calledElementBinding", f"The version {told} of another server is not known; the latest runs.", remedy
        )
    elif binding:
        subject.mapped("calledElementBinding", "The release that is current when it is called.")
    for name in ("variableMappingClass", "variableMappingDelegateExpression", "caseRef", "caseBinding", "caseVersion"):
        if written := subject.take(name):
            subject.refuse(name, f"{shown(written)} is not run.", "Map variables by in and out, and call a process.")
    for name in ("calledElementType", "businessKey", "processInstanceName", "inheritBusinessKey", "sameDeployment"):
        if subject.take(name):
            subject.unused(name, "A called case has a number of its own, and each names the other.")
    if called and not subject.holds("inputs", "outputs"):
        every = subject.take("inheritVariables") == "true"
        if every:
            subject.mapped("inheritVariables", "All variables pass to the called process.")
        camunda_data.called(subject, every=every)


BY_KIND: Final[Mapping[str, Callable[[Subject, Source], Any]]] = {
    "userTask": user_task,
    "serviceTask": service,
    "sendTask": service,
    "businessRuleTask": business_rule,
    "scriptTask": script,
    "callActivity": call,
}
