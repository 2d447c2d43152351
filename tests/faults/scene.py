"""Where deeds are done and interrupted: a store that can be put back, looked at as a whole, and played to its end."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from engine import worker
from engine.acts import messaging, steering
from engine.acts.completing import complete_task
from engine.live import read_live
from engine.model.entry import instance_stream
from engine.model.incident import Incident
from engine.model.instance import Instance, Task
from engine.model.person import SYSTEM
from engine.permissions import scope
from engine.running import places
from engine.storage import incidents, instances, jobs, journal, tables
from engine.transaction import Transaction, begin
from forms.answers import Answers
from tests.engine.town import Town
from tests.faults import invariants
from tests.faults.dying import Life, lived
from tests.journeys.story import Story
from tests.parts.organisation import Organisation
from tests.storage_contract.stores import opened

LEASE_SECONDS: Final = 600
"""More than a worker holds a job."""
ROUNDS: Final = 60
_COMPILED: Final = ("processes", "released drafts")
"""What never changes once it is compiled: handed from one installation to the next, to save time."""
_CHANCE: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,64}")
"""Identifiers, salts, hashes: another one each time."""
_END: Final[Mapping[str, Any]] = {
    "result": "fixed",
    "works": "yes",
    "cause": "defect",
    "resolution_code": "fixed",
    "members": [],
}
"""Answers with which every task leads towards the end."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """A database that can be copied while nobody uses it."""

    url: str
    copy: Callable[[str], str]
    """Makes a copy of the database with this address; gives that of the copy."""


class Scene(Town):
    """The organisation with its people and whatever processes a deed needs; everybody acts through it."""

    def __init__(self, store: Store, organisation: Organisation, folder: Path) -> None:
        self.organisation = organisation
        self.store, self.vouched = organisation.installation, False
        self.story = Story(organisation)
        self.clock = organisation.clock
        self.folder = folder
        self._copy = store.copy
        self._kept = self._url = store.url
        self._began = self.clock.now

    # --- what deeds say -----------------------------------------------------------------------------------------------

    def act(self, login: str, act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Let somebody do an act, in a transaction of its own."""
        with self.organisation.acting(login) as tx:
            return act(tx, *arguments, **named)

    def open_task(self, case: str, element_id: str) -> Task:
        """Give the open task of an element."""
        with self.organisation.reading() as tx:
            (found,) = [t for t in instances.tasks_of(tx, case, state="open") if t.element_id == element_id]
        return found

    def open_incident(self, case: str) -> Incident:
        """Give the one open incident of a case."""
        with self.organisation.reading() as tx:
            (found,) = incidents.open_of(tx.connection, case)
        return found

    # --- dying and coming back ----------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Remember the store as it is now, to go back to."""
        self.store.close()
        self._kept, self._url = self._url, self._copy(self._url)
        self._began = self.clock.now
        self._open()

    def back(self) -> None:
        """Put store and clock back to where they were kept."""
        self.store.close()
        self.clock.now = self._began
        self._url = self._copy(self._kept)
        self._open()

    def lived(self, deed: Iterator[None], until: int | None = None) -> Life:
        """Have a process of its own go on with a deed, as a server started this moment, and look what it left."""

        def go_on() -> None:
            self._open()
            assert next(deed, "done") == "done", "a deed yields once"

        life = lived(go_on, until=until)
        # A restart: nothing is remembered of before.
        self.store.memory.pop("live cases", None)
        invariants.check(self.store)
        return life

    def _open(self) -> None:
        compiled = {name: self.store.memory[name] for name in _COMPILED if name in self.store.memory}
        self.store = self.organisation.installation = opened(self._url, self.folder, self.clock)
        self.store.memory.update(compiled)

    # --- the whole store ----------------------------------------------------------------------------------------------

    def shape(self) -> dict[str, Counter[tuple[str, ...]]]:
        """Give every row of every table, with all that chance gives it (identifiers, hashes, salts) left out."""
        with self.organisation.reading() as tx:
            return {
                table.name: Counter(_masked(row) for row in tx.connection.execute(sa.select(table)))
                for table in tables.metadata.sorted_tables
            }

    def told(self, *, attempts: bool = False) -> dict[str, list[str]]:
        """Give what the journal of each case tells; attempts outside, which may be repeated, only where asked for."""
        with self.organisation.reading() as tx:
            return {
                case.number: sorted(
                    entry.kind
                    for entry in journal.entries(tx.connection, instance_stream(case.id))
                    if attempts or entry.kind != "call.attempted"
                )
                for case in _cases(tx)
            }

    def play_to_the_end(self) -> None:
        """Do whatever is asked for until no case is left: jobs, tasks, timers, and what operators have to do."""
        self.clock.forward(seconds=LEASE_SECONDS)
        for _ in range(ROUNDS):
            worker.run_due(self.store)
            with self.organisation.reading() as tx:
                left = _cases(tx, state="active")
            if not left:
                invariants.check(self.store)
                return
            if not [case for case in left if self._push(case)]:
                self._move_on(left[-1])
        raise AssertionError(f"cannot come to an end: {[case.number for case in left]}")

    def _push(self, case: Instance) -> bool:
        """Do one thing that brings a case nearer to its end, if there is one."""
        with begin(self.store, SYSTEM) as tx:
            found = instances.get(tx, case.id)
            tasks = instances.tasks_of(tx, case.id, state="open")
            awaited = sorted(name for _, _, name in instances.awaited_by(tx, case.id))
            waiting = jobs.of_instance(tx.connection, case.id, open_only=True)
            if found is None or found.state != "active":
                return True
            if found.suspended_at is not None:
                steering.resume_case(tx, case.id, "It goes on.")
            elif tasks:
                complete_task(tx, tasks[0].id, Answers(values=dict(_END), personal=frozenset()), tasks[0].version)
            elif awaited:
                messaging.send_later(tx, case.id, awaited[0], {})
            elif waiting:
                self.clock.now = max(self.clock.now, min(job.due_at for job in waiting))
            else:
                return False
        return True

    def _move_on(self, case: Instance) -> None:
        """Take a case past what nobody will ever do: the last resort of an operator."""
        with begin(self.store, SYSTEM) as tx:
            live = read_live(tx, case)
            assert live is not None
            place = places(live)[0]
            steering.redirect_case(tx, case.id, place.token, place.targets[-1], "Nothing else moves it.")


def _cases(tx: Transaction, **filters: Any) -> list[Instance]:
    found, _ = instances.find(tx, scope(SYSTEM), filters=filters, limit=1000)
    return sorted(found, key=lambda case: case.number)


def _masked(row: sa.Row[Any]) -> tuple[str, ...]:
    return tuple("" if isinstance(value, bytes) else _CHANCE.sub("#", str(value)) for value in row)
