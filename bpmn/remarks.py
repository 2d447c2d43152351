"""What a reader of the XML notices and the typed view has no place for; rules make findings of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mistyped:
    """A reference to something that is in the file but of another kind than the standard allows there.

    `where` is the attribute or element that holds it, `found` and `wanted` are local names, the second the first of
    several.
    """

    element_id: str
    where: str
    target: str
    found: str
    wanted: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Misvalued:
    """An attribute with a value its type does not have; `wanted` lists or describes those it has."""

    element_id: str
    attribute: str
    value: str
    wanted: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Misidentified:
    """An id that XML does not allow as one (a name without colon); `id` is what is written."""

    id: str
    kind: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Mislisted:
    """A node that lists a flow as ``incoming`` or ``outgoing`` which is not there or does not touch it on that side.

    Or one that does so and is `missing` from the list, although the file has such lists; `halved` where the node at the
    other end of the flow lists it.
    """

    element_id: str
    way: str
    flow: str
    line: int
    missing: bool = False
    halved: bool = False


@dataclass(frozen=True, kw_only=True)
class Association:
    """A dotted line (BPMN 2.0 clause 8.4.1); its ends are empty where it names none."""

    id: str
    source: str
    target: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Misdrawn:
    """A shape or line of the picture that cannot be drawn; `code` says why."""

    element_id: str
    code: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Something outside the processes that belongs to a conversation or choreography."""

    id: str
    kind: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Misspecified:
    """Something not specified whole, or against the schema; `code` says how, `part` of what, `other` against what."""

    element_id: str
    code: str
    part: str
    line: int
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class Remarks:
    """All of it, each in the order of the file."""

    mistyped: tuple[Mistyped, ...] = ()
    misvalued: tuple[Misvalued, ...] = ()
    misidentified: tuple[Misidentified, ...] = ()
    mislisted: tuple[Mislisted, ...] = ()
    associations: tuple[Association, ...] = ()
    misdrawn: tuple[Misdrawn, ...] = ()
    beside: tuple[Beside, ...] = ()
    misspecified: tuple[Misspecified, ...] = ()
