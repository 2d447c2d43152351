"""What a case runs on and what surrounds it: compiled releases, names for expressions, its live state to look at.

Releases never change, so each is read and compiled once per server.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, Final, cast

from bpmn.compiling import CompiledProcess, compile_process
from bpmn.draft import Draft, read_draft
from bpmn.errors import BpmnError
from bpmn.inside import INSIDE
from bpmn.linking import KINDS
from bpmn.scripts import Expression, Script
from engine.connectors.offered import CONNECTORS
from engine.deadlines.working_hours import feel_functions
from engine.errors import NotFound, OutOfUse, StateUnreadable
from engine.model.instance import Instance
from engine.model.link import EndKind, case_end
from engine.model.publication import PublicationRecord
from engine.running import LiveCase, Surroundings, restore
from engine.running.apart import Apart
from engine.running.python import HERE, NOWHERE, Python
from engine.storage import instances, links, publications, records
from engine.transaction import Transaction
from forms.data import Value
from forms.feel import Environment

PROCESSES: Final = 200
CONTEXTS: Final = 2_000
CONTEXTS_BYTES: Final = 16 * 1024 * 1024
"""How much of what tasks may read is kept: so many tasks, and stored states of so many bytes together."""


class Shelf:
    """A bounded, thread-safe store of the values used last; its length is how many it holds.

    It holds at most `size` values, and where `weight` is given, values that weigh that much together. `dropped` is told
    of those that went because there were too many.
    """

    def __init__(self, size: int, weight: int | None = None, dropped: Callable[[Any], object] | None = None) -> None:
        self._size = size
        self._most = weight
        self._dropped = dropped
        self._values: OrderedDict[object, tuple[object, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def weight(self) -> int:
        """What all it holds weighs together."""
        return self._weight

    def take(self, key: object) -> object | None:
        """Remove and give a value."""
        with self._lock:
            return self._remove(key)

    def get(self, key: object) -> object | None:
        """Give a value and remember that it was used."""
        with self._lock:
            kept = self._values.get(key)
            if kept is None:
                return None
            self._values.move_to_end(key)
            return kept[0]

    def put(self, key: object, value: object, weight: int = 0) -> None:
        """Keep a value; those unused for longest go when there are too many, or too much."""
        with self._lock:
            self._remove(key)
            self._values[key] = value, weight
            self._weight += weight
            while len(self._values) > self._size or (self._most is not None and self._weight > self._most):
                gone = self._remove(next(iter(self._values)))
                if self._dropped is not None:
                    self._dropped(gone)

    def _remove(self, key: object) -> object | None:
        value, weight = self._values.pop(key, (None, 0))
        self._weight -= weight
        return value


def shelf(
    tx: Transaction,
    name: str,
    size: int,
    weight: int | None = None,
    dropped: Callable[[Any], object] | None = None,
) -> Shelf:
    """Give the installation's shelf of that name."""
    memory = tx.installation.memory
    return cast(Shelf, memory[name] if name in memory else memory.setdefault(name, Shelf(size, weight, dropped)))


class Names(Mapping[str, Value]):
    """What expressions may read besides the case's variables; what is stored is fetched only when asked for."""

    NAMES: Final = ("case", "calendar", "linked cases")

    def __init__(self, tx: Transaction, instance: Instance) -> None:
        self._tx = tx
        self._instance = instance
        self._known: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            if name == "case":
                self._known[name] = {
                    "number": self._instance.number,
                    "title": self._instance.title,
                    "started": self._instance.started_at.isoformat(),
                    "starter": self._instance.starter_id,
                }
            elif name == "calendar":
                record = records.calendar_of_service(self._tx, self._instance.service_id)
                self._known[name] = record.value if record else None
            elif name == "linked cases":
                self._known[name] = _linked_cases(self._tx, self._instance.id)
            else:
                raise KeyError(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(self.NAMES)

    def __len__(self) -> int:
        return len(self.NAMES)


def _linked_cases(tx: Transaction, instance_id: str) -> dict[str, Value]:
    """Give the numbers of the cases that a case is linked with, by kind of link; and of those that run."""
    end = case_end(instance_id)
    found = [
        (link.kind, link.target) if link.source == end else (KINDS[link.kind], link.source)
        for link in links.of(tx, [end])
    ]
    others = instances.by_ids(tx, [other.id for _kind, other in found if other.kind is EndKind.CASE])
    seen: dict[str, Value] = {"running": sorted(each.number for each in others.values() if each.state == "active")}
    for kind in sorted(KINDS):
        seen[kind] = [others[other.id].number for own, other in found if own == kind and other.id in others]
    return seen


class TrustedPython:
    """Runs the Python of a release where its trust lets it run; looked up only where there is Python."""

    def __init__(self, tx: Transaction, publication_id: str) -> None:
        self._tx = tx
        self._publication_id = publication_id

    def value(self, expression: Expression, scope: Mapping[str, Value], now: datetime) -> Value:
        """The value of an expression over these variables. Raises ScriptFailed and ScriptStopped."""
        return self._where.value(expression, scope, now)

    def changes(self, script: Script, scope: Mapping[str, Value], now: datetime) -> Mapping[str, Value]:
        """What a script changed of these variables. Raises ScriptFailed and ScriptStopped."""
        return self._where.changes(script, scope, now)

    @cached_property
    def _where(self) -> Python:
        if _release(self._tx, self._publication_id).vouched:
            return HERE
        if self._tx.installation.settings.untrusted_scripts == "refuse":
            return NOWHERE
        return cast(Python, self._tx.installation.memory.setdefault("python apart", Apart()))


def surroundings(tx: Transaction, instance: Instance) -> Surroundings:
    """Give what the expressions of a case may read and call at this moment."""
    return Surroundings(
        now=tx.now(),
        names=Names(tx, instance),
        functions=functions(tx),
        python=TrustedPython(tx, instance.publication_id),
    )


def functions(tx: Transaction) -> Mapping[str, Callable[..., Any]]:
    """Give the FEEL functions of an installation: those of business time, and ``service title(key)``.

    That gives what a service is called by its key, the key itself where there is no such service, and null for null.
    """

    def service_title(key: Any) -> Value:
        found = records.service(tx, key) if isinstance(key, str) else None
        return found.title if found else key

    return {**feel_functions(), "service title": service_title}


def compiled(tx: Transaction, publication_id: str) -> CompiledProcess:
    """Give the compiled process of a release; compiled once per server, as releases never change.

    Raises NotFound, or StateUnreadable for a release that an earlier version of Keelson sealed and this one refuses.
    """
    kept = shelf(tx, "processes", PROCESSES)
    found = kept.get(publication_id)
    if found is None:
        record = _release(tx, publication_id)
        draft = released_draft(tx, publication_id)
        try:
            found = compile_process(draft, record.process_id, outside=CONNECTORS.keys() | INSIDE.keys())
        except BpmnError as error:
            raise _unusable(record, error) from error
        kept.put(publication_id, found)
    return cast(CompiledProcess, found)


def put_released(tx: Transaction, publication_id: str, draft: Draft, process: CompiledProcess) -> None:
    """Keep what a release means where its files are not stored, as in a rehearsal; the shelves hold `PROCESSES`."""
    shelf(tx, "processes", PROCESSES).put(publication_id, process)
    shelf(tx, "released drafts", PROCESSES).put(publication_id, draft)


def released_draft(tx: Transaction, publication_id: str) -> Draft:
    """Give the files of a release as they were read: diagram, forms, decisions, facts. Raises as `compiled` does."""
    kept = shelf(tx, "released drafts", PROCESSES)
    found = kept.get(publication_id)
    if found is None:
        record = _release(tx, publication_id)
        try:
            found = read_draft(publications.files(tx, publication_id))
        except BpmnError as error:
            raise _unusable(record, error) from error
        kept.put(publication_id, found)
    return cast(Draft, found)


def last_released(tx: Transaction) -> Iterator[tuple[PublicationRecord, Draft]]:
    """Give the last release of every process with its files, by title: also of those that are out of use.

    Those that cannot be read are left out.
    """
    for record in publications.all_latest(tx):
        with suppress(StateUnreadable, NotFound):
            yield record, released_draft(tx, record.id)


def startable_release(tx: Transaction, process_id: str) -> PublicationRecord:
    """Give the release that new cases of a process run on. Raises NotFound, OutOfUse."""
    record = publications.released(tx, process_id)
    if record is None:
        last = publications.latest(tx, process_id)
        if last is None:
            raise NotFound("There is no released process of that name.", process_id=process_id)
        raise OutOfUse(f"“{last.title}” is out of use: nothing new begins with it.", process_id=process_id)
    return record


def release_name(tx: Transaction, publication_id: str) -> tuple[str, int]:
    """Give title and version of a release, which never change. Raises NotFound."""
    kept = shelf(tx, "release names", PROCESSES)
    found = kept.get(publication_id)
    if found is None:
        record = _release(tx, publication_id)
        found = (record.title, record.version)
        kept.put(publication_id, found)
    return cast(tuple[str, int], found)


def _release(tx: Transaction, publication_id: str) -> PublicationRecord:
    record = publications.get(tx, publication_id)
    if record is None or record.version is None:
        raise NotFound("There is no such release of a process.", publication_id=publication_id)
    return record


def _unusable(record: PublicationRecord, error: BpmnError) -> StateUnreadable:
    return StateUnreadable(
        f"Keelson cannot run release {record.version} of “{record.process_id}”: {error}. Its owner can release a new "
        "version.",
        publication_id=record.id,
    )


def environment(tx: Transaction) -> Environment:
    """Give what the expressions of forms may call at this moment."""
    return Environment(now=tx.now(), functions=functions(tx))


def read_live(tx: Transaction, instance: Instance) -> LiveCase | None:
    """Restore a case to look at; None when it has ended. Never the live one: that belongs to whoever changes it."""
    return live_of(tx, instance, instances.live_state(tx, instance.id))


def live_of(tx: Transaction, instance: Instance, blob: bytes | None) -> LiveCase | None:
    """Restore a case to look at from its stored state; None when it has ended."""
    return restore(compiled(tx, instance.publication_id), blob) if blob else None


def context_of(tx: Transaction, instance: Instance, blob: bytes | None, token: str) -> Mapping[str, Value]:
    """Give the variables that are visible at a waiting place of a stored state, to be read; none after its end.

    Whoever opens a task's page mostly posts it next: the same state holds the same then.
    """
    if not blob:
        return {}
    found = _contexts(tx).get((instance.publication_id, blob, token))
    if found is None:
        found = keep_context(tx, instance, blob, token, restore(compiled(tx, instance.publication_id), blob))
    return cast(Mapping[str, Value], found)


def keep_context(tx: Transaction, instance: Instance, blob: bytes, token: str, live: LiveCase) -> Mapping[str, Value]:
    """Keep what `context_of` gives for a waiting place of this state, from the case it was made of."""
    found = live.data_at(token)
    _contexts(tx).put((instance.publication_id, blob, token), found, len(blob))
    return found


def _contexts(tx: Transaction) -> Shelf:
    return shelf(tx, "contexts", CONTEXTS, CONTEXTS_BYTES)
