"""What a release calls things: labels of its forms, titles of its elements, rules of its decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.compiling import CompiledProcess
from bpmn.decisions.model import Decision, DecisionModel, DecisionTable, KnowledgeModel
from bpmn.diagram import Diagram
from forms.definition import ChoiceField, DynamicList, FormDefinition, Group, walk

_LABELS: Final = {"caller": "Caller", "priority": "Priority", "title": "Title", "service": "Service"}
"""Variables that every process knows, whatever a form calls them."""


@dataclass(frozen=True, kw_only=True)
class ReleaseWords:
    """What a release calls things."""

    diagram: Diagram
    forms: Mapping[str, FormDefinition]
    rules: Mapping[str, str]
    """What a rule of a decision table says of itself, or its number, by id."""
    decisions: Mapping[str, str]
    """The names of decisions, and of knowledge models by the id of their table."""
    labels: Mapping[str, str]
    choices: Mapping[tuple[str, str], str]


def words_of(process: CompiledProcess) -> ReleaseWords:
    """Give the words of a release."""
    labels = dict(_LABELS)
    choices: dict[tuple[str, str], str] = {}
    for form in process.forms.values():
        for part in walk(form.components):
            if isinstance(part, DynamicList | Group) and part.path and part.label:
                labels.setdefault(part.path, part.label)
        for asked in form.fields():
            labels.setdefault(asked.key, asked.label)
            for choice in asked.values if isinstance(asked, ChoiceField) else ():
                choices.setdefault((asked.key, str(choice.value)), choice.label)
    return ReleaseWords(
        diagram=process.diagram,
        forms=process.forms,
        rules=_rules(process.decisions),
        decisions=_decisions(process.decisions),
        labels=labels,
        choices=choices,
    )


def _rules(model: DecisionModel) -> dict[str, str]:
    tables = [one.logic for one in _with_logic(model) if isinstance(one.logic, DecisionTable)]
    return {rule.id: rule.annotation or f"rule {rule.number}" for table in tables for rule in table.rules if rule.id}


def _decisions(model: DecisionModel) -> dict[str, str]:
    names = {one.id: one.name for one in _with_logic(model)}
    return names | {one.logic.id: one.name for one in _with_logic(model) if isinstance(one.logic, DecisionTable)}


def _with_logic(model: DecisionModel) -> list[Decision | KnowledgeModel]:
    everything = (*model.used.values(), *model.decisions.values())
    return [one for one in everything if isinstance(one, Decision | KnowledgeModel)]
