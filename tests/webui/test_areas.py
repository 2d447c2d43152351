"""Many processes are found by what they are about, and by words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.webui.conftest import House
from webui.areas import AREAS, OTHERS, by_area


@dataclass(frozen=True)
class Process:
    title: str
    purpose: str = ""
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def test_areas_stand_in_their_order_and_none_is_empty() -> None:
    incident = Process("Incident", "Restore a service", {"2005": ("8.2",)})
    release = Process("Release", "Bring into use", {"2005": ("10.1",)})
    own = Process("Lending")
    found = by_area([own, release, incident])
    assert [(area.title, area.rows) for area in found] == [
        (AREAS[0][1], [incident]),
        (AREAS[1][1], [release]),
        (OTHERS, [own]),
    ]
    assert [area.rows for area in by_area([own, release, incident], "RESTORE incident")] == [[incident]]
    assert by_area([own], "zebra") == []


def test_what_can_be_started_is_searched_without_scripts(house: House) -> None:
    caller = house.signed_in("caller")
    every = caller.get("/start").get_data(as_text=True)
    assert 'href="/start/incident"' in every
    assert 'href="/start/change"' in every
    some = caller.get("/start?text=incident+restore").get_data(as_text=True)
    assert 'href="/start/incident"' in some
    assert 'href="/start/change"' not in some
    assert "Nothing matches" in caller.get("/start?text=zebra").get_data(as_text=True)


def test_the_library_is_searched_too(house: House) -> None:
    owner = house.signed_in("process_owner")
    assert 'href="/processes/supplier"' in owner.get("/processes").get_data(as_text=True)
    some = owner.get("/processes?text=approved+vote").get_data(as_text=True)
    assert 'href="/processes/supplier"' not in some
    assert "Nothing matches" in owner.get("/processes?text=zebra").get_data(as_text=True)
