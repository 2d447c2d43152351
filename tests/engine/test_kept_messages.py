"""Messages nobody waited for, in the hands of an operator: seen without what speaks of a person, removed, delivered."""

import pytest

from engine.acts.kept_messages import deliver_message, remove_message
from engine.errors import Conflict, NobodyWaits, NotAllowed, NotFound, Unacceptable
from engine.installation import Installation
from engine.model.message import MessageState
from engine.model.person import SYSTEM, Actor
from engine.reports.messages import kept_message, kept_messages
from engine.transaction import begin, reading
from tests.engine.town import Town

SHOP = """
start s
message tell throw correlate==order = paid {= {amount: amount, who: who, messageId: no}}
s -> tell
"""
ORDER = """
start s
message wait correlate==order = paid
user pack assignGroup=service_desk
s -> wait
wait -> pack
"""


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("shop", SHOP)
    town.release("order", ORDER)
    return town


def test_what_a_message_carries_is_seen_without_texts_that_may_speak_of_a_person(town: Town) -> None:
    town.start("shop", order="A", amount=7, who="Jo Bauer", no="m")
    town.run()
    (kept,) = town.kept()
    with reading(town.store, SYSTEM) as tx:
        view = kept_message(tx, kept.id)
    carried = {field.name: (field.value, field.shown) for field in view.carried}
    assert carried["amount"] == (7, True)
    assert carried["who"] == (None, False)
    assert (view.line.sender is not None, view.line.element, view.is_awaited) == (True, "tell", False)


def test_a_removed_message_reaches_nobody_and_its_id_stays_taken(town: Town) -> None:
    shop = town.start("shop", order="A", amount=7, no="m")
    town.run()
    (kept,) = town.kept()
    with begin(town.store, SYSTEM) as tx, pytest.raises(Unacceptable):
        remove_message(tx, kept.id, " ")
    with begin(town.store, SYSTEM) as tx:
        remove_message(tx, kept.id, "Sent by a mistake.")
    order = town.start("order", order="A")
    town.start("shop", order="A", amount=8, no="m")
    town.run()
    assert town.tasks(order) == []
    assert [(each.state, each.duplicates) for each in town.kept()] == [(MessageState.REMOVED, 1)]
    assert town.kinds(shop) == ["case.started", "message.kept", "message.removed"]
    with begin(town.store, SYSTEM) as tx, pytest.raises(Conflict):
        remove_message(tx, kept.id, "Again.")


def test_a_kept_message_begins_a_case_of_a_process_released_since(town: Town) -> None:
    shop = town.start("shop", order="A", amount=7)
    town.run()
    (kept,) = town.kept()
    with begin(town.store, SYSTEM) as tx, pytest.raises(NobodyWaits):
        deliver_message(tx, kept.id, "Now.")
    town.release("desk", "message begin start = paid\nuser t assignGroup=service_desk\nbegin -> t")
    town.run()
    assert town.cases("desk") == []
    with reading(town.store, SYSTEM) as tx:
        assert kept_message(tx, kept.id).is_awaited
    with begin(town.store, SYSTEM) as tx:
        deliver_message(tx, kept.id, "A process begins with it now.")
    town.run()
    (begun,) = town.cases("desk")
    assert town.data(begun.id)["amount"] == 7
    assert [each.state for each in town.kept()] == [MessageState.DELIVERED]
    assert town.kinds(shop)[-1] == "message.resent"


def test_operators_only_and_nothing_of_cases_they_may_not_see(town: Town) -> None:
    shop = town.start("shop", order="A", amount=7, restricted=True)
    town.run()
    (kept,) = town.kept()
    nobody = Actor(person_id="p", name="P", roles=frozenset({"employee"}))
    operator = Actor(person_id="o", name="O", roles=frozenset({"operator"}))
    with reading(town.store, nobody) as tx, pytest.raises(NotAllowed):
        kept_messages(tx)
    assert town.case(shop).restricted
    with reading(town.store, operator) as tx:
        view = kept_message(tx, kept.id)
        assert (view.line.hidden, view.line.sender, view.carried) == (True, None, ())
    with begin(town.store, operator) as tx, pytest.raises(NotFound):
        remove_message(tx, kept.id, "Why not.")
