"""Every lane in which people work names a role of the installation.

The role is the lane's property ``role``, else its name in lower case with underscores: “Service desk” is
``service_desk``. The same holds for each role of ``assignGroup`` where that is a plain text;
on the start event of a process, where it says who may start cases, it is always one.
"""

from collections.abc import Iterator

from bpmn.assignment import GROUP, is_assigned, plain_roles
from bpmn.diagram import Element, UserTask
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.8")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        peopled = {part.lane_id for part in process.elements if isinstance(part, UserTask) and not is_assigned(part)}
        for lane in process.lanes:
            if lane.id in peopled and lane.role not in vocabulary.roles:
                yield RULE.error(
                    lane,
                    "The lane {element} stands for the role {role}, which does not exist.",
                    "Set the property role of the lane to one of: {roles}.",
                    role=lane.role or "(none)",
                    roles=", ".join(sorted(vocabulary.roles)),
                )
    for task in elements(draft, Element):
        if task.kind == "startEvent" and is_formula(task.properties.get(GROUP, "")):
            yield RULE.error(
                task,
                "Who may start cases at {element} is the expression {written}: there are no data before a case.",
                "Write ids of roles, comma separated.",
                code="starters-by-data",
                written=task.properties[GROUP],
            )
        for role in plain_roles(task):
            if role not in vocabulary.roles:
                yield RULE.error(
                    task,
                    "{element} is assigned to the role {role}, which does not exist.",
                    "Write one of {roles}, or an expression with = in front.",
                    code="unknown-group",
                    role=role,
                    roles=", ".join(sorted(vocabulary.roles)),
                )
