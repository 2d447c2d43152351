"""The page of the shipped processes against the library: what is listed is what there is, and every message arrives."""

import tomllib

from bpmn.draft import read_draft
from bpmn.library import shipped
from bpmn.meeting import neighbour
from engine.reports.invariants import INVARIANTS
from tests.docs.pages import page

DRAFTS = {name: read_draft(files) for name, files in shipped().items()}
NEIGHBOURS = [neighbour(draft, draft.diagram.executable[0]) for draft in DRAFTS.values()]


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


def test_what_holds_across_processes_is_listed_and_looks_at_processes_there_are() -> None:
    expected = [(each.title, ", ".join(f"`{name}`" for name in each.processes)) for each in INVARIANTS]
    assert page("library").rows("Across processes") == expected
    assert {name for each in INVARIANTS for name in each.processes} <= {each.id for each in NEIGHBOURS}
