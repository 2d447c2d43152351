"""A case opened for change: its row, its live state, and what surrounds it.

Live cases are kept in memory between acts, keyed by id and version. One is taken out while it is worked on and put
back only after the commit, so that a rolled-back act can never leave its traces in memory.
"""

from dataclasses import dataclass, field
from typing import Final, cast

from bpmn.compiling import CompiledProcess
from engine.errors import CaseEnded, CaseSuspended, NotFound
from engine.live import Shelf, compiled, keep_context, shelf, surroundings
from engine.model.instance import Instance, Task
from engine.running import LiveCase, Surroundings, restore
from engine.storage import instances
from engine.transaction import Transaction

LIVE_CASES: Final = 2_000
"""How many live cases are kept in memory at most."""
LIVE_BYTES: Final = 32 * 1024 * 1024
"""And how large they may be together, as they are saved and before compression; in memory they take about ten times
that. A case beyond it is read anew for each act."""


@dataclass(kw_only=True)
class OpenCase:
    """A case that this transaction may change: nobody else moves it until the commit."""

    tx: Transaction
    instance: Instance
    compiled: CompiledProcess
    live: LiveCase
    seen: int
    """The version it was opened at; 0 for one that is just being started."""
    before: bytes = b""
    """The state as it was stored when the case was opened."""
    tasks: tuple[Task, ...] = ()
    """Tasks opened by this transaction."""
    surroundings: Surroundings = field(init=False)

    def __post_init__(self) -> None:
        self.surroundings = surroundings(self.tx, self.instance)


def open_with_task(tx: Transaction, task_id: str) -> tuple[Task, OpenCase | Instance]:
    """Open the case of a task for change; only its row when it has ended. Raises NotFound."""
    found = instances.locked_with_task(tx, task_id)
    if found is None:
        raise NotFound("There is no such task.", task_id=task_id)
    task, instance, blob = found
    return task, instance if blob is None else _open(tx, instance, blob)


def open_case(tx: Transaction, instance_id: str, *, steering: bool = False) -> OpenCase:
    """Open a case for change. Raises NotFound, CaseEnded, and unless an operator steers it, CaseSuspended."""
    found = instances.locked(tx, instance_id)
    if found is None:
        raise NotFound("There is no such case.", instance_id=instance_id)
    instance, blob = found
    if blob is None:
        raise CaseEnded(f"{instance.number} has ended.", number=instance.number, at=instance.ended_at)
    if not steering:
        check_not_suspended(instance)
    return _open(tx, instance, blob)


def check_not_suspended(instance: Instance) -> None:
    """Refuse to move a suspended case. Raises CaseSuspended."""
    if instance.suspended_at is not None:
        raise CaseSuspended(
            f"{instance.number} is suspended; it goes on when an operator resumes it.",
            number=instance.number,
            at=instance.suspended_at,
        )


def _open(tx: Transaction, instance: Instance, blob: bytes) -> OpenCase:
    process = compiled(tx, instance.publication_id)
    live = _live_cases(tx).take((instance.id, instance.version))
    if live is None:
        live = restore(process, blob)
    return OpenCase(
        tx=tx, instance=instance, compiled=process, live=cast(LiveCase, live), seen=instance.version, before=blob
    )


def keep_live(case: OpenCase, blob: bytes | None = None) -> None:
    """Put the live state back for the next act, once this transaction has committed; `blob`: as it was stored anew."""
    instance, live, tx, tasks = case.instance, case.live, case.tx, case.tasks

    def keep() -> None:
        if blob is not None and len(tasks) == 1:  # somebody is about to open it, most often
            keep_context(tx, instance, blob, tasks[0].token, live)
        _live_cases(tx).put((instance.id, instance.version), live, live.size)

    tx.after_commit(keep)


def _live_cases(tx: Transaction) -> Shelf:
    return shelf(tx, "live cases", LIVE_CASES, LIVE_BYTES, LiveCase.dismantle)
