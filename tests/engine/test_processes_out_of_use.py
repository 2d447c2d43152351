"""A process out of use begins nothing, whatever would begin it; its cases end as they would, and it can come back."""

from datetime import timedelta

import pytest

from engine.acts import retiring, routing
from engine.acts.incidents import retry_incident
from engine.acts.scheduling import LOOK, schedule
from engine.errors import Conflict, NotAllowed, NotFound, OutOfUse, StepFailed, Unacceptable
from engine.installation import Installation
from engine.model.entry import publication_stream
from engine.model.identity import new_id
from engine.model.job import Job, JobKind
from engine.model.message import MessageState
from engine.model.person import SYSTEM, Actor
from engine.reports.catalogue import start_form, startable
from engine.reports.incidents import incident_page
from engine.reports.messages import kept_message
from engine.reports.processes import process
from engine.storage import journal, publications
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

WORK = "start s\nuser do assignGroup=service_desk\ns -> do"
TOLD = "start s\nmessage m start correlate==order = order.placed\nuser do assignGroup=service_desk\ns -> do\nm -> do"
SENDER = "start s\nmessage tell throw correlate==order = order.placed {= {order: order}}\ns -> tell"
CALLER = "start s\ncall c{words} = work\nuser after assignGroup=service_desk\ns -> c\nc -> after"


@pytest.fixture
def town(store: Installation) -> Town:
    return Town(store)


def retire(town: Town, process_id: str, reason: str = "Nobody asks for it any more.") -> None:
    with begin(town.store, SYSTEM) as tx:
        retiring.retire(tx, process_id, reason)


def reinstate(town: Town, process_id: str) -> None:
    with begin(town.store, SYSTEM) as tx:
        retiring.reinstate(tx, process_id, "It is asked for again.")


def kinds(town: Town, process_id: str) -> list[str]:
    with reading(town.store, SYSTEM) as tx:
        last = publications.latest(tx, process_id)
        assert last is not None
        return [each.kind for each in journal.entries(tx.connection, publication_stream(last.id))]


def test_no_form_begins_it_and_running_cases_end(town: Town) -> None:
    town.release("work", WORK)
    running = town.start("work")
    retire(town, "work")
    with pytest.raises(OutOfUse, match="“work” is out of use"):
        town.start("work")
    with reading(town.store, SYSTEM) as tx:
        assert [each.process_id for each in startable(tx)] == []
        with pytest.raises(OutOfUse):
            start_form(tx, "work")
        view = process(tx, "work")
    assert view.row.retired is not None
    assert (view.row.retired.reason, view.row.active_cases) == ("Nobody asks for it any more.", 1)
    town.do(running, "do")
    assert town.case(running).state == "completed"
    reinstate(town, "work")
    town.start("work")
    assert kinds(town, "work") == ["publication.retired", "publication.reinstated"]


@pytest.mark.parametrize("words", ["", " binding=publication"])
def test_a_call_of_it_becomes_an_incident_and_is_made_once_it_is_back(town: Town, words: str) -> None:
    town.release("work", WORK)
    town.release("caller", CALLER.format(words=words))
    retire(town, "work")
    caller = town.start("caller")
    town.run()
    assert town.cases("work") == []
    [problem] = town.failed()
    assert problem is not None
    assert "“work” is out of use" in problem
    reinstate(town, "work")
    with begin(town.store, SYSTEM) as tx:
        [incident] = incident_page(tx).rows
        retry_incident(tx, incident.incident.id, "The process is back.")
    town.run()
    [called] = town.cases("work")
    assert called.parent_id == caller


def test_a_case_of_it_may_call_itself_to_its_end(town: Town) -> None:
    again = "start s\nuser do assignGroup=service_desk\nxor more default=more_done\ncall c binding=publication = self\n"
    town.release("self", f"{again}end done\ns -> do\ndo -> more\nmore -> done\nmore -> c [again = true]\nc -> done")
    first = town.start("self")
    retire(town, "self")
    town.do(first, "do", again=True)
    town.run()
    [_, inner] = town.cases("self")
    town.do(inner.id, "do", again=False)
    town.run()
    assert town.case(first).state == "completed"


def test_a_message_for_it_is_kept_and_reaches_it_when_it_is_back(town: Town) -> None:
    town.release("told", TOLD)
    town.release("sender", SENDER)
    retire(town, "told")
    town.start("sender", order="A")
    town.run()
    [kept] = town.kept()
    with reading(town.store, SYSTEM) as tx:
        view = kept_message(tx, kept.id)
    assert (kept.state, view.is_awaited, view.idle) == (MessageState.KEPT, False, ("told",))
    reinstate(town, "told")
    town.run()
    assert [each.business_key for each in town.cases("told")] == ["A"]


def test_a_message_on_its_way_waits_for_the_process_as_an_incident(town: Town) -> None:
    """The message was routed to the process; before the case begins, that goes out of use."""
    town.release("told", TOLD)
    retire(town, "told")
    with begin(town.store, SYSTEM) as tx:
        payload = {"process": "told", "element": "m", "name": "order.placed", "payload": {}, "key": ""}
        job = Job.new(JobKind.START, due_at=tx.now(), now=tx.now(), payload=payload)
        with pytest.raises(StepFailed, match="“told” is out of use"):
            routing.begin(tx, job)


@pytest.mark.parametrize("trigger", ["cycle t start = R/PT1H", "condition t start = 1 < 2"])
def test_time_and_conditions_begin_nothing_until_it_is_back(town: Town, clock: Clock, trigger: str) -> None:
    record_id = town.release("round", f"{trigger}\nuser do assignGroup=service_desk\nt -> do")
    with begin(town.store, SYSTEM) as tx:
        record = publications.get(tx, record_id)
        assert record is not None
        schedule(tx, record)
    retire(town, "round")
    clock.now += timedelta(hours=3)
    town.run()
    assert town.cases("round") == []
    reinstate(town, "round")
    clock.now += timedelta(hours=1) + LOOK
    town.run()
    assert len(town.cases("round")) == 1


def test_who_decides_says_why_and_does_it_once(town: Town) -> None:
    town.release("work", WORK)
    with pytest.raises(Unacceptable, match="Say why"):
        retire(town, "work", "  ")
    with pytest.raises(Conflict, match="in use already"):
        reinstate(town, "work")
    with pytest.raises(NotFound):
        retire(town, "nothing")
    clerk = Actor(person_id=new_id(), name="A clerk", roles=frozenset({"service_desk"}))
    with begin(town.store, clerk) as tx, pytest.raises(NotAllowed, match="Only the owner"):
        retiring.retire(tx, "work", "It is in my way.")
    retire(town, "work")
    with pytest.raises(Conflict, match="out of use already"):
        retire(town, "work")
