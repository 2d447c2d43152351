"""What data associations copy (BPMN 2.0 clause 10.4.2), prepared when the process is compiled."""

from bpmn.compiling.formula import Names
from bpmn.compiling.nodes import Copied, Node
from bpmn.diagram import Carried, Element
from bpmn.languages import Language


def carry(node: Node, element: Element, names: Names) -> None:
    """Say what a node copies as it begins and as it ends. Raises NotCompilable."""

    def copied(carried: Carried) -> Copied:
        if carried.expression is None:
            return Copied(target=carried.target, source=carried.source)
        formula = names.formula(element.id, carried.expression, "data association", Language.EITHER)
        return Copied(target=carried.target, expression=formula)

    node.copies_in = tuple(map(copied, element.data_in))
    node.copies_out = tuple(map(copied, element.data_out))
    node.keeps = element.data_kept
