"""Every lane in which people work names a role of the installation.

The role is the lane's property ``role``, else its name in lower case with underscores: “Service desk” is
``service_desk``. The same holds for each role of ``assignGroup`` where that is a plain text.
"""

from collections.abc import Iterator

from bpmn.assignment import is_assigned, plain_roles
from bpmn.diagram import UserTask
from bpmn.draft import Draft
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
    for task in elements(draft, UserTask):
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
