"""The worker: takes due jobs and does them in transactions; the same `claim` and `run` under any executor.

Effect, state and the job's end are one commit, so they happen once. What is due at one moment in different cases shares
a commit, for that takes longer than what a timer does to a case. What leaves the house (mail) happens at least once: it
is sent between two transactions, and a worker killed in between sends it again under the same Message-ID.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, cast

import structlog

from engine import journal
from engine.acts import batches, claiming, measuring, outside_calls, owning, remembering, scheduling
from engine.acts.incidents import open_incident
from engine.acts.sweeping import sweep_files
from engine.acts.waking import wake
from engine.connectors import mail
from engine.connectors.contract import CallFailed
from engine.errors import Ambiguous, CaseSuspended, Conflict, EngineError, StateUnreadable, StepFailed, Unavailable
from engine.installation import GIVEN_UP, JOBS_ADDED, Installation
from engine.model.entry import INSTALLATION, EntryKind, instance_stream
from engine.model.job import Job, JobKind
from engine.model.person import SYSTEM
from engine.storage import jobs, memos, messages, snapshots
from engine.transaction import Transaction, begin, reading
from forms.data import Value

Wake = Callable[[Transaction, Job], None]

BATCH: Final = 20
"""How many jobs are taken at once; they must all be done within one lease."""
TOGETHER: Final = frozenset({JobKind.TIMER, JobKind.CLOCK, JobKind.SIGNAL})
"""Kinds of which several jobs are done in one transaction: they move the case they belong to, and no other."""
TOGETHER_SECONDS: Final = 0.1
"""How long such a transaction takes up one job after another: others wait for the cases, or for SQLite as a whole."""
CALLS: Final = 5
"""The same for what leaves the house: each of these may take half a minute."""
LEASE: Final = timedelta(minutes=3)
FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(hours=1)
CONFLICTS: Final = 5
"""How often the answer of a call is recorded anew when somebody was faster."""
CONFLICT_PAUSE: Final = timedelta(seconds=1)
SWEEPER: Final = "worker"
LANES: Final = {SWEEPER: jobs.ALL_KINDS - jobs.OUTSIDE_KINDS, "caller": jobs.OUTSIDE_KINDS}
POLL_SECONDS: Final = 1.0
TROUBLE_SECONDS: Final = 2.0
STOP_SECONDS: Final = 30.0
SWEEP: Final = timedelta(hours=1)
"""How often what is kept for a while is looked through for what is too old, and cases are counted."""
FIGURES: Final = 100
"""Of how many cases the figures are taken in one transaction."""
SET_BACK: Final = timedelta(seconds=2)
"""A clock that loses more than this between two looks was set back."""

UNTOLD: Final = "untold"
"""Key in `Installation.memory`: what left the house, by job, while the database could not be told."""

_log = structlog.get_logger(__name__)


def claim(
    installation: Installation,
    *,
    limit: int = BATCH,
    kinds: frozenset[JobKind] = jobs.ALL_KINDS,
    into: list[Job] | None = None,
) -> list[Job]:
    """Take due jobs of these kinds for this worker. Mail is left waiting while no mail server is set.

    `into` gets them before the commit: they can be given back also when nobody knows whether that was made.
    """
    kinds &= jobs.taken_kinds(installation.settings)
    with begin(installation, SYSTEM) as tx:
        taken = jobs.claim(tx, limit=limit, lease=LEASE, kinds=kinds)
        if into is not None:
            into += taken
    return taken


def run(installation: Installation, job_id: str, attempt: int, *, wake: Wake = wake) -> None:
    """Do a claimed job; nothing when this attempt no longer holds it.

    A failure is noted on the job, which is tried again later or given up. Raises Unavailable when the database cannot
    be used: whoever claimed the job gives it back when it can, or the lease runs out by itself.
    """
    untold = _untold(installation).pop(job_id, None)
    try:
        with begin(installation, SYSTEM) as tx:
            job = jobs.fetch_leased(tx, job_id, attempt)
            if job is None:
                return
            if job.attempts_left < 0:
                _give_up(tx, job, "Its worker died at every attempt.", None)
                return
            if job.kind not in jobs.OUTSIDE_KINDS:
                _wake(tx, job, wake)
                return
            begins = job.kind is JobKind.OUTSIDE and untold is None
            prepared = _begin_call(tx, job) if begins else None
        if job.kind is JobKind.MAIL:
            _send(installation, job, sent=untold is not None)
        elif prepared is not None:
            _record_call(installation, job, outside_calls.make_call(prepared))
        elif untold is not None:
            _record_call(installation, job, untold)
    except Unavailable:
        if untold is not None:
            _untold(installation)[job_id] = untold
        raise
    except Exception as error:  # noqa: BLE001 - whatever a job does wrong is told by the job and must not end the worker
        _note_failure(installation, job_id, attempt, error)


def _wake(tx: Transaction, job: Job, wake: Wake) -> None:
    try:
        wake(tx, job)
    except CaseSuspended:
        # Found before anything was changed, with the case locked: whoever resumes it finds the job held.
        jobs.hold(tx, job.instance_id or "")
        return
    jobs.done(tx, job)


def run_due(installation: Installation, *, wake: Wake = wake) -> int:
    """Take and do jobs until none is due by the installation's clock; gives how many were taken."""
    count = 0
    while taken := claim(installation):
        count += len(taken)
        while taken:
            run_some(installation, taken, wake=wake)
    return count


def run_some(installation: Installation, taken: list[Job], *, wake: Wake = wake) -> None:
    """Do the first of the claimed jobs, and with it those that can share its commit; what was done leaves the list.

    Where one of several fails, nothing of them was done, and each is done by itself. Raises Unavailable as `run` does.
    """
    shared = _shared(taken)
    if len(shared) > 1:
        try:
            _run_together(installation, shared, wake)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - which of them it was, and what to do about it, is found one by one
            _log.info("jobs are done one by one", count=len(shared), problem=_words(error))
        else:
            taken[:] = [job for job in taken if job not in shared]
            return
    for job in shared or taken[:1]:
        run(installation, job.id, job.attempt, wake=wake)
        taken.remove(job)


def _shared(taken: list[Job]) -> list[Job]:
    """Give those of the first jobs that can share a commit: of different cases, and none that failed before.

    In the order of their cases: two workers that lock several cases in the same order do not wait for each other.
    """
    cases: dict[str, Job] = {}
    for job in taken:
        if job.kind not in TOGETHER or job.instance_id is None or job.instance_id in cases or job.attempt > 1:
            break
        cases[job.instance_id] = job
    return [cases[case] for case in sorted(cases)]


def _run_together(installation: Installation, shared: list[Job], wake: Wake) -> None:
    """Do jobs in one transaction; those that it had no time for leave the list."""
    with begin(installation, SYSTEM) as tx:
        until = time.monotonic() + TOGETHER_SECONDS
        for number, each in enumerate(shared):
            if number and time.monotonic() > until:
                del shared[number:]
                break
            job = jobs.fetch_leased(tx, each.id, each.attempt)
            if job is not None:
                _wake(tx, job, wake)


@contextmanager
def _telling(installation: Installation, job: Job, answer: dict[str, Value]) -> Iterator[None]:
    """Tell the database what came of leaving the house; where it is away, that is kept and told later."""
    try:
        yield
    except Unavailable:
        _untold(installation)[job.id] = answer
        raise


def _untold(installation: Installation) -> dict[str, dict[str, Value]]:
    """Give what left the house and could not be told to the database yet, by job: it is not to be done again."""
    return cast("dict[str, dict[str, Value]]", installation.memory.setdefault(UNTOLD, {}))


def _send(installation: Installation, job: Job, *, sent: bool = False) -> None:
    settings = installation.settings
    if settings.smtp is None:
        raise CallFailed("No mail server is set (KEELSON_SMTP).")
    message = mail.read_mail(job.payload, key=job.id, sender=settings.mail_from, date=job.created_at)
    if not sent:
        mail.send(settings.smtp, message)
    with _telling(installation, job, {}), begin(installation, SYSTEM) as tx:
        held = jobs.fetch_leased(tx, job.id, job.attempt)
        if held is None:
            # Sent, but another worker has it by now: that one will tell.
            return
        jobs.done(tx, held)
        person = job.payload.get("person")
        journal.append(
            tx,
            EntryKind.MAIL_SENT,
            _stream(job),
            facts={"job": job.id, "person": person, "attempt": job.attempt},
            values={"address": message.address, "subject": message.subject, "text": message.text},
            personal={"address", "subject", "text"},
            subject=f"person:{person}" if person else None,
        )


def _begin_call(tx: Transaction, job: Job) -> outside_calls.Prepared | None:
    """Begin a call, unless its case is suspended or it was answered while it was."""
    if outside_calls.is_suspended(tx, job):
        jobs.put_off(tx, job, job.payload)
        return None
    if outside_calls.is_inside(tx, job):
        outside_calls.operate_again(tx, job)
        jobs.done(tx, job)
        return None
    answer = job.payload.get(outside_calls.ANSWER)
    if answer is not None:
        _record(tx, job, answer)
        return None
    return outside_calls.begin_call(tx, job)


def _record_call(installation: Installation, job: Job, answer: dict[str, Value]) -> None:
    for again in range(CONFLICTS, -1, -1):
        try:
            with _telling(installation, job, answer), begin(installation, SYSTEM) as tx:
                held = jobs.fetch_leased(tx, job.id, job.attempt)
                if held is not None:
                    _record(tx, held, answer)
                # Else the case moved on meanwhile, or another worker has it: the answer is dropped.
            return
        except Conflict:
            # The call was made: only what came of it is tried again.
            if not again:
                raise


def _record(tx: Transaction, job: Job, answer: dict[str, Value]) -> None:
    try:
        outside_calls.record_answer(tx, job, answer)
    except CaseSuspended:
        # The answer is recorded when the case goes on: nobody is asked twice.
        jobs.put_off(tx, job, {**job.payload, outside_calls.ANSWER: answer})
        return
    jobs.done(tx, job)


def _note_failure(installation: Installation, job_id: str, attempt: int, error: Exception) -> None:
    try:
        _note(installation, job_id, attempt, error)
    except (StepFailed, StateUnreadable) as stuck:
        # An event of the case was to catch the error of a call, and the case could not go on.
        _note(installation, job_id, attempt, stuck)


def _note(installation: Installation, job_id: str, attempt: int, error: Exception) -> None:
    problem = _words(error)
    with begin(installation, SYSTEM) as tx:
        job = jobs.fetch_leased(tx, job_id, attempt)
        if job is None:
            return
        final = job.attempts_left <= 0 or _hopeless(error)
        try:
            caught = job.kind is JobKind.OUTSIDE and outside_calls.record_failure(tx, job, error, problem, final=final)
            caught = caught or (job.kind is JobKind.BATCH and batches.leave(tx, job, error, problem))
        except CaseSuspended:
            jobs.put_off(tx, job, job.payload)
            return
        if caught:
            jobs.done(tx, job)
        elif final:
            _give_up(tx, job, problem, error)
        else:
            pause = outside_calls.pause_of(job) if job.kind is JobKind.OUTSIDE else None
            retry_at = _retry_at(tx.now(), job, conflict=isinstance(error, Conflict))
            jobs.failed(tx, job, problem, tx.now() + pause if pause else retry_at)
            if outside_calls.is_suspended(tx, job):
                jobs.hold(tx, job.instance_id or "")
    level = _log.error if final else _log.warning
    expected = isinstance(error, EngineError | CallFailed)
    level("job failed", job=job_id, kind=job.kind, final=final, problem=problem, exc_info=None if expected else error)


def _hopeless(error: Exception) -> bool:
    """Whether trying again by itself would only fail again: a case that cannot move waits for somebody to mend it."""
    lasting = Ambiguous | StepFailed | StateUnreadable
    return isinstance(error, lasting) or (isinstance(error, CallFailed) and error.permanent)


def _give_up(tx: Transaction, job: Job, problem: str, error: Exception | None) -> None:
    jobs.failed(tx, job, problem, None)
    if job.kind is JobKind.SCHEDULE:
        scheduling.go_on(tx, job)  # what began no case this time does so the next
    foreseen = error is None or isinstance(error, EngineError | CallFailed)
    message = problem if foreseen else f"An unexpected error: {problem}. The log of the server tells more."
    open_incident(tx, job, message, error.element_id if isinstance(error, StepFailed) else None)
    hears = tx.installation.memory.get(GIVEN_UP)
    if hears is not None and isinstance(error, StepFailed):
        hears(job.instance_id, error)


def _retry_at(now: datetime, job: Job, *, conflict: bool) -> datetime:
    # Exponential and bounded. Somebody who was faster is gone in a moment; a mail server may be away for hours.
    first, factor = (CONFLICT_PAUSE, 2) if conflict else (FIRST_PAUSE, 4)
    pause: timedelta = first * factor ** min(max(job.attempt - 1, 0), 20)
    return now + min(pause, LONGEST_PAUSE)


def _words(error: Exception) -> str:
    text = error.message if isinstance(error, EngineError | CallFailed) else f"{type(error).__name__}: {error}"
    return text[:2000]


def _stream(job: Job) -> str:
    return instance_stream(job.instance_id) if job.instance_id else INSTALLATION


class Worker:
    """Two threads that do due jobs from `start` to `stop`; they survive the loss of the database.

    What leaves the house has a thread of its own: a timer must not wait until another system answers.
    """

    def __init__(self, installation: Installation, *, wake: Wake = wake) -> None:
        self._installation = installation
        self._wake = wake
        self._something = {lane: threading.Event() for lane in LANES}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._in_hand: dict[str, list[Job]] = {lane: [] for lane in LANES}
        self._swept: datetime | None = None
        self._files: Iterator[int] = iter(())
        self._seen: datetime | None = None

    def start(self) -> None:
        """Begin to work. Raises SecondServer when another worker has the same SQLite file."""
        database = self._installation.database
        database.refuse_second_worker()
        try:
            if database.dialect == "sqlite":
                # The claim above shows that no other worker lives: what was begun and not ended is free at once.
                with begin(self._installation, SYSTEM) as tx:
                    jobs.end_leases(tx)
        except BaseException:
            database.release_worker()
            raise
        self._installation.memory[JOBS_ADDED] = self.notify
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._work, args=[lane], name=f"keelson-{lane}", daemon=True) for lane in LANES
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Finish the job at hand, give the others back, and end; says whether the threads have ended in time."""
        self._stopping.set()
        self.notify()
        if not self._threads:
            return True
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))
        ended = not any(thread.is_alive() for thread in self._threads)
        if ended:
            self._installation.memory.pop(JOBS_ADDED, None)
            self._installation.database.release_worker()
            self._threads = []
        return ended

    def notify(self) -> None:
        """Say that there may be something to do now."""
        for something in self._something.values():
            something.set()

    @property
    def alive(self) -> bool:
        """Whether both threads are running."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _work(self, lane: str) -> None:
        troubled = False
        while not self._stopping.is_set():
            self._something[lane].clear()
            try:
                pause = self._round(lane)
                if troubled:
                    _log.info("the worker goes on", lane=lane)
                troubled = False
            except Unavailable as error:
                if not troubled:
                    _log.warning("the worker waits for the database", lane=lane, problem=error.message)
                troubled, pause = True, TROUBLE_SECONDS
            except Exception:  # noqa: BLE001 - a worker that ended silently would be worse than any defect
                _log.exception("the worker met a defect")
                troubled, pause = True, TROUBLE_SECONDS
            if troubled:
                self._stopping.wait(pause)
            elif pause:
                self._something[lane].wait(pause)

    def _watch_clock(self, now: datetime) -> bool:
        """See whether the clock was set back, or may have been while no worker looked; say whether jobs moved by it."""
        seen, self._seen = self._seen, now
        if seen is not None and now >= seen - SET_BACK:
            return False
        if self._swept is not None:
            self._swept = min(self._swept, now)
        with begin(self._installation, SYSTEM) as tx:
            moved = jobs.catch_up(tx, lease=LEASE, pause=LONGEST_PAUSE)
        if moved:
            _log.warning("jobs were moved, for the clock was set back", count=moved)
            self.notify()
        return moved > 0

    def _sweep(self, now: datetime) -> None:
        if self._swept is None or now - self._swept >= SWEEP:
            with begin(self._installation, SYSTEM) as tx:
                for rows in (snapshots, messages, memos):
                    rows.drop_old(tx)
            self._swept = now  # before what may fail: what follows must not keep the worker from its jobs
            remembering.drop_old(self._installation)
            self._files = sweep_files(self._installation)
            with begin(self._installation, SYSTEM) as tx:
                claiming.give_back_lost(tx)
                owning.watch(tx)
            while not self._stopping.is_set() and self._count():
                pass
        removed = next(self._files, 0)
        if removed:
            _log.info("files that no case took were removed", count=removed)

    def _count(self) -> bool:
        """Take figures of cases; says whether there may be more."""
        with begin(self._installation, SYSTEM) as tx:
            return measuring.count_cases(tx, FIGURES) == FIGURES

    def _round(self, lane: str) -> float:
        """Do what is due; gives how many seconds to wait then."""
        kinds = LANES[lane]
        self._give_back(lane)
        with reading(self._installation, SYSTEM) as tx:
            # An idle round asks one question and takes no writer lock.
            due = jobs.next_due(tx.connection, kinds & jobs.taken_kinds(self._installation.settings))
            now = tx.now()
        if lane == SWEEPER:
            self._sweep(now)
            if self._watch_clock(now):
                return 0.0
        if due is None or due > now:
            return POLL_SECONDS if due is None else min(POLL_SECONDS, (due - now).total_seconds())
        in_hand = self._in_hand[lane]
        claim(self._installation, kinds=kinds, limit=BATCH if lane == SWEEPER else CALLS, into=in_hand)
        while in_hand and not self._stopping.is_set():
            run_some(self._installation, in_hand, wake=self._wake)
        self._give_back(lane)
        return 0.0

    def _give_back(self, lane: str) -> None:
        """Give back what is in hand: the server stops, or the database was away while it was being done."""
        in_hand = self._in_hand[lane]
        if in_hand:
            with begin(self._installation, SYSTEM) as tx:
                jobs.give_back(tx, in_hand)
            in_hand.clear()
