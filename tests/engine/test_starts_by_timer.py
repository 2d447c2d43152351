"""Timer start events: a release begins cases by itself at its times, and the next release in place of it."""

from datetime import datetime, timedelta
from xml.sax.saxutils import escape

import pytest
from structlog.testing import capture_logs

from engine import journal, worker
from engine.acts import publishing
from engine.errors import Unacceptable
from engine.installation import Installation
from engine.model.entry import EntryKind, instance_stream, publication_stream
from engine.model.instance import Instance
from engine.model.job import JobStatus
from engine.model.person import SYSTEM
from engine.reports.processes import process
from engine.storage import incidents, instances, jobs, publications, tables
from engine.storage import journal as entries
from engine.transaction import begin, reading
from forms.data import Value
from tests.bpmn.drawing import definitions, flows
from tests.storage_contract.stores import Clock

FACTS = b'title = "Rounds"\npurpose = "To look around."\nowner = "process_owner"\n'


def diagram(*timers: str, fails: bool = False) -> bytes:
    """A process with a timer start event for each; one that fails goes on to a timer that gives no time."""
    starts = "".join(
        f'<startEvent id="s{number}" name="Round {number}"><timerEventDefinition>{timer}</timerEventDefinition>'
        "</startEvent>"
        for number, timer in enumerate(timers)
    )
    paths = " ".join(f"s{number}>t" for number in range(len(timers)))
    wait = "<timerEventDefinition><timeDuration>=a</timeDuration></timerEventDefinition>" if fails else ""
    after = f'<intermediateCatchEvent id="w" name="Wait">{wait}</intermediateCatchEvent>' if fails else ""
    return definitions(
        f'<process id="rounds" name="Rounds" isExecutable="true">{starts}<scriptTask id="t" name="Note">'
        f'<script>a = 1</script></scriptTask><endEvent id="e" name="Done"/>{after}'
        f"{flows(f'{paths} t>w>e' if fails else f'{paths} t>e')}</process>"
    )


def cycle(text: str) -> str:
    return f"<timeCycle>{text}</timeCycle>"


class Rounds:
    """The process in an installation, and the cases it began."""

    def __init__(self, store: Installation, clock: Clock) -> None:
        self.store, self.clock = store, clock
        with begin(store, SYSTEM) as tx:
            tx.connection.execute(tables.role.insert().values(id="process_owner", title="Owner", kind="role"))

    def release(self, content: bytes) -> str:
        """Release the first version, or the next one as a proposal is released."""
        files = {"rounds.bpmn": content, "process.toml": FACTS}
        with begin(self.store, SYSTEM) as tx:
            if publications.released(tx, "rounds") is None:
                publishing.load_library(tx, {"rounds": files})
            else:
                draft = publishing.begin_draft(tx, "rounds")
                publishing.save_draft(tx, draft, {"rounds.bpmn": content}, 1)
                publishing.propose(tx, draft, "Other times.")
                publications.update(tx, draft, seen=3, revision=4, author_id=None, proposer_id=None)
                publishing.release(tx, draft)
            record = publications.released(tx, "rounds")
        assert record is not None
        return record.id

    def until(self, moment: str) -> list[str]:
        """Let time pass and do what falls due at its own moment; gives when cases began."""
        end = datetime.fromisoformat(moment)
        while True:
            worker.run_due(self.store)
            with reading(self.store, SYSTEM) as tx:
                due = jobs.next_due(tx.connection)
            if due is None or due > end:
                break
            self.clock.now = due
        self.clock.now = end
        return self.began

    @property
    def cases(self) -> list[Instance]:
        """Its cases, oldest first."""
        with reading(self.store, SYSTEM) as tx:
            rows = tx.connection.execute(tables.instance.select().order_by(tables.instance.c.id)).all()
            found = [instances.get(tx, row.id) for row in rows]
        return [case for case in found if case is not None]

    @property
    def began(self) -> list[str]:
        """When its cases began."""
        return [f"{case.started_at:%m-%d %H:%M}" for case in self.cases]

    @property
    def begins(self) -> list[tuple[str, str]]:
        """What the page of the process tells."""
        with reading(self.store, SYSTEM) as tx:
            return [(title, f"{due:%m-%d %H:%M}") for title, due in process(tx, "rounds").begins]

    def told(self, stream: str, kind: EntryKind) -> list[dict[str, Value]]:
        """The facts of the entries of a kind; their chain holds."""
        with reading(self.store, SYSTEM) as tx:
            assert journal.verify(tx, stream).consistent
            return [dict(entry.facts) for entry in entries.entries(tx.connection, stream) if entry.kind == kind]


@pytest.fixture
def rounds(store: Installation, clock: Clock) -> Rounds:
    """At 2026-11-23 09:00."""
    return Rounds(store, clock)


@pytest.mark.parametrize(
    ("timer", "began"),
    [
        ("<timeDate>2026-11-23T12:00:00Z</timeDate>", ["11-23 12:00"]),
        ('<timeDate>=date and time("2026-11-23T12:00:00Z")</timeDate>', ["11-23 12:00"]),
        ('<timeDate>=working time(now(), duration("PT2H"), calendar)</timeDate>', ["11-23 11:00"]),
        ("<timeDate>2026-11-22T12:00:00Z</timeDate>", []),
        ("<timeDuration>PT90M</timeDuration>", ["11-23 10:30"]),
        ('<timeDuration>=duration("PT90M")</timeDuration>', ["11-23 10:30"]),
        (cycle("R3/PT5H"), ["11-23 14:00", "11-23 19:00", "11-24 00:00"]),
        (cycle('="R2/PT5H"'), ["11-23 14:00", "11-23 19:00"]),
        (cycle("R/2026-11-20T06:00:00Z/P1D"), ["11-24 06:00", "11-25 06:00"]),
    ],
)
def test_cases_begin_at_their_times(rounds: Rounds, timer: str, began: list[str]) -> None:
    with begin(rounds.store, SYSTEM) as tx:
        office = '{"holidays":{},"week":{"mon":[["08:00","18:00"]]},"zone":"UTC"}'
        if "calendar" in timer:
            tx.connection.execute(tables.calendar.insert().values(id="office", title="Office", value=office, version=1))
    rounds.release(diagram(timer))
    assert rounds.until("2026-11-25T09:00:00+00:00") == began
    assert {case.state for case in rounds.cases} <= {"completed"}
    assert {case.starter_id for case in rounds.cases} <= {None}


def test_the_page_and_the_journal_tell_when(rounds: Rounds) -> None:
    release = rounds.release(diagram(cycle("R/PT6H"), "<timeDate>2026-11-30T07:00:00Z</timeDate>"))
    assert rounds.begins == [("Round 0", "11-23 15:00"), ("Round 1", "11-30 07:00")]
    (told,) = rounds.told(publication_stream(release), EntryKind.PUBLICATION_SCHEDULED)
    assert told["timers"] == [
        {"element": "s0", "due": "2026-11-23T15:00:00Z"},
        {"element": "s1", "due": "2026-11-30T07:00:00Z"},
    ]
    rounds.until("2026-11-23T15:00:00+00:00")
    assert rounds.begins == [("Round 0", "11-23 21:00"), ("Round 1", "11-30 07:00")]
    (case,) = rounds.cases
    (begun,) = rounds.told(instance_stream(case.id), EntryKind.CASE_STARTED)
    assert (begun["element"], begun["due"]) == ("s0", "2026-11-23T15:00:00Z")


def test_what_was_missed_while_no_worker_ran_begins_one_case(rounds: Rounds, clock: Clock) -> None:
    rounds.release(diagram(cycle("R/PT1H")))
    clock.forward(hours=7, minutes=20)
    worker.run_due(rounds.store)
    assert rounds.began == ["11-23 16:20"]
    assert rounds.begins == [("Round 0", "11-23 17:00")]


def test_a_new_release_takes_the_place_of_the_timers_before_it(rounds: Rounds) -> None:
    old = rounds.release(diagram(cycle("R/PT1H")))
    new = rounds.release(diagram(cycle("R/PT4H")))
    assert rounds.begins == [("Round 0", "11-23 13:00")]
    rounds.until("2026-11-23T18:00:00+00:00")
    assert {case.publication_id for case in rounds.cases} == {new}
    with reading(rounds.store, SYSTEM) as tx:
        assert jobs.scheduled(tx.connection, old) == []
    rounds.release(diagram("<timeDate>2020-01-01</timeDate>"))
    assert rounds.until("2026-11-25T18:00:00+00:00") == ["11-23 13:00", "11-23 17:00"]


def test_a_timer_of_a_release_that_is_no_longer_in_force_begins_nothing(rounds: Rounds, clock: Clock) -> None:
    old = rounds.release(diagram(cycle("R/PT1H")))
    clock.forward(hours=1)
    (taken,) = worker.claim(rounds.store)
    with begin(rounds.store, SYSTEM) as tx:
        publications.retire_others(tx, "rounds", but="none")
    worker.run(rounds.store, taken.id, taken.attempt)
    with reading(rounds.store, SYSTEM) as tx:
        assert jobs.scheduled(tx.connection, old) == []
        assert [job.status for job in jobs.with_status(tx.connection, JobStatus.DONE)] == [JobStatus.DONE]
    assert rounds.cases == []


def test_a_case_that_cannot_begin_is_an_incident_and_the_next_one_begins(rounds: Rounds, clock: Clock) -> None:
    release = rounds.release(diagram(cycle("R/PT1H"), fails=True))
    clock.forward(hours=1)
    with capture_logs():
        worker.run_due(rounds.store)
    with reading(rounds.store, SYSTEM) as tx:
        (incident,) = incidents.find(tx.connection, is_open=True, limit=5)
        (following,) = jobs.scheduled(tx.connection, release)
    assert incident.kind == "schedule"
    assert following.due_at == clock.now + timedelta(hours=1)
    with begin(rounds.store, SYSTEM) as tx:
        jobs.retry(tx, incident.job_id)
    with capture_logs():
        worker.run_due(rounds.store)
    with reading(rounds.store, SYSTEM) as tx:
        assert len(jobs.scheduled(tx.connection, release)) == 1, "tried again, it sets no second timer"


def test_a_timer_that_gives_no_time_is_not_released(rounds: Rounds) -> None:
    with pytest.raises(Unacceptable, match="The timer of the start event “Round 0” cannot be set: it gives no time"):
        rounds.release(diagram("<timeDate>=null</timeDate>"))
    with pytest.raises(Unacceptable, match="not an ISO 8601"):
        rounds.release(diagram('<timeDate>="tomorrow"</timeDate>'))
    assert rounds.cases == []


RISKS = '=count(records("risk")[state = "open"]) > 1'


def conditional(condition: str) -> bytes:
    trigger = f"<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>"
    start = f'<startEvent id="s" name="Many risks">{trigger}</startEvent>'
    task = '<scriptTask id="t" name="Note"><script>a = 1</script></scriptTask><endEvent id="e" name="Done"/>'
    return definitions(
        f'<process id="rounds" name="Rounds" isExecutable="true">{start}{task}{flows("s>t>e")}</process>'
    )


def risk(rounds: Rounds, number: int, state: str) -> None:
    now = rounds.clock.now
    row = {"id": f"r{number}", "type": "risk", "type_version": 1, "key": f"RSK-{number}", "title": "A", "state": state}
    row |= {"version": 1, "content": "{}", "words": "", "created_at": now, "changed_at": now}
    kind = {"id": "risk", "version": 1, "digest": "", "facts": b"", "form": b"", "loaded_at": now}
    with begin(rounds.store, SYSTEM) as tx:
        if number == 1:
            tx.connection.execute(tables.record_type.insert().values(kind))
        tx.connection.execute(tables.record.delete().where(tables.record.c.id == row["id"]))
        tx.connection.execute(tables.record.insert().values(row))


def test_a_case_begins_each_time_a_condition_over_records_becomes_true(rounds: Rounds) -> None:
    rounds.release(conditional(escape(RISKS)))
    risk(rounds, 1, "open")
    assert rounds.until("2026-11-23T09:30:00+00:00") == []
    risk(rounds, 2, "open")
    assert rounds.until("2026-11-23T10:00:00+00:00") == ["11-23 09:35"], "once, as it becomes true"
    risk(rounds, 2, "closed")
    rounds.until("2026-11-23T10:30:00+00:00")
    risk(rounds, 2, "open")
    assert rounds.until("2026-11-23T11:00:00+00:00") == ["11-23 09:35", "11-23 10:35"]
    assert rounds.begins == [], "no time is known at which it begins"


def test_a_release_goes_on_from_what_the_one_before_it_saw(rounds: Rounds) -> None:
    rounds.release(conditional('=now() &gt; date and time("2026-11-23T09:59:00Z")'))
    assert rounds.until("2026-11-23T11:00:00+00:00") == ["11-23 10:00"]
    rounds.release(conditional('=now() &gt; date and time("2026-11-23T10:59:00Z")'))
    assert rounds.until("2026-11-23T12:00:00+00:00") == ["11-23 10:00"]


def test_a_condition_that_is_neither_true_nor_false_is_not_released(rounds: Rounds) -> None:
    with pytest.raises(Unacceptable, match="The condition of the start event “Many risks” is neither true nor false"):
        rounds.release(conditional('=count(records("risk"))'))
