"""The table of pairs that may meet: what is so before, both deeds, and what must come of them in either order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine import worker
from engine.acts import claiming, messaging, migrating, publishing, steering
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.errors import (
    CaseSuspended,
    Conflict,
    EngineError,
    StaleRevision,
    TaskAlreadyDone,
    TaskMovedOn,
    TaskTaken,
)
from engine.model.job import Job
from engine.model.person import SYSTEM
from engine.transaction import begin
from tests.faults.deeds import CHILD, HEED, ORDER, TIMED, WHY, WORK, answered
from tests.faults.scene import Scene
from tests.faults.stepping import Deed
from tests.journeys.test_incident_journey import PRINTER

BOTH: Final = """
start s
and split
user left assignGroup=service_desk
user right assignGroup=service_desk
and join
user last assignGroup=service_desk
s -> split
split -> left
split -> right
left -> join
right -> join
join -> last
"""
RACE: Final = """
start s
race gate
message paid = paid
timer late = PT1H
user pack assignGroup=service_desk
user chase assignGroup=service_desk
s -> gate
gate -> paid
gate -> late
paid -> pack
late -> chase
"""
STOP: Final = """
start s
user work assignGroup=service_desk
signal stop on=work = alarm
user more assignGroup=service_desk
user safe assignGroup=service_desk
s -> work
work -> more
stop -> safe
"""
ALARM: Final = "start s\nsignal out throw = alarm\ns -> out"


@dataclass(frozen=True, kw_only=True)
class End:
    """What must come of a pair: the refusal that each of the two meets, and what the journals of the cases gain."""

    told: tuple[str, ...]
    one: type[EngineError] | None = None
    other: type[EngineError] | None = None


@dataclass(frozen=True, kw_only=True)
class Race:
    """A pair of deeds."""

    before: Callable[[Scene], tuple[Deed, Deed]]
    one_first: End
    other_first: End
    commits: Mapping[int, int] = field(default_factory=dict)
    """Which transaction of a deed meets the other, where it is not its first: 0 for the one, 1 for the other."""


def completing(scene: Scene, case: str, element_id: str, login: str = "sam") -> Deed:
    task = scene.open_task(case, element_id)
    return lambda: scene.act(login, complete_task, task.id, answered(), task.version)


def steers(scene: Scene, act: Callable[..., Any], *arguments: Any, **named: Any) -> Deed:
    return lambda: scene.act("olga", act, *arguments, WHY, **named)


def working(scene: Scene) -> str:
    scene.release("labour", WORK)
    return scene.start("labour")


def claimed(scene: Scene) -> list[Job]:
    """Take what is due, as a worker does who is about to do it."""
    taken = worker.claim(scene.store)
    assert taken
    return taken


def does(scene: Scene, job: Job) -> Deed:
    return lambda: worker.run(scene.store, job.id, job.attempt)


def complete_complete(scene: Scene) -> tuple[Deed, Deed]:
    case = working(scene)
    return completing(scene, case, "work"), completing(scene, case, "work", "dora")


def complete_cancel(scene: Scene) -> tuple[Deed, Deed]:
    case = working(scene)
    return completing(scene, case, "work"), steers(scene, steering.cancel_case, case)


def complete_suspend(scene: Scene) -> tuple[Deed, Deed]:
    case = working(scene)
    return completing(scene, case, "work"), steers(scene, steering.suspend_case, case)


def siblings(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("both", BOTH)
    case = scene.start("both")
    return completing(scene, case, "left"), completing(scene, case, "right", "dora")


def message_timer(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("racing", RACE)
    case = scene.start("racing")
    scene.clock.forward(hours=1)
    with begin(scene.store, SYSTEM) as tx:
        messaging.send_later(tx, case, "paid", {})
    timer, message = sorted(claimed(scene), key=lambda job: job.kind, reverse=True)
    return does(scene, message), does(scene, timer)


def signal_complete(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("alarm", ALARM)
    scene.release("heed", HEED)
    scene.release("stop_it", STOP)
    scene.start("heed")
    case = scene.start("stop_it")
    scene.start("alarm")
    (route,) = claimed(scene)
    does(scene, route)()
    mine, others = [], []
    for job in claimed(scene):
        (mine if job.instance_id == case else others).append(job)
    does(scene, others[0])()
    return does(scene, mine[0]), completing(scene, case, "work")


def two_workers(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("racing", RACE)
    scene.start("racing")
    scene.clock.forward(hours=1)
    (timer,) = claimed(scene)
    return does(scene, timer), does(scene, timer)


def lease_lost(scene: Scene) -> tuple[Deed, Deed]:
    """A slow worker and the one that takes his job over."""
    scene.release("racing", RACE)
    scene.start("racing")
    scene.clock.forward(hours=1)
    (timer,) = claimed(scene)
    scene.clock.forward(minutes=10)
    return does(scene, timer), lambda: worker.run_due(scene.store)


def two_groups(scene: Scene) -> tuple[Deed, Deed]:
    """Two workers on timers of several cases, which each of them does in one commit."""
    scene.release("racing", RACE)
    for _ in range(3):
        scene.start("racing")
    scene.clock.forward(hours=1)
    timers = claimed(scene)
    return lambda: worker.run_some(scene.store, list(timers)), lambda: worker.run_some(scene.store, timers[::-1])


def group_complete(scene: Scene) -> tuple[Deed, Deed]:
    """Timers of several cases in one commit, and somebody who completes a task of one of them."""
    scene.release("timed", TIMED)
    cases = [scene.start("timed") for _ in range(3)]
    scene.clock.forward(hours=4)
    timers = claimed(scene)
    return lambda: worker.run_some(scene.store, list(timers)), completing(scene, cases[1], "work")


def claim_claim(scene: Scene) -> tuple[Deed, Deed]:
    task = scene.open_task(working(scene), "work")
    return lambda: scene.act("sam", claiming.claim, task.id), lambda: scene.act("dora", claiming.claim, task.id)


def claim_claim_of_groups(scene: Scene) -> tuple[Deed, Deed]:
    """A task that is offered to two groups, and nobody is in both."""
    scene.release("either", "start s\nuser work assignGroup=service_desk,incident_manager\ns -> work")
    task = scene.open_task(scene.start("either"), "work")
    return lambda: scene.act("sam", claiming.claim, task.id), lambda: scene.act("ines", claiming.claim, task.id)


def assign_complete(scene: Scene) -> tuple[Deed, Deed]:
    case = working(scene)
    task, dora = scene.open_task(case, "work"), scene.organisation.ids["dora"]
    return lambda: scene.act("ines", claiming.assign, task.id, dora, WHY), completing(scene, case, "work")


def release_release(scene: Scene) -> tuple[Deed, Deed]:
    with scene.organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        publishing.propose(tx, draft, WHY)
    scene.run()  # document control learns of the proposal

    def release() -> None:
        scene.act("petra", publishing.release, draft)

    return release, release


def start_start(scene: Scene) -> tuple[Deed, Deed]:
    def start() -> None:
        scene.act("carla", start_case, "incident", answered(**PRINTER))

    return start, start


def correct_complete(scene: Scene) -> tuple[Deed, Deed]:
    case = working(scene)
    return (
        lambda: scene.act("olga", steering.correct_data, case, {"n": 1}, WHY, seen=1),
        completing(scene, case, "work"),
    )


def go_back_complete(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("labour", WORK + "\nuser last assignGroup=service_desk\nmore -> last")
    case = scene.start("labour")
    task = scene.open_task(case, "work")
    scene.do(case, "work")
    return steers(scene, steering.go_back_to, task.id), completing(scene, case, "more")


def migrate_complete(scene: Scene) -> tuple[Deed, Deed]:
    case = working(scene)
    new = scene.release("labour", WORK.replace("user more", "user more name=Further"), version=2)
    return (
        lambda: scene.act("olga", migrating.migrate_case, case, new, {}, WHY),
        completing(scene, case, "work"),
    )


def resume_timer(scene: Scene) -> tuple[Deed, Deed]:
    """The timer's worker has been at it since before the case was suspended."""
    scene.release("racing", RACE)
    case = scene.start("racing")
    scene.clock.forward(hours=1)
    (timer,) = claimed(scene)
    scene.act("olga", steering.suspend_case, case, WHY)
    return steers(scene, steering.resume_case, case), does(scene, timer)


def suspend_timer(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("racing", RACE)
    case = scene.start("racing")
    scene.clock.forward(hours=1)
    (timer,) = claimed(scene)
    return steers(scene, steering.suspend_case, case), does(scene, timer)


def cancel_answer(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("ordering", ORDER)
    case = scene.start("ordering")
    (call,) = claimed(scene)
    return steers(scene, steering.cancel_case, case), does(scene, call)


def suspend_answer(scene: Scene) -> tuple[Deed, Deed]:
    scene.release("ordering", ORDER)
    case = scene.start("ordering")
    (call,) = claimed(scene)
    return steers(scene, steering.suspend_case, case), does(scene, call)


def cancel_call(scene: Scene) -> tuple[Deed, Deed]:
    """The caller is given up while its called case begins."""
    scene.release("child", CHILD)
    scene.release("caller", "start s\ncall c = child\nuser after assignGroup=service_desk\ns -> c\nc -> after")
    case = scene.start("caller")
    (begun,) = claimed(scene)
    return steers(scene, steering.cancel_case, case), does(scene, begun)


STARTED = ("case.started", "clock.started", "clock.started")
DONE, CANCELLED = "task.completed", "case.cancelled"
RACES: Final[Mapping[str, Race]] = {
    "complete, complete": Race(
        before=complete_complete,
        one_first=End(other=TaskAlreadyDone, told=(DONE,)),
        other_first=End(one=TaskAlreadyDone, told=(DONE,)),
    ),
    "complete, cancel": Race(
        before=complete_cancel,
        one_first=End(told=(DONE, CANCELLED)),
        other_first=End(one=TaskMovedOn, told=(CANCELLED,)),
    ),
    "complete, suspend": Race(
        before=complete_suspend,
        one_first=End(told=(DONE, "case.suspended")),
        other_first=End(one=CaseSuspended, told=("case.suspended",)),
    ),
    "sibling tasks before a join": Race(
        before=siblings, one_first=End(told=(DONE, DONE)), other_first=End(told=(DONE, DONE))
    ),
    "message, timer at an event gateway": Race(
        before=message_timer, one_first=End(told=("message.received",)), other_first=End(told=("timer.fired",))
    ),
    "signal to many, complete": Race(
        before=signal_complete,
        one_first=End(other=TaskMovedOn, told=("signal.received",)),
        other_first=End(told=(DONE,)),
    ),
    "two workers on one job": Race(
        before=two_workers, one_first=End(told=("timer.fired",)), other_first=End(told=("timer.fired",))
    ),
    "a lease that was lost": Race(
        before=lease_lost, one_first=End(told=("timer.fired",)), other_first=End(told=("timer.fired",))
    ),
    "two workers on many jobs": Race(
        before=two_groups, one_first=End(told=("timer.fired",) * 3), other_first=End(told=("timer.fired",) * 3)
    ),
    "many timers, complete": Race(
        before=group_complete,
        one_first=End(told=("timer.fired", "timer.fired", "timer.fired", DONE)),
        other_first=End(told=("timer.fired", "timer.fired", DONE)),
    ),
    "claim, claim by another group": Race(
        before=claim_claim_of_groups,
        one_first=End(other=TaskTaken, told=("task.claimed",)),
        other_first=End(one=TaskTaken, told=("task.claimed",)),
    ),
    "claim, claim": Race(
        before=claim_claim,
        one_first=End(other=TaskTaken, told=("task.claimed",)),
        other_first=End(one=TaskTaken, told=("task.claimed",)),
    ),
    "assign, complete": Race(
        before=assign_complete,
        one_first=End(other=TaskTaken, told=("task.assigned",)),
        other_first=End(one=TaskAlreadyDone, told=(DONE,)),
    ),
    "release, release": Race(
        before=release_release,  # document control hears of the release once
        one_first=End(other=Conflict, told=("message.received",)),
        other_first=End(one=Conflict, told=("message.received",)),
    ),
    "start, start": Race(before=start_start, one_first=End(told=STARTED * 2), other_first=End(told=STARTED * 2)),
    "correct, complete": Race(
        before=correct_complete,
        one_first=End(told=("case.corrected", DONE)),
        other_first=End(one=StaleRevision, told=(DONE,)),
    ),
    "go back, complete": Race(
        before=go_back_complete,
        one_first=End(other=TaskMovedOn, told=("case.went_back",)),
        other_first=End(told=(DONE, "case.went_back")),
    ),
    "migrate, complete": Race(
        before=migrate_complete,
        one_first=End(other=TaskMovedOn, told=("case.migrated",)),
        other_first=End(told=(DONE, "case.migrated")),
    ),
    "resume, timer": Race(
        before=resume_timer,
        one_first=End(told=("case.resumed", "timer.fired")),
        other_first=End(told=("case.resumed", "timer.fired")),
    ),
    "suspend, timer": Race(
        before=suspend_timer,
        one_first=End(told=("case.suspended",)),
        other_first=End(told=("timer.fired", "case.suspended")),
    ),
    "cancel, answer of another system": Race(
        before=cancel_answer,
        one_first=End(told=(CANCELLED,)),
        other_first=End(told=("call.attempted", "call.succeeded", CANCELLED)),
        commits={1: 2},
    ),
    "suspend, answer of another system": Race(
        before=suspend_answer,
        one_first=End(told=("case.suspended",)),
        other_first=End(told=("call.attempted", "call.succeeded", "case.suspended")),
        commits={1: 2},
    ),
    "cancel, begin of a called case": Race(
        before=cancel_call,
        one_first=End(told=(CANCELLED,)),
        other_first=End(told=("call.started", "case.started", CANCELLED, CANCELLED)),
    ),
}
