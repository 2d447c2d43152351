"""The page of the shipped processes against the library: what is listed is what there is, and every message arrives."""

import tomllib
from typing import Final

from bpmn.draft import read_draft
from bpmn.inside import TOLD
from bpmn.library import shipped
from bpmn.meeting import messages_of, neighbour
from engine.reports.invariants import INVARIANTS
from tests.docs.pages import page

DRAFTS = {name: read_draft(files) for name, files in shipped().items()}
NEIGHBOURS = [neighbour(draft, draft.diagram.executable[0]) for draft in DRAFTS.values()]
FROM_OUTSIDE: Final = {
    **dict.fromkeys(TOLD, "Keelson tells document control what becomes of a proposed version"),
    "response.missed": "told by a clock of the case: nobody has taken it up in time",
    "response.met": "told by a clock of the case: somebody has taken it up in time",
    "resolution.warning": "told by a clock of the case: three quarters of the time are used",
    "resolution.missed": "told by a clock of the case: the time is used up",
    "resolution.met": "told by a clock of the case: it was done in time",
}
"""Messages that no process sends and no person by a button, with the reason why they come all the same."""


def test_every_shipped_process_is_listed() -> None:
    expected = []
    for name, files in shipped().items():
        process = DRAFTS[name].diagram.executable[0]
        facts = tomllib.loads(files["process.toml"].decode())
        clauses = (", ".join(facts["clauses"][edition]) for edition in ("2005", "2018"))
        number = process.properties["numberPrefix"]
        expected.append((f"`{process.id}`", facts["title"], f"`{number}`", f"`{facts['owner']}`", *clauses))
    assert page("library").rows("Processes") == expected


def test_every_message_between_processes_is_listed_and_awaited() -> None:
    expected = []
    for message in sorted({message for each in NEIGHBOURS for message in each.sends}):
        sent = ", ".join(f"`{each.id}`" for each in NEIGHBOURS if message in each.sends)
        awaited = ", ".join(f"`{each.id}`" for each in NEIGHBOURS if message in each.receives)
        assert awaited, f"nobody waits for {message}"
        expected.append((f"`{message}`", sent, awaited))
    assert page("library").rows("Messages") == expected


def test_every_message_that_is_awaited_is_sent_by_a_process_or_a_person() -> None:
    sent = {message for each in NEIGHBOURS for message in each.sends}
    waiting = [
        (message, element.id, "offeredTo" in element.properties)
        for draft in DRAFTS.values()
        for element in draft.diagram.executable[0].elements
        for message, sends in messages_of(draft.diagram, element)
        if not sends
    ]
    assert {each for each in waiting if not (each[2] or each[0] in sent | FROM_OUTSIDE.keys())} == set()
    assert FROM_OUTSIDE.keys() <= {message for message, _, offered in waiting if not offered} - sent


def test_what_holds_across_processes_is_listed_and_looks_at_processes_there_are() -> None:
    expected = [(each.title, ", ".join(f"`{name}`" for name in each.processes)) for each in INVARIANTS]
    assert page("library").rows("Across processes") == expected
    assert {name for each in INVARIANTS for name in each.processes} <= {each.id for each in NEIGHBOURS}
