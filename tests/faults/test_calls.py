"""Cases that call other systems: one effect of each answer, whoever dies when; errors caught; secrets never told."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine import worker
from engine.acts import connecting, publishing, steering
from engine.acts.starting import start_case
from engine.errors import NotAllowed, NotFound, SettingsWrong, StaleRevision, Unacceptable
from engine.model.entry import INSTALLATION, instance_stream
from engine.model.instance import Instance
from engine.model.job import Job, JobKind, JobStatus
from engine.model.person import SYSTEM
from engine.permissions import scope
from engine.settings import Settings, Smtp
from engine.storage import connections, incidents, instances, jobs, journal, publications, tables
from engine.transaction import begin
from forms.answers import Answers
from tests.bpmn.drawing import definitions, extended, flows
from tests.faults import invariants
from tests.parts.mail import MailServer
from tests.parts.organisation import Organisation
from tests.parts.web import Asked, Reply, WebServer, serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as server:
        yield server


ERRORS = '<error id="lost" name="Lost" errorCode="client-error"/>'


def calling(operation: str, parameters: dict[str, str], *, caught: bool, **properties: str) -> bytes:
    inner = "".join(f"<spiffworkflow:parameter id='{k}' value='{v}'/>" for k, v in parameters.items())
    operator = (
        f'<spiffworkflow:serviceTaskOperator id="{operation}"><spiffworkflow:parameters>{inner}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements>"
    )
    task = (
        '<serviceTask id="call" name="Order it">'
        f"{extended(**properties).removesuffix('</extensionElements>')}{operator}</serviceTask>"
    )
    event = '<boundaryEvent id="gone" name="Gone" attachedToRef="call"><errorEventDefinition errorRef="lost"/>'
    end = '<endEvent id="failed" name="Not ordered"/>'
    paths = "s>call>e" + (" gone>failed" if caught else "")
    inside = (
        '<startEvent id="s" name="Begun"/><endEvent id="e" name="Ordered"/>'
        f"{task}{f'{event}</boundaryEvent>{end}' if caught else ''}{flows(paths)}"
    )
    process = f'<process id="ordering" name="Ordering" isExecutable="true">{inside}</process>'
    return definitions((ERRORS if caught else "") + process)


FACTS = b'title = "Ordering"\nowner = "process_owner"\ndeputy = "process_owner"\n[clauses]\n2018 = ["8.6.2"]\n'
TICKET = "= {ticket: response.body.id}"


def publish(organisation: Organisation, diagram: bytes) -> None:
    with begin(organisation.installation, SYSTEM) as tx:
        publishing.load_library(tx, {"ordering": {"ordering.bpmn": diagram, "process.toml": FACTS}})
        assert publications.released(tx, "ordering") is not None


def begun(organisation: Organisation) -> Instance:
    with organisation.acting("carla") as tx:
        return start_case(tx, "ordering", Answers(values={"what": "a printer"}, personal=frozenset(), files=()))


def ordering(organisation: Organisation, web: WebServer, *, caught: bool = False, **properties: str) -> Instance:
    url = web.url("/orders")
    parameters = {"url": f'"{url}"', "method": '"POST"', "body": "{item: what}", **properties.pop("more", {})}  # type: ignore[arg-type]
    publish(organisation, calling("http/request", parameters, caught=caught, result=TICKET, **properties))
    with organisation.acting("olga") as tx:
        connecting.allow_host(tx, f"127.0.0.1:{web.port}", "The test runs there.")
    return begun(organisation)


def accepts(web: WebServer) -> None:
    web.replies["/orders"] = Reply(
        status=201, headers={"Content-Type": "application/json"}, body=json.dumps({"id": "T-7"}).encode()
    )


def case(organisation: Organisation, instance: Instance) -> tuple[Instance, dict[str, Any], Job]:
    """The case, its data as the journal tells them, and its call."""
    with organisation.reading() as tx:
        found = instances.get(tx, instance.id)
        assert found is not None
        data = invariants.folded(journal.entries(tx.connection, instance_stream(instance.id)))
        (job,) = [one for one in jobs.of_instance(tx.connection, instance.id) if one.kind is JobKind.OUTSIDE]
    return found, data, job


def told(organisation: Organisation, stream: str) -> list[str]:
    with organisation.reading() as tx:
        return [entry.kind for entry in journal.entries(tx.connection, stream)]


def test_a_case_waits_for_its_call_and_goes_on_with_the_answer(organisation: Organisation, web: WebServer) -> None:
    accepts(web)
    instance = ordering(organisation, web)
    assert (instance.state, web.asked) == ("active", [])
    invariants.check(organisation.installation)
    assert worker.run_due(organisation.installation) == 1
    found, data, job = case(organisation, instance)
    assert (found.state, found.outcome, data["ticket"]) == ("completed", "Ordered", "T-7")
    assert (job.status, job.payload) == (JobStatus.DONE, {})
    assert [(asked.headers["idempotency-key"], json.loads(asked.body)) for asked in web.asked] == [
        (job.id, {"item": "a printer"})
    ]
    stream = instance_stream(instance.id)
    assert told(organisation, stream) == ["case.started", "call.attempted", "call.succeeded"]
    with organisation.reading() as tx:
        _, attempted, succeeded = journal.entries(tx.connection, stream)
    assert attempted.known["arguments"]["body"] == {"item": "a printer"}
    assert all(value.personal for value in attempted.values)
    assert succeeded.facts["status"] == 201
    invariants.check(organisation.installation)


DIE_AFTER_THE_CALL = """
import sys
from pathlib import Path
from engine import worker
from engine.acts import outside_calls
from tests.storage_contract.stores import Clock, opened
url, folder = sys.argv[1:]
store = opened(url, Path(folder), Clock())
made = outside_calls.make_call

def make_and_say(prepared):
    answer = made(prepared)
    print("called", flush=True)
    sys.stdin.readline()
    return answer

outside_calls.make_call = make_and_say
(job,) = worker.claim(store)
worker.run(store, job.id, job.attempt)
"""


def test_a_worker_killed_between_call_and_record_calls_again_under_the_same_key(
    organisation: Organisation, organisation_url: str, web: WebServer, tmp_path: Path
) -> None:
    accepts(web)
    instance = ordering(organisation, web)
    process = subprocess.Popen(
        [sys.executable, "-c", DIE_AFTER_THE_CALL, organisation_url, str(tmp_path)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "called\n"
    process.kill()
    process.communicate(timeout=10)
    assert case(organisation, instance)[0].state == "active"
    invariants.check(organisation.installation)
    assert worker.run_due(organisation.installation) == 0
    organisation.clock.forward(minutes=5)
    assert worker.run_due(organisation.installation) == 1
    found, data, job = case(organisation, instance)
    assert (found.state, data["ticket"], job.attempt) == ("completed", "T-7", 2)
    assert [asked.headers["idempotency-key"] for asked in web.asked] == [job.id, job.id]
    kinds = told(organisation, instance_stream(instance.id))
    assert kinds == ["case.started", "call.attempted", "call.attempted", "call.succeeded"]
    invariants.check(organisation.installation)


def test_an_error_event_catches_a_declared_error(organisation: Organisation, web: WebServer) -> None:
    instance = ordering(organisation, web, caught=True)
    with capture_logs():
        worker.run_due(organisation.installation)
    found, data, job = case(organisation, instance)
    assert (found.state, found.outcome) == ("completed", "Not ordered")
    assert "ticket" not in data
    assert job.status is JobStatus.DONE
    assert told(organisation, instance_stream(instance.id))[1:] == [
        "call.attempted",
        "call.failed",
        "case.moved",
    ]
    invariants.check(organisation.installation)


def test_what_may_be_better_later_is_tried_again_and_then_given_up(organisation: Organisation, web: WebServer) -> None:
    web.replies["/orders"] = Reply(status=503)
    instance = ordering(organisation, web, caught=True, retries="2", retryEvery="PT5M")
    pauses = []
    with capture_logs():
        for _ in range(3):
            assert worker.run_due(organisation.installation) == 1
            due = case(organisation, instance)[2].due_at
            pauses.append((due - organisation.clock.now).total_seconds())
            organisation.clock.now = max(organisation.clock.now, due)
    found, _, job = case(organisation, instance)
    assert pauses[:2] == [300, 300]
    assert (found.state, job.status, job.attempt) == ("active", JobStatus.FAILED, 3)
    assert "503" in (job.problem or "")
    kinds = told(organisation, instance_stream(instance.id))
    assert kinds.count("call.attempted") == kinds.count("call.failed") == len(web.asked) == 3
    invariants.check(organisation.installation)
    accepts(web)
    with begin(organisation.installation, SYSTEM) as tx:
        assert jobs.retry(tx, job.id) is not None
    worker.run_due(organisation.installation)
    assert case(organisation, instance)[0].outcome == "Ordered"


def test_an_answer_that_fits_nowhere_is_not_asked_for_again(organisation: Organisation, web: WebServer) -> None:
    accepts(web)
    publish(
        organisation,
        calling("http/request", {"url": f'"{web.url("/orders")}"'}, caught=False, result="response.status"),
    )
    with organisation.acting("olga") as tx:
        connecting.allow_host(tx, "127.0.0.1", "The test runs there.")
    instance = begun(organisation)
    with capture_logs():
        worker.run_due(organisation.installation)
        organisation.clock.forward(hours=3)
        worker.run_due(organisation.installation)
    found, _, job = case(organisation, instance)
    assert (found.state, job.status, len(web.asked)) == ("active", JobStatus.FAILED, 1)
    assert "no context" in (job.problem or "")
    invariants.check(organisation.installation)


def test_an_answer_that_comes_after_the_case_was_cancelled_is_dropped(
    organisation: Organisation, web: WebServer
) -> None:
    def cancel(asked: Asked) -> Reply:
        with organisation.acting("olga") as tx:
            steering.cancel_case(tx, instance.id, "Not needed.")
        return Reply(status=200, headers={"Content-Type": "application/json"}, body=b'{"id": "T-8"}')

    web.replies["/orders"] = cancel
    instance = ordering(organisation, web)
    worker.run_due(organisation.installation)
    found, data, job = case(organisation, instance)
    assert (found.state, job.status) == ("cancelled", JobStatus.CANCELLED)
    assert "ticket" not in data
    assert told(organisation, instance_stream(instance.id))[-1] == "case.cancelled"
    invariants.check(organisation.installation)


def suspending(organisation: Organisation, reply: Reply, *, resumes: bool = False) -> Callable[[Asked], Reply]:
    """Another system that takes its time: an operator suspends the case meanwhile, and perhaps resumes it."""

    def answer(asked: Asked) -> Reply:
        with organisation.acting("olga") as tx:
            (case,), _ = instances.find(tx, scope(tx.actor), filters={"process_id": "ordering"})
            steering.suspend_case(tx, case.id, "Something is wrong.")
        if resumes:
            resume(organisation, case)
        return reply

    return answer


def resume(organisation: Organisation, instance: Instance) -> None:
    with organisation.acting("olga") as tx:
        steering.resume_case(tx, instance.id, "All is well.")


TAKEN = Reply(status=201, headers={"Content-Type": "application/json"}, body=b'{"id": "T-8"}')


@pytest.mark.parametrize("wait", [timedelta(), timedelta(hours=3)], ids=["at once", "after hours"])
def test_what_was_answered_to_a_suspended_case_is_recorded_when_it_goes_on(
    organisation: Organisation, web: WebServer, wait: timedelta
) -> None:
    web.replies["/orders"] = suspending(organisation, TAKEN)
    instance = ordering(organisation, web)
    worker.run_due(organisation.installation)
    found, data, job = case(organisation, instance)
    assert (found.state, job.status, "ticket" in data) == ("active", JobStatus.HELD, False)
    invariants.check(organisation.installation)
    organisation.clock.now += wait
    assert worker.run_due(organisation.installation) == 0
    resume(organisation, instance)
    worker.run_due(organisation.installation)
    found, data, job = case(organisation, instance)
    assert (found.outcome, data["ticket"], job.status) == ("Ordered", "T-8", JobStatus.DONE)
    assert len(web.asked) == 1, "nobody is asked again"
    kinds = told(organisation, instance_stream(instance.id))
    assert kinds == ["case.started", "call.attempted", "case.suspended", "case.resumed", "call.succeeded"]
    invariants.check(organisation.installation)


def test_a_case_suspended_and_resumed_during_a_call_takes_its_answer(
    organisation: Organisation, web: WebServer
) -> None:
    web.replies["/orders"] = suspending(organisation, TAKEN, resumes=True)
    instance = ordering(organisation, web)
    worker.run_due(organisation.installation)
    assert case(organisation, instance)[1]["ticket"] == "T-8"
    assert len(web.asked) == 1
    invariants.check(organisation.installation)


@pytest.mark.parametrize(("status", "retries"), [(503, "2"), (404, "0")], ids=["to be tried again", "for good"])
def test_a_call_that_failed_while_its_case_was_suspended_is_made_again_when_it_goes_on(
    organisation: Organisation, web: WebServer, status: int, retries: str
) -> None:
    web.replies["/orders"] = suspending(organisation, Reply(status=status))
    instance = ordering(organisation, web, caught=True, retries=retries)
    with capture_logs():
        worker.run_due(organisation.installation)
        organisation.clock.forward(hours=3)
        assert worker.run_due(organisation.installation) == 0
    assert case(organisation, instance)[2].status is JobStatus.HELD
    invariants.check(organisation.installation)
    accepts(web)
    resume(organisation, instance)
    worker.run_due(organisation.installation)
    found, data, job = case(organisation, instance)
    assert (found.outcome, data["ticket"]) == ("Ordered", "T-7")
    assert {asked.headers["idempotency-key"] for asked in web.asked} == {job.id}
    invariants.check(organisation.installation)


def test_a_worker_that_died_in_a_call_of_a_suspended_case_calls_again_when_it_goes_on(
    organisation: Organisation, web: WebServer
) -> None:
    accepts(web)
    instance = ordering(organisation, web)
    assert len(worker.claim(organisation.installation)) == 1  # ... and was never heard of again
    with organisation.acting("olga") as tx:
        steering.suspend_case(tx, instance.id, "Something is wrong.")
    organisation.clock.forward(minutes=5)
    worker.run_due(organisation.installation)
    assert (web.asked, case(organisation, instance)[2].status) == ([], JobStatus.HELD)
    invariants.check(organisation.installation)
    resume(organisation, instance)
    worker.run_due(organisation.installation)
    assert case(organisation, instance)[0].outcome == "Ordered"
    invariants.check(organisation.installation)


def test_the_incident_of_a_call_is_over_when_an_operator_goes_past_it(
    organisation: Organisation, web: WebServer
) -> None:
    web.replies["/orders"] = Reply(status=404, headers={}, body=b"")
    instance = ordering(organisation, web)
    with capture_logs():
        worker.run_due(organisation.installation)
    with organisation.reading() as tx:
        (incident,) = incidents.open_of(tx.connection, instance.id)
    job = case(organisation, instance)[2]
    assert (incident.kind, incident.element_id, job.status) == (JobKind.OUTSIDE, "call", JobStatus.FAILED)
    with organisation.acting("olga") as tx:
        steering.redirect_case(tx, instance.id, job.token or "", "call", "They take orders again.")
    with organisation.reading() as tx:
        assert incidents.open_of(tx.connection, instance.id) == []
    invariants.check(organisation.installation)
    accepts(web)
    worker.run_due(organisation.installation)
    with organisation.reading() as tx:
        found = instances.get(tx, instance.id)
    assert found is not None
    assert found.outcome == "Ordered"


def test_a_host_nobody_allowed_needs_an_operator_and_no_error_event_hides_it(
    organisation: Organisation, web: WebServer
) -> None:
    instance = ordering(organisation, web, caught=True)
    with organisation.acting("olga") as tx:
        connecting.forbid_host(tx, f"127.0.0.1:{web.port}")
    with capture_logs():
        worker.run_due(organisation.installation)
    found, _, job = case(organisation, instance)
    assert (found.state, job.status, web.asked) == ("active", JobStatus.FAILED, [])
    assert "private network" in (job.problem or "")


SECRET = "correct-horse-battery"


def test_a_secret_reaches_its_host_and_nothing_else(
    organisation: Organisation, organisation_url: str, web: WebServer, tmp_path: Path
) -> None:
    accepts(web)
    with organisation.acting("olga") as tx:
        connecting.save_secret(tx, "desk", operation="http/request", host="127.0.0.1", value=SECRET, seen=0)
    with capture_logs() as logs:
        instance = ordering(organisation, web, more={"secret": '"desk"'})  # type: ignore[arg-type]
        worker.run_due(organisation.installation)
    assert web.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert case(organisation, instance)[0].state == "completed"
    assert SECRET not in str(logs)
    with organisation.reading() as tx:
        for table in tables.metadata.sorted_tables:
            rows = tx.connection.execute(table.select()).all()
            assert SECRET not in str(rows), table.name
            assert SECRET.encode().hex() not in str(rows), table.name
        assert [row.used_at is not None for row in connections.secrets(tx)] == [True]
    assert told(organisation, INSTALLATION)[-2:] == ["secret.saved", "host.allowed"]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path.name


def test_a_secret_that_was_changed_in_the_database_or_has_another_key_does_not_open(
    organisation: Organisation, web: WebServer
) -> None:
    accepts(web)
    with organisation.acting("olga") as tx:
        connecting.save_secret(tx, "desk", operation="http/request", host="10.0.0.1", value=SECRET, seen=0)
    with begin(organisation.installation, SYSTEM) as tx:
        tx.connection.execute(tables.secret.update().values(host="127.0.0.1"))
    instance = ordering(organisation, web, more={"secret": '"desk"'})  # type: ignore[arg-type]
    with capture_logs():
        worker.run_due(organisation.installation)
    assert "changed in the database" in (case(organisation, instance)[2].problem or "")
    organisation.installation.settings.data.joinpath("master-key").write_text("ab" * 32)
    with begin(organisation.installation, SYSTEM) as tx:
        jobs.retry(tx, case(organisation, instance)[2].id)
    with capture_logs():
        worker.run_due(organisation.installation)
    assert "another master key" in (case(organisation, instance)[2].problem or "")
    assert web.asked == []


def test_operators_and_nobody_else_keep_secrets_and_hosts(organisation: Organisation) -> None:
    good: dict[str, Any] = {"operation": "http/request", "host": "Tickets.Example.org", "value": SECRET, "seen": 0}
    with organisation.acting("paul") as tx:
        for refused in (
            lambda: connecting.save_secret(tx, "desk", **good),
            lambda: connecting.remove_secret(tx, "desk"),
            lambda: connecting.allow_host(tx, "a.example", "Why not"),
            lambda: connecting.forbid_host(tx, "a.example"),
        ):
            with pytest.raises(NotAllowed):
                refused()
    with organisation.acting("olga") as tx:
        assert connecting.save_secret(tx, "desk", **good).host == "tickets.example.org"
        connecting.save_secret(tx, "desk", **good | {"host": "[::1]:8443", "seen": 1})
        assert [row.host for row in connections.secrets(tx)] == ["::1:8443"]
        for wrong in (
            {"seen": 0},
            {"value": "abc", "seen": 2},
            {"value": "with\nline", "seen": 2},
            {"host": "https://a.example/", "seen": 2},
            {"host": "", "seen": 2},
            {"operation": "mail/send", "seen": 2},
        ):
            with pytest.raises(Unacceptable):
                connecting.save_secret(tx, "desk", **good | wrong)
        with pytest.raises(Unacceptable):
            connecting.save_secret(tx, "Desk!", **good)
        with pytest.raises(StaleRevision):
            connecting.save_secret(tx, "desk", **good | {"seen": 1})
        connecting.remove_secret(tx, "desk")
        with pytest.raises(NotFound):
            connecting.remove_secret(tx, "desk")
        connecting.allow_host(tx, "a.example", "It is ours.")
        with pytest.raises(Unacceptable):
            connecting.allow_host(tx, "A.example.", "Again")
        with pytest.raises(Unacceptable):
            connecting.allow_host(tx, "b.example", " ")
        with pytest.raises(NotFound):
            connecting.forbid_host(tx, "c.example")


def test_the_master_key_comes_from_the_environment_or_a_file_of_its_own(tmp_path: Path) -> None:
    environ = {"KEELSON_DATA": str(tmp_path)}
    made = Settings.read(environ).master_key()
    assert Settings.read(environ).master_key() == made
    assert (tmp_path / "master-key").stat().st_mode & 0o777 == 0o600
    given = Settings.read(environ | {"KEELSON_MASTER_KEY": "0f" * 32})
    assert given.master_key() == b"\x0f" * 32
    assert "0f0f" not in repr(given)
    with pytest.raises(SettingsWrong, match="KEELSON_MASTER_KEY") as wrong:
        Settings.read(environ | {"KEELSON_MASTER_KEY": "a passphrase"})
    assert "passphrase" not in wrong.value.message


def test_mail_to_addresses_outside_is_sent_before_the_case_goes_on(
    organisation: Organisation, smtp_server: MailServer
) -> None:
    publish(
        organisation,
        calling(
            "mail/send",
            {"to": '["supplier@example.com", "second@example.com"]', "subject": '"Order"', "text": '"Send " + what'},
            caught=False,
        ),
    )
    instance = begun(organisation)
    with capture_logs():
        worker.run_due(organisation.installation)
    assert "KEELSON_SMTP" in (case(organisation, instance)[2].problem or "")
    object.__setattr__(organisation.installation.settings, "smtp", Smtp(host=smtp_server.host, port=smtp_server.port))
    organisation.clock.forward(minutes=1)
    worker.run_due(organisation.installation)
    (mail,) = [one for one in smtp_server.wait_for(1) if "supplier@example.com" in one.recipients]
    assert set(mail.recipients) == {"supplier@example.com", "second@example.com"}
    assert mail.text.strip() == "Send a printer"
    found, _, job = case(organisation, instance)
    assert found.state == "completed"
    assert job.id in str(mail.message["Message-ID"])
