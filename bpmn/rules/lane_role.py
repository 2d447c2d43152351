"""Every lane in which people work names a role of the installation.

The role is the lane's property ``role``, else its name in lower case with underscores: “Service desk” is
``service_desk``. The same holds for ``assignGroup`` where it is a plain text.
"""

from collections.abc import Iterator

from bpmn.diagram import UserTask
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.8")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        peopled = {part.lane_id for part in process.elements if isinstance(part, UserTask) and not _bound(part)}
        for lane in process.lanes:
            if lane.id in peopled and lane.role not in vocabulary.roles:
                yield RULE.error(
                    lane,
                    "The lane {element} stands for the role {role}, which does not exist.",
                    "Set the property role of the lane to one of: {roles}.",
                    role=lane.role or "(none)",
                    roles=", ".join(sorted(vocabulary.roles)),
                )
    for task in elements(draft, UserTask):
        group = task.properties.get("assignGroup", "")
        if group and not is_formula(group) and group not in vocabulary.roles:
            yield RULE.error(
                task,
                "{element} is assigned to the role {role}, which does not exist.",
                "Write one of {roles}, or an expression with = in front.",
                code="unknown-group",
                role=group,
                roles=", ".join(sorted(vocabulary.roles)),
            )


def _bound(task: UserTask) -> bool:
    """Whether the task's own properties say who does it, so that the lane's role is not asked."""
    return bool(task.properties.get("assignPerson") or task.properties.get("assignGroup"))
