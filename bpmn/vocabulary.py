"""What diagrams of an installation may refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

FUNCTIONS: Final = frozenset({"working time", "service title"})
"""Names of the FEEL functions that every installation offers beside the built-in ones."""

RECORDS: Final = "records"
"""The function that gives the records of a type, offered to conditions that begin cases."""
START_NAMES: Final = frozenset({"calendar", RECORDS})
"""What may be read before there is a case."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """One parameter of an operation, in the words in which people choose it."""

    id: str
    title: str
    description: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Outside:
    """An operation that leaves the process: what it takes, and the codes of the errors that boundary events catch."""

    id: str
    title: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    errors: Mapping[str, str]
    """What happened, in words, by error code."""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A process that is released beside the one that is checked."""

    id: str
    title: str
    version_tags: frozenset[str] = frozenset()
    """The tags of all its releases."""
    inputs: frozenset[str] = frozenset()
    """Names that the form of its start asks for and needs."""
    sends: frozenset[str] = frozenset()
    """Names of the messages it sends."""
    receives: frozenset[str] = frozenset()
    """Names of the messages that it waits for or that begin a case of it."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Ids of roles, operations and service-level clocks, and extra FEEL functions, that an installation offers.

    `outside` tells more of those operations that leave the process, `processes` by id what is released; None where that
    is not known, as for a folder on a laptop.
    """

    roles: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    functions: frozenset[str] = FUNCTIONS
    clocks: frozenset[str] = frozenset()
    outside: Mapping[str, Outside] = field(default_factory=dict)
    processes: Mapping[str, Neighbour] | None = None
    records: frozenset[str] | None = None
    """Ids of the types of records; None where these are not known."""
    record_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The names that the forms of types of records ask, by type; of a type that is left out they are not known."""
