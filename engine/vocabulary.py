"""What a diagram may refer to in this installation."""

from typing import Final

from bpmn.inside import INSIDE
from bpmn.vocabulary import FUNCTIONS, Vocabulary
from engine.connectors.offered import CONNECTORS
from engine.neighbours import neighbours
from engine.permissions import EVERYBODY
from engine.registers import registers
from engine.storage import people, records
from engine.transaction import Transaction

OPERATIONS: Final = frozenset({"notice/send"})
"""Inside operations that service tasks may name; those that leave the house are engine.connectors.offered."""

CLOCKS: Final = frozenset({"response", "resolution"})
"""Service-level clocks that every installation has; others arise with their targets."""


def vocabulary(tx: Transaction) -> Vocabulary:
    """Give the roles, operations, functions, clocks and records that checks accept."""
    kept = registers(tx)
    return Vocabulary(
        roles=frozenset(role.id for role in people.roles(tx)) | {EVERYBODY},
        operations=OPERATIONS | INSIDE.keys() | CONNECTORS.keys(),
        functions=FUNCTIONS,
        clocks=CLOCKS | {target.clock for target in records.targets(tx)},
        processes=neighbours(tx),
        records=frozenset(kept),
        record_fields={name: frozenset(each.type.labels) for name, each in kept.items()},
        outside={**INSIDE, **{name: connector.face for name, connector in CONNECTORS.items()}},
    )
