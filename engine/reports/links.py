"""What a case is linked with, told from its own end, as far as the actor may see the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bpmn.linking import KINDS
from engine.errors import NotAllowed
from engine.model.instance import Instance
from engine.model.link import EndKind, case_end
from engine.permissions import Action, may, scope
from engine.reports.cases import Hit, search, visible_instance
from engine.storage import instances, links, people
from engine.transaction import Transaction

WORDS: Final[Mapping[str, str]] = {
    "caused_by": "caused by",
    "causes": "causes",
    "resolves": "resolves",
    "resolved_by": "resolved by",
    "implements": "implements",
    "implemented_by": "implemented by",
    "affects": "affects",
    "affected_by": "affected by",
    "duplicate_of": "duplicate of",
    "has_duplicate": "has the duplicate",
    "part_of": "part of",
    "has_part": "has the part",
    "reviews": "reviews",
    "reviewed_by": "reviewed by",
    "follows": "follows",
    "leads_to": "leads to",
}
"""Every kind in words; “this case” stands before and the other after."""
FOUND: Final = 8
"""How many cases are offered to link with."""


@dataclass(frozen=True, kw_only=True)
class LinkedCase:
    """A case at the other end: what this one is to it, and who or what said so when."""

    kind: str
    words: str
    number: str
    title: str
    state: str
    suspended: bool
    outcome: str | None
    made_at: datetime
    made_by: str | None
    """The name of a person; None for a process."""


@dataclass(frozen=True, kw_only=True)
class Links:
    """The links of a case; `may_change`: the actor may add to them and take them away."""

    cases: tuple[LinkedCase, ...]
    may_change: bool


def links_of(tx: Transaction, instance: Instance) -> Links:
    """Give the links of a case to others that the actor sees, oldest first."""
    end = case_end(instance.id)
    found = [
        (link, *((link.kind, link.target) if link.source == end else (KINDS[link.kind], link.source)))
        for link in links.of(tx, [end])
    ]
    ids = [other.id for _link, _kind, other in found if other.kind is EndKind.CASE]
    seen = instances.visible_among(tx, scope(tx.actor), ids) if ids else {}
    names = people.names(tx, [link.made_by for link, *_ in found]) if found else {}
    return Links(
        cases=tuple(
            LinkedCase(
                kind=kind,
                words=WORDS[kind],
                number=other.number,
                title=other.title,
                state=other.state,
                suspended=other.suspended_at is not None,
                outcome=other.outcome,
                made_at=link.made_at,
                made_by=names.get(link.made_by or ""),
            )
            for link, kind, end_ in found
            if end_.kind is EndKind.CASE and (other := seen.get(end_.id)) is not None
        ),
        may_change=may(tx.actor, Action.LINK),
    )


@dataclass(frozen=True, kw_only=True)
class Linking:
    """What the page that links a case shows: cases that fit what was typed."""

    instance: Instance
    hits: tuple[Hit, ...]


def linking(tx: Transaction, number: str, text: str) -> Linking:
    """Find cases that one may be linked with. Raises NotFound, NotAllowed."""
    instance = visible_instance(tx, number)
    if not may(tx.actor, Action.LINK):
        raise NotAllowed("Your roles do not allow you to link cases.")
    hits = tuple(hit for hit in search(tx, text, FOUND + 1) if hit.number != instance.number)
    return Linking(instance=instance, hits=hits[:FOUND])
