"""What the check knows of the other processes of an installation."""

from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.transaction import reading
from engine.vocabulary import vocabulary
from tests.engine.town import Town


def test_the_vocabulary_tells_of_released_processes_their_tags_and_messages(store: Installation) -> None:
    town = Town(store)
    town.release("shop", "start s\nmessage tell throw = paid\ns -> tell", tag="old")
    town.release("shop", "start s\nmessage tell throw = paid\nmessage wait = sent\ns -> tell\ntell -> wait", version=2)
    with reading(store, SYSTEM) as tx:
        known = vocabulary(tx).processes
    assert known is not None
    shop = known["shop"]
    assert (shop.version_tags, shop.sends, shop.receives) == ({"old"}, {"paid"}, {"sent"})
