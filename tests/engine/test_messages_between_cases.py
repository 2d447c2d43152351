"""Messages from case to case: found by name and key, kept, given once, and told in both histories."""

import random
import threading
from datetime import timedelta

import pytest

from engine import worker
from engine.errors import NotAllowed
from engine.installation import Installation
from engine.model.message import MessageState
from engine.model.person import SYSTEM, Actor
from engine.reports.incidents import incident_page
from engine.reports.messages import kept_messages
from engine.storage import messages
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

SHOP = """
start s
message tell throw{words} = paid {{ ={{amount: amount, messageId: no}} }}
s -> tell
"""
ORDER = """
start s
message wait correlate==order = paid
user pack assignGroup=service_desk
s -> wait
wait -> pack
"""
BARE = ORDER.replace(" correlate==order", "")


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("shop", SHOP.format(words=" correlate==order"))
    town.release("bare_shop", SHOP.format(words=" timeToLive=PT10M"))
    town.release("order", ORDER)
    town.release("bare", BARE)
    return town


def test_a_message_reaches_the_case_that_awaits_its_key(town: Town) -> None:
    one, other, bare = town.start("order", order="A"), town.start("order", order="B"), town.start("bare")
    shop = town.start("shop", order="B", amount=7)
    assert town.tasks(other) == []
    town.run()
    assert [town.tasks(case) for case in (one, other, bare)] == [[], ["pack"], []]
    assert town.data(other) == {"order": "B", "amount": 7}
    assert town.case(shop).state == "completed"
    assert town.kinds(other) == ["case.started", "message.received"]
    facts = town.facts(other, "message.received")
    assert (facts["message"], facts["element"], facts["sender"]) == ("paid", "wait", shop)
    assert town.kept() == []


def test_without_a_key_the_name_alone_decides_and_only_one_may_wait(town: Town) -> None:
    keyed, bare = town.start("order", order="A"), town.start("bare")
    town.start("bare_shop", amount=1)
    town.run()
    assert (town.tasks(keyed), town.tasks(bare)) == ([], ["pack"])
    first, second = town.start("bare"), town.start("bare")
    town.start("bare_shop", amount=2)
    town.run()
    assert town.tasks(first) == town.tasks(second) == []
    assert town.failed() == ["2 cases wait for the message 'paid' without a key; it can reach only one."]
    with reading(town.store, SYSTEM) as tx:
        (found,) = incident_page(tx).rows
    assert (found.incident.element_id, found.element) == ("tell", "tell"), "the element that sent it is named"


def test_a_message_nobody_waits_for_is_kept_and_seen_until_somebody_does(town: Town, clock: Clock) -> None:
    shop = town.start("shop", order="A", amount=7)
    town.run()
    (kept,) = town.kept()
    assert (kept.name, kept.correlation, kept.state, kept.sender_id) == ("paid", "A", MessageState.KEPT, shop)
    assert (kept.expires_at - clock.now).total_seconds() == 3600
    assert town.kinds(shop) == ["case.started", "message.kept"]
    clock.forward(minutes=59)
    other, one = town.start("order", order="B"), town.start("order", order="A")
    town.run()
    assert (town.tasks(one), town.tasks(other)) == (["pack"], [])
    assert town.data(one)["amount"] == 7
    assert [(kept.state, kept.receiver_id) for kept in town.kept()] == [(MessageState.DELIVERED, one)]
    late = town.start("order", order="A")
    town.run()
    assert town.tasks(late) == []
    clock.forward(minutes=2)
    town.run()
    assert town.kept() == []


def test_its_time_to_live_ends(town: Town, clock: Clock) -> None:
    shop = town.start("bare_shop", amount=1)
    town.run()
    clock.forward(minutes=10)
    bare = town.start("bare")  # before the job that ends its life has run
    town.run()
    assert town.tasks(bare) == []
    (expired,) = town.kept()
    assert expired.state is MessageState.EXPIRED
    assert town.kinds(shop) == ["case.started", "message.kept", "message.expired"]


def test_older_messages_come_first_one_for_each_wait(town: Town, clock: Clock) -> None:
    for amount in (1, 2):
        town.start("bare_shop", amount=amount)
        town.run()
        clock.forward(minutes=1)
    first = town.start("bare")
    second = town.start("bare")
    town.run()
    assert [town.data(case)["amount"] for case in (first, second)] == [1, 2]


def test_a_message_of_the_same_id_is_dropped_within_its_time(town: Town, clock: Clock) -> None:
    town.start("shop", order="A", amount=1, no="m")
    town.run()
    again = town.start("shop", order="A", amount=2, no="m")
    town.run()
    one, other = town.start("order", order="A"), town.start("order", order="A")
    town.run()
    third = town.start("shop", order="A", amount=3, no="m")
    town.run()
    assert [town.tasks(case) for case in (one, other)] == [["pack"], []]
    assert town.data(one)["amount"] == 1
    assert town.kinds(again) == town.kinds(third) == ["case.started", "message.dropped"]
    (kept,) = town.kept()
    assert (kept.message_id, kept.duplicates) == ("m", 2)
    clock.forward(hours=2)
    town.start("shop", order="A", amount=4, no="m")
    town.run()
    assert town.tasks(other) == ["pack"]


def test_a_message_that_comes_too_late_goes_on_to_the_next(town: Town) -> None:
    one = town.start("order", order="A")
    town.start("shop", order="A", amount=1)
    (route,) = worker.claim(town.store)
    worker.run(town.store, route.id, route.attempt)
    town.cancel(one)
    other = town.start("order", order="A")
    town.run()
    assert town.tasks(other) == ["pack"]


def test_a_message_starts_a_case_where_none_waits(town: Town) -> None:
    town.release(
        "case", "start s\nmessage begin start correlate==x = paid\nuser t assignGroup=service_desk\ns -> t\nbegin -> t"
    )
    waiting = town.start("order", order="A")
    shop = town.start("shop", order="A", amount=1)
    town.run()
    assert (town.tasks(waiting), town.cases("case")) == (["pack"], [])
    town.start("shop", order="A", amount=2, no="x")
    town.start("shop", order="A", amount=2, no="x")
    town.run()
    (begun,) = town.cases("case")
    assert (begun.starter_id, begun.business_key) == (None, "A")
    assert town.tasks(begun.id) == ["t"]
    assert town.data(begun.id) == {"amount": 2, "messageId": "x"}
    assert town.facts(begun.id, "case.started")["element"] == "begin"
    assert town.facts(begun.id, "case.started")["sender"] != shop


def test_two_processes_that_a_message_could_start_are_told_and_nothing_starts(town: Town) -> None:
    for name in ("a", "b"):
        town.release(name, "message begin start = paid\nuser t assignGroup=service_desk\nbegin -> t")
    town.start("bare_shop", amount=1)
    town.run()
    assert town.cases("a") == town.cases("b") == []
    assert town.failed() == ["2 processes start for the message 'paid' without a key; it can reach only one."]


def test_only_operators_see_what_is_kept(town: Town) -> None:
    somebody = Actor(person_id="x", name="X", roles=frozenset({"employee"}))
    with reading(town.store, somebody) as tx, pytest.raises(NotAllowed):
        kept_messages(tx)


def test_a_sender_and_a_waiter_that_cross_each_other_still_meet(town: Town) -> None:
    """Neither sees the other before its own commit: whoever comes second finds what the first left."""
    for turn in range(8):
        shop = town.start("shop", order=f"k{turn}", amount=turn)
        assert shop
        (route,) = worker.claim(town.store)
        together = threading.Barrier(2)
        cases: list[str] = []

        def wait(turn: int = turn, together: threading.Barrier = together, cases: list[str] = cases) -> None:
            together.wait()
            cases.append(town.start("order", order=f"k{turn}"))

        thread = threading.Thread(target=wait)
        thread.start()
        together.wait()
        worker.run(town.store, route.id, route.attempt)
        thread.join()
        town.run()
        assert town.tasks(cases[0]) == ["pack"]
    assert town.failed() == []


RACE = """
start s
race first
message yes correlate==order = paid
timer slow = PT1H
user pack assignGroup=service_desk
user remind assignGroup=service_desk
s -> first
first -> yes
first -> slow
yes -> pack
slow -> remind
"""


def test_a_message_and_a_timer_at_a_gateway_have_one_winner_whichever_worker_is_faster(
    town: Town, clock: Clock
) -> None:
    town.release("race", RACE)
    for turn in range(6):
        case = town.start("race", order=f"r{turn}")
        clock.forward(hours=1)
        town.start("shop", order=f"r{turn}", amount=1)
        routes = [job for job in worker.claim(town.store) if job.kind == "route"]
        timers = [job for job in worker.claim(town.store) if job.kind == "timer"]
        for route in routes:
            worker.run(town.store, route.id, route.attempt)
        taken = [*timers, *worker.claim(town.store)]
        threads = [threading.Thread(target=worker.run, args=(town.store, job.id, job.attempt)) for job in taken]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        town.run()
        assert town.tasks(case) in (["pack"], ["remind"])
        assert len([kind for kind in town.kinds(case) if kind != "case.started"]) == 1
    assert town.failed() == []


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_every_message_is_given_once_and_none_is_lost(town: Town, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a printed seed, no secret
    sent: dict[str, list[int]] = {"A": [], "B": []}
    got: dict[str, list[int]] = {"A": [], "B": []}
    waiting: dict[str, str] = {}
    for number in range(14):
        key = chance.choice("AB")
        if chance.random() < 0.5:
            town.start("shop", order=key, amount=number)
            sent[key].append(number)
        elif key not in waiting:
            waiting[key] = town.start("order", order=key)
        if chance.random() < 0.7:
            town.run()
            for one, case in list(waiting.items()):
                if town.tasks(case):
                    got[one].append(int(town.data(case)["amount"]))
                    del waiting[one]
    town.run()
    for one, case in waiting.items():
        if town.tasks(case):
            got[one].append(int(town.data(case)["amount"]))
    kept = [message for message in town.kept() if message.state is MessageState.KEPT]
    for key in "AB":
        assert len(got[key]) == len(set(got[key]))
        assert set(got[key]) <= set(sent[key])
        assert len(got[key]) + len([each for each in kept if each.correlation == key]) == len(sent[key])
    assert town.failed() == []


def test_what_became_of_a_message_is_forgotten_after_its_age(town: Town, clock: Clock) -> None:
    town.start("bare_shop", amount=1)
    town.run()
    clock.forward(minutes=10)
    town.run()

    def sweep() -> None:
        with begin(town.store, SYSTEM) as tx:
            messages.drop_old(tx)

    clock.now += messages.AGE - timedelta(seconds=1)
    sweep()
    assert [kept.state for kept in town.kept()] == [MessageState.EXPIRED]
    clock.forward(seconds=1)
    sweep()
    assert town.kept() == []
