"""Timers: a thousand due in one second beside a hundred thousand that wait, and what waiting costs.

The real server runs as a process of its own over a store whose cases wait for years, all but a thousand: these are due
within one second. Before it nothing happens, and the processor time of the server (and of PostgreSQL) is read; later,
how late each timer fired is read from the jobs. Then single timers are fired in this process, each beside its floor:
the statements it sent, said again to a twin of the store.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from socket import socket
from statistics import median
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import sqlalchemy as sa

from engine import worker
from engine.acts import publishing, setting_up
from engine.acts.starting import start_case
from engine.database import Database
from engine.installation import Installation, open_installation, utc_now
from engine.model.entry import EntryKind
from engine.model.identity import new_id
from engine.model.person import SYSTEM
from engine.settings import Settings
from engine.storage import migrations, tables
from engine.transaction import begin, reading
from forms.answers import Answers
from tests.bench.beside import Series, measure
from tests.bench.stores import Place, Store, on_both
from tests.bpmn.drawing import definitions, flows

WAITING: Final = 100_000
DUE: Final = 1000
IDLE_SECONDS: Final = 30.0
FIRED: Final = 60
"""Timers fired one by one, beside their floor."""
PROCESS: Final = "sleeper"
FILES: Final = {
    "sleeper.bpmn": definitions(
        f'<process id="{PROCESS}" name="Sleeper" isExecutable="true"><startEvent id="s" name="Begun"/>'
        '<intermediateCatchEvent id="sleep" name="Time comes"><timerEventDefinition>'
        "<timeDate>=date and time(at)</timeDate></timerEventDefinition></intermediateCatchEvent>"
        f'<endEvent id="e" name="Done"/>{flows("s>sleep>e")}</process>'
    ),
    "process.toml": b"""title = "Sleeper"\npurpose = "To be measured."\nowner = "service_desk"\n""",
}


def run() -> dict[str, Any]:
    """Measure; about four minutes. Gives one JSON object."""
    return on_both(
        "timers", measured, {"idle_percent": 1.0, "not_once": 0, "first_lateness_ms": 2000}, {"fired": float(DUE)}
    )


def measured(
    place: Place,
    *,
    waiting: int = WAITING,
    due: int = DUE,
    idle: float = IDLE_SECONDS,
    samples: int = FIRED,
    start: float = 15.0,
) -> Mapping[str, Any]:
    """Measure on one database system; `start` is how many seconds a server has for its start."""
    store = place.new()
    installation = _filled(store, waiting)
    first = utc_now() + timedelta(seconds=idle + start + due / 20)
    for number in range(due):
        _asleep(installation, (first + timedelta(seconds=number / due)).isoformat())
    with serving(store) as process:
        time.sleep(2)
        idling = _idle(process.pid, idle)
        in_time = utc_now() < first
        if in_time:
            _wait(installation, due)
    if not in_time:  # the machine is busy with something else: once more, with more time
        installation.close()
        return measured(place, waiting=waiting, due=due, idle=idle, samples=samples, start=3 * start)
    found = _lateness(installation) | idling
    found["fire"] = _fire(installation, place, store, samples)
    return found


def _filled(store: Store, waiting: int) -> Installation:
    """An installation with so many cases that wait for years: one that was started, and copies of its rows."""
    installation = open_installation(Settings(data=store.folder, database=store.url))
    migrations.upgrade(installation.database)
    with begin(installation, SYSTEM) as tx:
        setting_up.begin_installation(tx)
        publishing.load_library(tx, {PROCESS: FILES})
    model = _asleep(installation, "2099-01-01T00:00:00Z")
    with begin(installation, SYSTEM) as tx:
        instance, job, entry = tables.instance, tables.job, tables.entry
        case = dict(tx.connection.execute(sa.select(instance).where(instance.c.id == model)).mappings().one())
        timer = dict(tx.connection.execute(sa.select(job).where(job.c.instance_id == model)).mappings().one())
        told = dict(
            tx.connection.execute(sa.select(entry).where(entry.c.stream == f"instance:{model}")).mappings().one()
        )
        for start in range(1, waiting, 5000):
            ids = [new_id() for _ in range(start, min(start + 5000, waiting))]
            numbers = range(start, start + len(ids))
            cases = [case | {"id": each, "number": f"S-{number}"} for each, number in zip(ids, numbers, strict=True)]
            tx.connection.execute(instance.insert(), cases)
            apart = [timedelta(minutes=number) for number in numbers]
            later = zip(ids, apart, strict=True)
            timers = [timer | {"id": new_id(), "instance_id": one, "due_at": timer["due_at"] + by} for one, by in later]
            tx.connection.execute(job.insert(), timers)
            tx.connection.execute(entry.insert(), [told | {"stream": f"instance:{each}"} for each in ids])
    if installation.database.dialect == "postgresql":
        with installation.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
    return installation


def _asleep(installation: Installation, at: str) -> str:
    with begin(installation, SYSTEM) as tx:
        return start_case(tx, PROCESS, Answers(values={"at": at}, personal=frozenset())).id


@contextmanager
def serving(store: Store) -> Iterator[subprocess.Popen[bytes]]:
    """The real server over a store, with its worker, until the block ends."""
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "KEELSON_DATA": str(store.folder), "KEELSON_DATABASE": store.url}
    command = [sys.executable, "-m", "webui", "--port", str(port)]
    with (store.folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(600):
            try:
                with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    break
            except (URLError, OSError):
                assert process.poll() is None, (store.folder / "server.log").read_text()
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _idle(pid: int, seconds: float) -> dict[str, float]:
    """How much of a core the server and its children use while nothing is due; PostgreSQL's processes beside it."""
    ours, others = _tree(pid), [other for other in _processes("postgres") if other not in _tree(pid)]
    before, began = {pid: _used(pid) for pid in (*ours, *others)}, time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - began
    used = {pid: max(0.0, _used(pid) - before[pid]) for pid in before}  # one that ended meanwhile has used nothing
    server, database = sum(used[pid] for pid in ours), sum(used[pid] for pid in others)
    return {
        "idle_percent": round(100 * server / passed, 3),
        "idle_percent_of_postgresql": round(100 * database / passed, 3),
        "idle_seconds": round(passed, 1),
    }


def _used(pid: int) -> float:
    """Processor seconds of the threads of a process, to the nanosecond that the scheduler counts."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _processes(name: str) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/comm"):
        try:
            if status.read_text().strip() == name:
                found.append(int(status.parent.name))
        except OSError:
            continue
    return found


_FIRED: Final = sa.select(tables.job).where(tables.job.c.kind == "timer", tables.job.c.status == "done")


def _wait(installation: Installation, due: int) -> None:
    until = time.monotonic() + 300
    count = sa.select(sa.func.count()).select_from(_FIRED.subquery())
    while time.monotonic() < until:
        with reading(installation, SYSTEM) as tx:
            if tx.connection.execute(count).scalar_one() >= due:
                return
        time.sleep(1)
    raise AssertionError("not all timers fired")


def _lateness(installation: Installation) -> dict[str, Any]:
    with reading(installation, SYSTEM) as tx:
        rows = tx.connection.execute(_FIRED).all()
        told = sa.select(tables.entry.c.stream, sa.func.count()).where(tables.entry.c.kind == EntryKind.TIMER_FIRED)
        entries = tx.connection.execute(told.group_by(tables.entry.c.stream)).all()
    late = sorted((row.ended_at - row.due_at).total_seconds() * 1000 for row in rows)
    assert len(entries) == len(rows)
    took = (max(row.ended_at for row in rows) - min(row.due_at for row in rows)).total_seconds()
    return {
        "fired": len(rows),
        "not_once": sum(count != 1 for _, count in entries),
        "first_lateness_ms": round(min((row.ended_at - row.due_at).total_seconds() * 1000 for row in rows), 1),
        "lateness_ms": {"median": round(median(late), 1), "p99": round(late[int(len(late) * 0.99)], 1)},
        "per_second": round(len(rows) / took, 1),
    }


def _fire(installation: Installation, place: Place, store: Store, samples: int) -> dict[str, Any]:
    """Fire timers one by one, each claimed alone, beside the same statements said again."""
    for _ in range(samples):
        _asleep(installation, "2026-01-01T00:00:00Z")
    installation.database.close()
    twin = Database(place.copy(store).url)
    series, again = Series(), open_installation(installation.settings)

    def fire() -> None:
        (job,) = worker.claim(again, limit=1)
        worker.run(again, job.id, job.attempt)

    for _ in range(samples):
        measure(series, twin, fire, lambda: 0.0)
    twin.close()
    again.close()
    return series.figures()
