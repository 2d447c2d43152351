"""A suspended case: what comes for it waits and nothing moves it; once it is resumed, all that came has its effect."""

from collections.abc import Callable

import pytest

from engine.acts import steering
from engine.errors import CaseSuspended
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.storage import instances, jobs
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.faults import invariants
from tests.storage_contract.stores import Clock

AFTER = "user after assignGroup=service_desk"
CALLING = f"start s\ncall c = child\nescalation up on=c beside = U\nuser told assignGroup=service_desk\n{AFTER}\ns -> c"
CALLING += "\nc -> after\nup -> told"
CHILD = """start s
user work assignGroup=service_desk
escalation up throw = U
user more assignGroup=service_desk
error bad end = E
xor x default=fine
end e
s -> work
work -> up
up -> more
more -> x
x -> bad [fails]
fine: x -> e"""

Trigger = Callable[[Town], None]


def passes(_town: Town) -> None:
    """Nothing but time passes."""


def tells(message: str) -> Trigger:
    """Somebody else's case sends it."""

    def tell(town: Town) -> None:
        town.release("teller", f"start s\n{message}\nend e\ns -> told\ntold -> e")
        town.start("teller")

    return tell


def works(*elements: str, **values: bool) -> Trigger:
    """The called case goes on."""

    def work(town: Town) -> None:
        (child,) = town.cases("child")
        for element in elements:
            town.do(child.id, element, **values)
            town.run()

    return work


WAITS: dict[str, tuple[str, Trigger, list[str]]] = {
    "a timer": (f"start s\ntimer w = PT1H\n{AFTER}\ns -> w\nw -> after", passes, ["after"]),
    "a timer at the border": (
        f"start s\nuser u assignGroup=service_desk\ntimer w on=u = PT1H\n{AFTER}\ns -> u\nw -> after",
        passes,
        ["after"],
    ),
    "a timer of an event sub-process": (
        "start s\nuser u assignGroup=service_desk\ns -> u\nsub v event {\ntimer w start beside = PT1H\n"
        f"{AFTER}\nw -> after\n}}",
        passes,
        ["after", "u"],
    ),
    "a message": (
        f"start s\nmessage w = go\n{AFTER}\ns -> w\nw -> after",
        tells("message told throw = go"),
        ["after"],
    ),
    "a message at a race": (
        f"start s\nrace r\nmessage w = go\ntimer t = P9D\n{AFTER}\ns -> r\nr -> w\nr -> t\nw -> after\nt -> after",
        tells("message told throw = go"),
        ["after"],
    ),
    "a signal": (f"start s\nsignal w = red\n{AFTER}\ns -> w\nw -> after", tells("signal told throw = red"), ["after"]),
    "an escalation of a called case": (CALLING, works("work"), ["told"]),
    "the end of a called case": (CALLING, works("work", "more", fails=False), ["after", "told"]),
    "an error of a called case": (
        f"{CALLING}\nerror bad on=c = E\nuser sad assignGroup=service_desk\nbad -> sad",
        works("work", "more", fails=True),
        ["sad", "told"],
    ),
}


@pytest.mark.parametrize("what", WAITS)
def test_what_comes_for_it_waits_until_it_goes_on(store: Installation, clock: Clock, what: str) -> None:
    town = Town(store)
    drawn, trigger, expected = WAITS[what]
    town.release("child", CHILD)
    town.release("p", drawn)
    case = town.start("p")
    town.run()
    with begin(store, SYSTEM) as tx:
        steering.suspend_case(tx, case, "The vendor asked for it.")
    before, state = town.case(case), stored(town, case)
    trigger(town)
    clock.forward(hours=2)
    for _ in range(3):
        town.run()
        clock.forward(hours=1)
    assert (town.case(case), stored(town, case)) == (before, state)
    assert town.failed() == []
    with begin(store, SYSTEM) as tx:
        steering.resume_case(tx, case, "The vendor is done.")
    town.run()
    assert town.tasks(case) == expected
    invariants.check(store)


def test_people_are_told_that_it_is_suspended(store: Installation) -> None:
    town = Town(store)
    town.release("p", f"start s\n{AFTER}\ns -> after")
    case = town.start("p")
    with begin(store, SYSTEM) as tx:
        steering.suspend_case(tx, case, "The vendor asked for it.")
    with pytest.raises(CaseSuspended, match="goes on when an operator resumes it"):
        town.do(case, "after")


def stored(town: Town, case: str) -> tuple[bytes | None, int]:
    """The state of a case, and how many of its jobs are done."""
    with reading(town.store, SYSTEM) as tx:
        done = [job for job in jobs.of_instance(tx.connection, case) if job.ended_at is not None]
        return instances.live_state(tx, case), len(done)
