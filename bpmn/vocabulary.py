"""What diagrams of an installation may refer to."""

from dataclasses import dataclass
from typing import Final

FUNCTIONS: Final = frozenset({"working time"})
"""Names of the FEEL functions that every installation offers beside the built-in ones."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Ids of roles, operations and service-level clocks, and extra FEEL functions, that an installation offers."""

    roles: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    functions: frozenset[str] = FUNCTIONS
    clocks: frozenset[str] = frozenset()
