"""What diagrams of an installation may refer to."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Ids of roles, operations and service-level clocks, and extra FEEL functions, that an installation offers."""

    roles: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    clocks: frozenset[str] = frozenset()
