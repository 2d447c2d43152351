"""All rules over one draft."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from types import ModuleType
from typing import Final

import bpmn.rules
from bpmn.assignment import plain_roles
from bpmn.diagram import ServiceTask
from bpmn.draft import Draft
from bpmn.inside import INSIDE
from bpmn.library import shipped_record_types
from bpmn.rules.finding import Finding, Rule, Severity
from bpmn.vocabulary import Vocabulary

_SUPPORT: Final = frozenset({"finding", "subjects"})
"""Modules beside the rules that are not rules."""


MOST: Final = 500
"""Most findings of one rule: whoever has so many does not read on."""
LAST: Final = "compiles"
"""The rule asked only where no other finds an error: it could only repeat them."""


@dataclass(frozen=True, kw_only=True)
class RuleInForce:
    """A rule and its help page."""

    id: str
    clause: str
    help: str
    check: Callable[[Draft, Vocabulary], Iterable[Finding]]


@cache
def rules() -> tuple[RuleInForce, ...]:
    """Every rule, by id: each module of `bpmn.rules` is one, and its docstring is the help page."""
    names = [module.name for module in pkgutil.iter_modules(bpmn.rules.__path__) if module.name not in _SUPPORT]
    return tuple(_in_force(importlib.import_module(f"bpmn.rules.{name}")) for name in sorted(names))


def _in_force(module: ModuleType) -> RuleInForce:
    rule: Rule = module.RULE
    return RuleInForce(id=rule.id, clause=rule.clause, help=(module.__doc__ or "").strip(), check=module.check)


def check(draft: Draft, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Everything wrong with a draft, errors first, then by place in the file.

    A rule that crashes is a finding itself, and an error: what could not be checked must not be published.
    """
    found = [finding for rule in rules() if rule.id != LAST for finding in _findings(rule, draft, vocabulary)]
    if not errors(found):
        found += [finding for rule in rules() if rule.id == LAST for finding in _findings(rule, draft, vocabulary)]
    return in_order(replace(finding, file=finding.file or draft.diagram.name) for finding in found)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as they are told: errors first, then by place in the file."""
    return tuple(
        sorted(findings, key=lambda one: (one.severity is not Severity.ERROR, one.file, one.line or 0, one.rule))
    )


def _findings(rule: RuleInForce, draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    try:
        yield from islice(rule.check(draft, vocabulary), MOST)
    except Exception as error:  # noqa: BLE001 - whatever a rule stumbles over, the others still speak
        yield Rule(f"bpmn.rules.{rule.id.replace('-', '_')}", rule.clause).error(
            None,
            "The rule {rule} could not be checked: {reason}",
            "Report this as a defect of Keelson, with the diagram.",
            code="rule-crashed",
            rule=rule.id,
            reason=f"{type(error).__name__}: {error}",
        )


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those findings that refuse publication."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def offered_by(draft: Draft) -> Vocabulary:
    """A vocabulary for checks without an installation: whatever the draft itself refers to is taken to exist."""
    processes = draft.diagram.processes
    elements = [element for process in processes for element in process.elements]
    roles = {lane.role for process in processes for lane in process.lanes}
    roles |= {role for element in elements for role in plain_roles(element)}
    roles |= {element.properties.get("offeredTo", "") for element in elements}
    roles |= {draft.facts.owner, draft.facts.deputy}
    clocks = {
        clock.strip()
        for element in elements
        for name in ("clockStart", "clockStop", "clockPause", "clockRetarget")
        for clock in element.properties.get(name, "").split(",")
    }
    operations = {
        element.operation.id for element in elements if isinstance(element, ServiceTask) and element.operation
    }
    return Vocabulary(
        roles=frozenset(roles - {""}),
        clocks=frozenset(clocks - {""}),
        operations=frozenset(operations - {""}) | INSIDE.keys(),
        outside=INSIDE,
        records=frozenset(kind.id for kind in shipped_record_types()),
        record_fields={kind.id: frozenset(kind.labels) for kind in shipped_record_types()},
    )
