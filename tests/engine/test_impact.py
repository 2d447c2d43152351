"""What fails with an item: relations are followed from it outwards, and those of other items are not read."""

import pytest

from bpmn.library import shipped_record_types
from engine.acts import registering
from engine.acts.record_types import load_record_types
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.model.register import Wanted
from engine.reports.impact import impact, reach
from engine.schedule import ITEM
from engine.storage import registers
from engine.transaction import begin, reading

Added = dict[str, str]


@pytest.fixture
def added(store: Installation) -> Added:
    """A host, mail and a database on it, a portal on both, which the host's own backup needs; and two of no concern."""
    rests: dict[str, tuple[str, ...]] = {
        "host": (),
        "mail": ("host",),
        "database": ("host",),
        "portal": ("database", "mail"),
        "far": (),
        "farther": ("far",),
    }
    keys: Added = {}
    with begin(store, SYSTEM) as tx:
        load_record_types(tx, shipped_record_types())
        for title, others in rests.items():
            values = {"kind": "server", "depends_on": [keys[other] for other in others]}
            keys[title] = registering.put(tx, ITEM, None, Wanted(title=title, values=values)).key
        circle = Wanted(values={"depends_on": [keys["portal"]]})
        registering.put(tx, ITEM, keys["host"], circle)
    return keys


def test_the_nearest_come_first_also_in_a_circle(store: Installation, added: Added) -> None:
    with reading(store, SYSTEM) as tx:
        found = impact(tx, added["host"])
    assert [(node.title, node.steps) for node in found.hits] == [("mail", 1), ("database", 1), ("portal", 2)]
    assert found.rests_on == ()  # what it rests on fails with it too, and is told once
    ends = {key: title for title, key in added.items()}
    assert sorted((ends[cause], ends[effect]) for cause, effect in found.edges) == [
        ("database", "portal"),
        ("host", "database"),
        ("host", "mail"),
        ("mail", "portal"),
        ("portal", "host"),
    ]
    assert not found.more


def test_several_items_are_followed_together(store: Installation, added: Added) -> None:
    with reading(store, SYSTEM) as tx:
        found = reach(tx, {added["far"], added["database"]})
    assert {(node.title, node.steps) for node in found.hits} == {
        ("farther", 1),
        ("portal", 1),
        ("host", 2),
        ("mail", 3),
    }


def test_relations_of_other_items_are_not_read(
    store: Installation, added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    fetch = registers.edges_at

    def edges_at(*asked) -> list[tuple[str, str, str, str]]:
        found = fetch(*asked)
        read.update(end for _kind, key, _field, other in found for end in (key, other))
        return found

    monkeypatch.setattr(registers, "edges_at", edges_at)
    with reading(store, SYSTEM) as tx:
        reach(tx, {added["host"]})
    assert read == {added[title] for title in ("host", "mail", "database", "portal")}
