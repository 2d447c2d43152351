"""How an edited process differs from the one it came from, in the terms of control: what is checked, by whom, by when.

Compared by the ids of elements, forms, decisions and measures, which stay when a process is edited. Positions, words
and colours are none of this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bpmn.assignment import PROPERTIES
from bpmn.clauses import named_by
from bpmn.diagram import BusinessRuleTask, Element, Event, Process, ServiceTask, TimerDefinition, UserTask
from bpmn.draft import Draft
from forms.definition import Field, FormDefinition, walk


class Weight(StrEnum):
    """What a difference means."""

    CONTROL = "control"
    """Something that kept the process in hand is gone."""
    CHANGE = "change"
    """Something is done otherwise."""
    ADDITION = "addition"
    """Something is there that the other one has not."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference: `text` is a template for `parameters`; `element_id` is of the own diagram where it has it."""

    weight: Weight
    code: str
    text: str
    element_id: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What differs, in English."""
        return self.text.format_map(self.parameters)


def compare(reference: Draft, own: Draft) -> tuple[Difference, ...]:
    """Give what the own process lacks, changes and adds beside the reference; lost controls first."""
    left, right = _process(reference), _process(own)
    if left is None or right is None:
        return ()
    there = {element.id: element for element in left.elements}
    here = {element.id: element for element in right.elements}
    found = [
        *(each for key, element in there.items() if key not in here for each in _gone(left, element)),
        *(each for key, element in there.items() if key in here for each in _joined(there, element, here[key])),
        *(each for key, element in there.items() if key in here for each in _kept(left, element, right, here[key])),
        *_forms(reference, own),
        *_facts(reference, own),
        *(_added(element) for key, element in here.items() if key not in there and element.name),
    ]
    order = list(Weight)
    return tuple(sorted(found, key=lambda each: order.index(each.weight)))


def _process(draft: Draft) -> Process | None:
    return next(iter(draft.diagram.executable), None)


def _control(code: str, text: str, element_id: str | None = None, **parameters: str) -> Difference:
    return Difference(weight=Weight.CONTROL, code=code, text=text, element_id=element_id, parameters=parameters)


def _gone(process: Process, element: Element) -> Iterator[Difference]:
    name = element.title
    match element:
        case UserTask():
            role = _role(process, element)
            yield _control("task-gone", "The task “{task}” of {role} is not there.", task=name, role=role or "people")
        case BusinessRuleTask():
            yield _control("decision-gone", "Nothing decides any more by the rules of “{task}”.", task=name)
        case ServiceTask():
            yield _control("service-gone", "“{task}” is not done by itself any more.", task=name)
        case Event() if any(isinstance(each, TimerDefinition) for each in element.definitions):
            yield _control("timer-gone", "Nothing happens any more when time is up: “{event}”.", event=name)
        case Event() if element.kind == "endEvent":
            yield _control("end-gone", "The process cannot end any more as “{event}”.", event=name)
        case Event():
            yield _control("event-gone", "“{event}” is not noticed or told any more.", event=name)
        case _ if element.name:
            text = "“{element}” is not there."
            yield Difference(weight=Weight.CHANGE, code="element-gone", text=text, parameters={"element": name})


def _joined(there: Mapping[str, Element], before: Element, after: Element) -> Iterator[Difference]:
    gone = set(before.separate_from) - set(after.separate_from)
    if apart := sorted(there[each].title for each in gone if each in there):
        text, others = "“{task}” may now be done by whoever did {others}.", ", ".join(f"“{each}”" for each in apart)
        yield _control("duties-joined", text, after.id, task=after.title, others=others)


def _kept(left: Process, before: Element, right: Process, after: Element) -> Iterator[Difference]:
    name = after.title
    for key in ("clockStart", "clockStop"):
        if stopped := {*_words(before, key)} - {*_words(after, key)}:
            text = "The clock {clock} does not start or stop any more at “{element}”."
            yield _control("clock-gone", text, after.id, clock=", ".join(sorted(stopped)), element=name)
    if before.properties.get("due") and not after.properties.get("due"):
        yield _control("due-gone", "“{task}” has no date any more by which it is done.", after.id, task=name)
    lost = sorted(f"{number} ({edition})" for edition, number in set(named_by(before)) - set(named_by(after)))
    if lost:
        text = "“{task}” does not answer clause {clauses} any more."
        yield _control("clause-gone", text, after.id, task=name, clauses=", ".join(lost))
    if isinstance(before, UserTask) and isinstance(after, UserTask):
        was, now = _role(left, before), _role(right, after)
        if was != now:
            text = "“{task}” is done by {now} in place of {was}."
            yield _change("role-changed", text, after.id, task=name, was=was or "people", now=now or "people")
    if before.kind != after.kind:
        text = "“{element}” is of another kind: {now} in place of {was}."
        yield _change("kind-changed", text, after.id, element=name, was=before.kind, now=after.kind)
    elif _waits(before) != _waits(after):
        text = "“{event}” waits until {now} in place of {was}."
        yield _change("time-changed", text, after.id, event=name, was=_waits(before), now=_waits(after))


def _change(code: str, text: str, element_id: str, **parameters: str) -> Difference:
    return Difference(weight=Weight.CHANGE, code=code, text=text, element_id=element_id, parameters=parameters)


def _added(element: Element) -> Difference:
    text = "“{element}” was added."
    return Difference(
        weight=Weight.ADDITION, code="added", text=text, element_id=element.id, parameters={"element": element.title}
    )


def _role(process: Process, element: Element) -> str:
    named = [element.properties[name] for name in PROPERTIES if element.properties.get(name)]
    role = ", ".join(named) or next((lane.role for lane in process.lanes if lane.id == element.lane_id), "")
    return role.replace("_", " ")


def _words(element: Element, key: str) -> list[str]:
    return [each.strip() for each in element.properties.get(key, "").split(",") if each.strip()]


def _waits(element: Element) -> str:
    if not isinstance(element, Event):
        return ""
    timers = [each for each in element.definitions if isinstance(each, TimerDefinition)]
    return ", ".join(each.text.strip() for each in timers)


def _forms(reference: Draft, own: Draft) -> Iterator[Difference]:
    for name, form in reference.forms.items():
        now = own.forms.get(name)
        if now is None:
            continue
        asked = {each.key: each for each in _fields(now)}
        for before in _fields(form):
            if not before.required:
                continue
            after = asked.get(before.key)
            what = {"answer": before.label or before.key, "form": name}
            if after is None:
                yield _control("question-gone", "The form {form} does not ask any more: “{answer}”.", **what)
            elif not after.required:
                yield _control("answer-free", "The form {form} does not insist any more on: “{answer}”.", **what)
    for name in sorted(reference.decisions.keys() - own.decisions.keys()):
        yield _control("decision-removed", "The decision {decision} is not there.", decision=name)


def _fields(form: FormDefinition) -> Iterator[Field]:
    return (each for each in walk(form.components) if isinstance(each, Field))


def _facts(reference: Draft, own: Draft) -> Iterator[Difference]:
    before, after = reference.facts, own.facts
    for what in ("owner", "deputy"):
        if getattr(before, what) and not getattr(after, what):
            yield _control(f"{what}-gone", "The process has no {what} any more.", what=what)
    lost = sorted(
        f"{number} ({edition})"
        for edition, numbers in before.clauses.items()
        for number in set(numbers) - set(after.clauses.get(edition, ()))
    )
    if lost:
        yield _control("clauses-gone", "The process does not serve clause {clauses} any more.", clauses=", ".join(lost))
    known = {each.id for each in after.measured.measures}
    for each in before.measured.measures:
        if each.id not in known:
            yield _control("measure-gone", "Nobody measures any more: {measure}.", measure=each.title)
    promised = {each.title for each in after.measured.service_levels}
    for level in before.measured.service_levels:
        if level.title not in promised:
            yield _control("level-gone", "Nobody promises any more: {level}.", level=level.title)
