"""How the installation does: jobs, streams, chains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import journal
from engine.errors import NotAllowed
from engine.model.entry import instance_stream
from engine.permissions import Action, may, scope
from engine.storage import instances, jobs
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The state of the jobs."""

    backlog: Sequence[jobs.Backlog]
    next_due: datetime | None
    mail_configured: bool


def overview(tx: Transaction) -> Overview:
    """Give the state of the jobs. Raises NotAllowed."""
    _check(tx)
    return Overview(
        backlog=jobs.summary(tx.connection),
        next_due=jobs.next_due(tx.connection, jobs.taken_kinds(tx.settings)),
        mail_configured=tx.settings.smtp is not None,
    )


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """The verdict over all streams: how many there are, how many entries, and which are broken."""

    streams: int
    entries: int
    broken: tuple[journal.Verdict, ...]
    cases: Mapping[str, str]
    """The number of the case, by stream, of those broken that the actor sees."""


def verify_chains(tx: Transaction) -> ChainReport:
    """Verify every stream of the journal. Raises NotAllowed."""
    if not may(tx.actor, Action.OPERATE) and not may(tx.actor, Action.TRACE):
        raise NotAllowed("Your roles do not allow you to verify the journal.")
    streams = entries = 0
    broken = []
    for verdict in journal.verify_all(tx):
        streams += 1
        entries += verdict.entries
        if not verdict.consistent:
            broken.append(verdict)
    ids = [verdict.stream.partition(":")[2] for verdict in broken]
    seen = instances.visible_among(tx, scope(tx.actor), ids) if ids else {}
    numbers = {instance_stream(each.id): each.number for each in seen.values()}
    return ChainReport(streams=streams, entries=entries, broken=tuple(broken), cases=numbers)


def _check(tx: Transaction) -> None:
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed("Your roles do not allow you to operate the installation.")
