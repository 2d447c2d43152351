"""Joins that would wait for good: a branch is missing, and nothing in the case can still come by it."""

from typing import Any

from bpmn.compiling.gateways import ParallelGateway, reach_of
from bpmn.compiling.nodes import Guard


def starving(scope: Any) -> set[str]:
    """Give the parallel joins of a running scope that a token has reached or may reach, and never all of them."""
    found = set()
    for spec in scope.spec.task_specs.values():
        if isinstance(spec, ParallelGateway) and len(spec.incoming) > 1 and _starves(spec, scope):
            found.add(spec.bpmn_id)
    return found


def _starves(join: ParallelGateway, scope: Any) -> bool:
    process = scope.top_workflow.compiled.process
    reach = reach_of(join.element, process)
    arrived = set(join.arrivals(scope))
    coming: set[str] = set()
    for token in scope.task_tree.children:
        spec = token.task_spec
        if not spec.listens and spec is not join:
            coming |= reach.get(spec.activity if isinstance(spec, Guard) else spec.bpmn_id, frozenset())
    return bool(arrived | coming) and not arrived | coming >= set(join.incoming)
