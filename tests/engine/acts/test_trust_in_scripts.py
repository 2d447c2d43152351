"""Python in a version: who releases it may vouch for it; else it is refused, or runs apart."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine import journal
from engine.acts import publishing
from engine.acts.people import grant_role
from engine.errors import NotAllowed, Unacceptable
from engine.model.entry import EntryKind, publication_stream
from engine.model.person import SYSTEM
from engine.reports import processes
from engine.running.apart import Apart
from engine.storage import journal as rows
from engine.storage import publications
from engine.transaction import begin
from tests.journeys.story import Story
from tests.journeys.test_incident_journey import CONFIRM, FIXED, LOG, LOGGED, PRINTER

IN_FEEL = b'= next = "solved"'
IN_PYTHON = b"next == 'solved'"


def proposed(story: Story) -> str:
    """Paul proposes the incident process with a condition in Python; gives the id of the version."""
    with story.organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        files = publications.files(tx, draft)
        name = next(name for name in files if name.endswith(".bpmn"))
        assert IN_FEEL in files[name]
        publishing.save_draft(tx, draft, {name: files[name].replace(IN_FEEL, IN_PYTHON)}, 1)
        publishing.propose(tx, draft, "As our tools write it")
    return draft


def vouching(story: Story, login: str) -> None:
    """Let somebody vouch for scripts."""
    with begin(story.organisation.installation, SYSTEM) as tx:
        grant_role(tx, story.organisation.ids[login], "operator")


@pytest.fixture
def apart(story: Story) -> Iterator[Story]:
    """The same, where Python that nobody vouched for runs apart."""
    had = story.organisation.installation
    settings = replace(had.settings, untrusted_scripts="worker")
    story.organisation.installation = replace(had, settings=settings)
    yield story
    pool = had.memory.get("python apart")
    if isinstance(pool, Apart):
        pool.close()


def test_without_somebody_who_vouches_it_is_not_released(either: Story) -> None:
    draft = proposed(either)
    with either.organisation.looking("petra") as tx:
        view = processes.publication(tx, draft)
        assert view.python == {"condition of fixed at first contact": "next == 'solved'"}
        assert (view.may_release, view.may_vouch, view.runs_apart) == (True, False, False)
    with (
        either.organisation.acting("petra") as tx,
        pytest.raises(Unacceptable, match="condition of fixed at first contact"),
    ):
        publishing.release(tx, draft)
    with either.organisation.acting("petra") as tx, pytest.raises(NotAllowed, match="vouch for scripts"):
        publishing.release(tx, draft, vouch=True)


def test_who_may_vouch_still_has_to_say_so(story: Story) -> None:
    draft = proposed(story)
    vouching(story, "petra")
    with story.organisation.acting("petra") as tx, pytest.raises(Unacceptable, match="nobody vouches"):
        publishing.release(tx, draft)
    with story.organisation.acting("petra") as tx:
        assert publishing.release(tx, draft, vouch=True) == 2
    with story.organisation.looking("petra") as tx:
        record = publications.get(tx, draft)
        assert record is not None
        assert record.vouched
        assert journal.verify(tx, publication_stream(draft)).consistent
        entries = rows.entries(tx.connection, publication_stream(draft))
    (released,) = [entry for entry in entries if entry.kind == EntryKind.PUBLICATION_RELEASED]
    assert released.facts["vouched"] is True
    # A draft of it starts without that trust.
    with story.organisation.acting("paul") as tx:
        following = publications.get(tx, publishing.begin_draft(tx, "incident"))
    assert following is not None
    assert not following.vouched


def test_nobody_vouches_for_feel(story: Story) -> None:
    with story.organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        publishing.propose(tx, draft, "The same again")
    vouching(story, "petra")
    with story.organisation.acting("petra") as tx:
        publishing.release(tx, draft, vouch=True)
        record = publications.get(tx, draft)
    assert record is not None
    assert not record.vouched


def test_an_installation_may_run_it_apart(apart: Story) -> None:
    draft = proposed(apart)
    with apart.organisation.acting("petra") as tx:
        assert publishing.release(tx, draft) == 2
        record = publications.get(tx, draft)
    assert record is not None
    assert not record.vouched
    memory = apart.organisation.installation.memory
    assert "python apart" not in memory
    case = apart.carla.reports(**PRINTER)
    apart.sam.does(case, LOG, **LOGGED, next="solved", **FIXED)
    assert case.waits_for == {CONFIRM: "carla"}
    assert memory["python apart"].pids
