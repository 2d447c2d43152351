"""What a diagram may refer to in this installation."""

from typing import Final

from bpmn.inside import INSIDE
from bpmn.vocabulary import Vocabulary
from engine.connectors.offered import CONNECTORS
from engine.deadlines.working_hours import feel_functions
from engine.neighbours import neighbours
from engine.permissions import EVERYBODY
from engine.storage import people, records, registers
from engine.transaction import Transaction

OPERATIONS: Final = frozenset({"notice/send"})
"""Inside operations that service tasks may name; those that leave the house are engine.connectors.offered."""

CLOCKS: Final = frozenset({"response", "resolution"})
"""Service-level clocks that every installation has; others arise with their targets."""


def vocabulary(tx: Transaction) -> Vocabulary:
    """Give the roles, operations, functions and clocks that checks accept."""
    return Vocabulary(
        roles=frozenset(role.id for role in people.roles(tx)) | {EVERYBODY},
        operations=OPERATIONS | INSIDE.keys() | CONNECTORS.keys(),
        functions=frozenset(feel_functions()),
        clocks=CLOCKS | {target.clock for target in records.targets(tx)},
        processes=neighbours(tx),
        records=frozenset(registers.type_versions(tx)),
        outside={**INSIDE, **{name: connector.face for name, connector in CONNECTORS.items()}},
    )
