"""What a person may see, as a value (decision 14)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which cases a person sees: all, or those he started, is the caller of, or is offered a task of."""

    person_id: str | None
    roles: frozenset[str]
    ordinary: bool
    """Sees every case that is not restricted."""
    restricted: bool
    """Sees restricted cases as well."""
