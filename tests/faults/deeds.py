"""The table of acts that may be interrupted: what is so before, `yield`, and then the act itself.

A row is a generator. What stands before its `yield` is done once, undisturbed; what stands behind it is done over and
over by processes that are killed at every moment of it (tests/faults/test_killed.py).
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from engine import worker
from engine.acts import batches, claiming, incidents, migrating, publishing, registering, steering
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.live import read_live
from engine.model.job import Job
from engine.model.register import Wanted
from engine.running import places
from engine.storage import clocks, instances
from forms.answers import Answers
from tests.faults.scene import Scene
from tests.journeys.test_incident_journey import DIAGNOSE, PRINTER, escalated, fixed

Deed = Callable[[Scene], Iterator[None]]
DEEDS: Final[dict[str, Deed]] = {}

WORK: Final = "start s\nuser work assignGroup=service_desk\nuser more assignGroup=service_desk\ns -> work\nwork -> more"
TELL: Final = "start s\nmessage tell throw correlate==order = paid { ={amount: 7} }\ns -> tell"
WAIT: Final = (
    "start s\nmessage wait correlate==order = paid\nuser pack assignGroup=service_desk\ns -> wait\nwait -> pack"
)
ALARM: Final = "start s\nsignal out throw = alarm { ={level: 3} }\ns -> out"
KEEP: Final = """
start s
user work assignGroup=service_desk
service keep result=={kept:response.key} = record/save { type="supplier" ; title="Papyrus" ; values={kind:"external"} }
user more assignGroup=service_desk
s -> work
work -> keep
keep -> more
"""
HEED: Final = """
start s
user work assignGroup=service_desk
signal note on=work beside = alarm
user after assignGroup=service_desk
s -> work
note -> after
"""
CALL: Final = """
start s
call c = child
escalation up on=c beside = U1
user after assignGroup=service_desk
user told assignGroup=service_desk
s -> c
c -> after
up -> told
"""
CHILD: Final = """
start s
user work assignGroup=service_desk
escalation help throw = U1
user more assignGroup=service_desk
s -> work
work -> help
help -> more
"""
ORDER: Final = """
start s
service order result=={ticket:response.body.id} = http/request { url = "https://orders.example/"; method = "POST" }
user pack assignGroup=service_desk
s -> order
order -> pack
"""
LATE: Final = "timer late on=order = P1D\nuser chase assignGroup=service_desk\nlate -> chase"
TIMED: Final = """
start s
user work assignGroup=service_desk
timer late on=work beside = PT4H
user told assignGroup=service_desk
user more assignGroup=service_desk
s -> work
work -> more
late -> told
"""
TIMED_ANEW: Final = (
    TIMED.replace("PT4H", "PT9H\ntimer later on=work beside = PT8H\nlater -> told")
    .replace("user more", "message more = go on\nuser last")
    .replace("work -> more", "work -> more\nmore -> last")
)
WHY: Final = "So says the test."


def deed(row: Deed) -> Deed:
    """Add a row under the name of its function."""
    DEEDS[row.__name__.replace("_", " ")] = row
    return row


def answered(**values: Any) -> Answers:
    return Answers(values=values, personal=frozenset())


def working(scene: Scene) -> str:
    """A case at its first of two tasks."""
    scene.release("labour", WORK)
    return scene.start("labour")


# --- people -----------------------------------------------------------------------------------------------------------


@deed
def complete(scene: Scene) -> Iterator[None]:
    """With a notice to the caller, and clocks that pause."""
    task = escalated(scene.story).task(DIAGNOSE)
    asking = answered(findings="Nothing yet.", result="ask_caller", question="Since when?")
    yield
    scene.act("wanda", complete_task, task.id, asking, task.version)


@deed
def start(scene: Scene) -> Iterator[None]:
    yield
    scene.act("carla", start_case, "incident", answered(**PRINTER))


@deed
def claim(scene: Scene) -> Iterator[None]:
    task = scene.open_task(working(scene), "work")
    yield
    scene.act("sam", claiming.claim, task.id)


@deed
def assign(scene: Scene) -> Iterator[None]:
    task = scene.open_task(working(scene), "work")
    scene.act("sam", claiming.claim, task.id)
    yield
    scene.act("ines", claiming.assign, task.id, scene.organisation.ids["dora"], WHY)


@deed
def press_an_offered_button(scene: Scene) -> Iterator[None]:
    """A message that a person sends into his case."""
    case = escalated(scene.story)
    yield
    scene.story.carla.sends(case, "Withdraw", withdrawn_reason=WHY)


@deed
def release(scene: Scene) -> Iterator[None]:
    with scene.organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        publishing.propose(tx, draft, WHY)
    yield
    scene.act("petra", publishing.release, draft)


@deed
def move_to_another_version(scene: Scene) -> Iterator[None]:
    """With a timer that stays and one that is new."""
    scene.release("timed", TIMED)
    case = scene.start("timed")
    new = scene.release("timed", TIMED_ANEW, version=2)
    yield
    scene.act("olga", migrating.migrate_case, case, new, {}, WHY)


# --- the worker -------------------------------------------------------------------------------------------------------


@deed
def fire_a_timer(scene: Scene) -> Iterator[None]:
    fixed(scene.story)
    scene.story.it_is("2026-11-30 08:59")
    scene.clock.forward(minutes=1)
    yield
    scene.run()


@deed
def fire_timers_of_several_cases(scene: Scene) -> Iterator[None]:
    """Which share a commit, also where one of the cases is suspended."""
    scene.release("timed", TIMED)
    cases = [scene.start("timed") for _ in range(3)]
    scene.clock.forward(hours=4)
    taken: list[Job] = []
    taken += worker.claim(scene.store)
    scene.act("olga", steering.suspend_case, cases[1], WHY)
    scene.act("olga", steering.resume_case, cases[1], WHY)
    yield
    worker.run_some(scene.store, list(taken))
    scene.run()


@deed
def carry_on_a_batch(scene: Scene) -> Iterator[None]:
    """Of two cases, one of which cannot be moved."""
    scene.release("timed", TIMED)
    cases = [scene.start("timed") for _ in range(2)]
    scene.do(cases[1], "work")
    new = scene.release("timed", TIMED_ANEW, version=2)
    scene.act("olga", batches.start_batch, new, cases, {}, WHY)
    yield
    scene.run()


@deed
def carry_a_message(scene: Scene) -> Iterator[None]:
    scene.release("teller", TELL)
    scene.release("waiter", WAIT)
    scene.start("waiter", order="A")
    scene.start("teller", order="A")
    yield
    scene.run()


@deed
def keep_a_message(scene: Scene) -> Iterator[None]:
    scene.release("teller", TELL)
    scene.start("teller", order="A")
    yield
    scene.run()


@deed
def begin_to_wait_for_a_kept_message(scene: Scene) -> Iterator[None]:
    scene.release("teller", TELL)
    scene.release("waiter", WAIT)
    scene.start("teller", order="A")
    scene.run()
    yield
    scene.start("waiter", order="A")
    scene.run()


@deed
def begin_a_case_by_a_message(scene: Scene) -> Iterator[None]:
    scene.release("teller", TELL)
    scene.release("begun", "message b start = paid\nuser pack assignGroup=service_desk\nb -> pack")
    scene.start("teller", order="A")
    yield
    scene.run()


@deed
def carry_a_signal(scene: Scene) -> Iterator[None]:
    scene.release("alarm", ALARM)
    scene.release("heed", HEED)
    for _ in range(2):
        scene.start("heed")
    scene.start("alarm")
    yield
    scene.run()


@deed
def call_a_case(scene: Scene) -> Iterator[None]:
    scene.release("child", CHILD)
    scene.release("caller", CALL)
    scene.start("caller")
    yield
    scene.run()


@deed
def come_back_from_a_called_case(scene: Scene) -> Iterator[None]:
    """With an escalation on the way."""
    scene.release("child", CHILD)
    scene.release("caller", CALL)
    scene.start("caller")
    scene.run()
    (child,) = scene.cases("child")
    scene.do(child.id, "work")
    scene.do(child.id, "more")
    yield
    scene.run()


@deed
def give_a_called_case_up(scene: Scene) -> Iterator[None]:
    scene.release("child", CHILD)
    scene.release("caller", CALL)
    caller = scene.start("caller")
    scene.run()
    yield
    scene.act("olga", steering.cancel_case, caller, WHY)
    scene.run()


@deed
def call_another_system(scene: Scene) -> Iterator[None]:
    scene.release("ordering", ORDER)
    scene.start("ordering")
    yield
    scene.run()


@deed
def keep_a_record(scene: Scene) -> Iterator[None]:
    """By a case, in the commit that completes the task before."""
    scene.release("keeping", KEEP)
    task = scene.open_task(scene.start("keeping"), "work")
    yield
    scene.act("sam", complete_task, task.id, answered(), task.version)


@deed
def save_a_record(scene: Scene) -> Iterator[None]:
    """By its owner."""
    supplier = Wanted(title="Papyrus", values={"kind": "external"})
    kept = scene.act("sam", registering.put, "supplier", None, supplier)
    yield
    scene.act("sam", registering.save_record, "supplier", kept.key, Wanted(title="Papyrus Ltd"), seen=1)


@deed
def take_a_stuck_call_away(scene: Scene) -> Iterator[None]:
    """By a timer at its border: its incident is over."""
    scene.release("ordering", ORDER.replace("https://orders.example/", "https://nobody.example/") + LATE)
    scene.start("ordering")
    scene.run()
    scene.clock.forward(days=1)
    yield
    scene.run()


# --- operators --------------------------------------------------------------------------------------------------------


@deed
def cancel(scene: Scene) -> Iterator[None]:
    case = escalated(scene.story)
    yield
    scene.act("olga", steering.cancel_case, case.id, WHY)


@deed
def suspend(scene: Scene) -> Iterator[None]:
    case = escalated(scene.story)
    yield
    scene.act("olga", steering.suspend_case, case.id, WHY)


@deed
def resume(scene: Scene) -> Iterator[None]:
    """With a timer that is overdue by then."""
    case = fixed(scene.story)
    scene.act("olga", steering.suspend_case, case.id, WHY)
    scene.story.it_is("2026-12-01 09:00")
    yield
    scene.act("olga", steering.resume_case, case.id, WHY)
    scene.run()


@deed
def go_back(scene: Scene) -> Iterator[None]:
    case = working(scene)
    task = scene.open_task(case, "work")
    scene.do(case, "work")
    yield
    scene.act("olga", steering.go_back_to, task.id, WHY)


@deed
def skip(scene: Scene) -> Iterator[None]:
    task = scene.open_task(working(scene), "work")
    yield
    scene.act("olga", steering.skip_task, task.id, WHY, task.version)


@deed
def correct(scene: Scene) -> Iterator[None]:
    case = working(scene)
    yield
    scene.act("olga", steering.correct_data, case, {"n": 1}, WHY, seen=1)


@deed
def move(scene: Scene) -> Iterator[None]:
    case = working(scene)
    with scene.organisation.reading() as tx:
        found = instances.get(tx, case)
        assert found is not None
        live = read_live(tx, found)
        assert live is not None
    (place,) = places(live)
    yield
    scene.act("olga", steering.redirect_case, case, place.token, "more", WHY)


@deed
def set_a_deadline(scene: Scene) -> Iterator[None]:
    case = escalated(scene.story)
    with scene.organisation.reading() as tx:
        (clock,) = [each for each in clocks.of_instance(tx, case.id) if each.name == "resolution"]
    yield
    scene.act("olga", steering.set_deadline, case.id, clock.id, timedelta(hours=1), WHY)


def stuck(scene: Scene) -> str:
    """A case with the incident of a call that nobody answered."""
    scene.release("ordering", ORDER.replace("https://orders.example/", "https://nobody.example/"))
    case = scene.start("ordering")
    scene.run()
    return scene.open_incident(case).id


@deed
def retry_an_incident(scene: Scene) -> Iterator[None]:
    incident = stuck(scene)
    yield
    scene.act("olga", incidents.retry_incident, incident, WHY)


@deed
def skip_an_incident(scene: Scene) -> Iterator[None]:
    incident = stuck(scene)
    yield
    scene.act("olga", incidents.skip_incident, incident, WHY)
