"""Two people who change the same draft, grant or record in the same moment, over SQLite and PostgreSQL."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from engine import journal
from engine.acts import commenting, people, publishing, records, signing_in
from engine.errors import Conflict, EngineError, LinkInvalid, StaleRevision, Unacceptable
from engine.model.entry import instance_stream
from engine.model.person import SYSTEM
from engine.model.record import CalendarRecord, Service
from engine.storage import people as people_rows
from engine.storage import publications, tables
from engine.storage import records as record_rows
from engine.transaction import begin
from tests.journeys.story import Story
from tests.journeys.test_incident_journey import PRINTER

ATTEMPTS = range(3)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Start all of these in the same moment; gives what each returned or the refusal it met."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return deed()
        except EngineError as refused:
            return refused

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, deed) for deed in deeds]]


def refusals(outcomes: Sequence[Any]) -> list[EngineError]:
    return [outcome for outcome in outcomes if isinstance(outcome, EngineError)]


def doing(story: Story, login: str, act: Callable[..., Any], *args: Any, **more: Any) -> Callable[[], Any]:
    actor = story.organisation.actor(login)

    def deed() -> Any:
        with begin(story.organisation.installation, actor) as tx:
            return act(tx, *args, **more)

    return deed


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_process_has_one_draft(either: Story, attempt: int) -> None:
    outcomes = at_once(*(doing(either, login, publishing.begin_draft, "incident") for login in ("paul", "petra") * 2))

    assert [type(each) for each in refusals(outcomes)] == [Conflict] * 3
    assert all(each.parameters.get("publication_id") for each in refusals(outcomes)), "it says which one is open"
    with either.organisation.reading() as tx:
        states = [record.state for record in publications.of_process(tx, "incident")]
    assert sorted(states) == ["draft", "released"]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_proposal_is_released_once(either: Story, attempt: int) -> None:
    with either.organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        publishing.propose(tx, draft, "Nothing changes.")
    outcomes = at_once(
        *(doing(either, "petra", publishing.release, draft) for _ in range(2)),
        doing(either, "petra", publishing.send_back, draft, "Not now."),
    )

    assert len(refusals(outcomes)) == 2
    with either.organisation.reading() as tx:
        found = publications.of_process(tx, "incident")
    assert [record.state for record in found].count("released") == 1
    assert len({record.version for record in found if record.version}) == len([r for r in found if r.version])


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_role_is_granted_once_for_the_same_time(either: Story, attempt: int) -> None:
    carla = either.carla.id
    outcomes = at_once(*(doing(either, "ada", people.grant_role, carla, "auditor") for _ in range(3)))

    assert [type(each) for each in refusals(outcomes)] == [Unacceptable] * 2
    with either.organisation.reading() as tx:
        assert [grant.role_id for grant in people_rows.grants(tx, person_id=carla)] == ["auditor"]


@pytest.mark.parametrize("seen", [0, 1], ids=["added", "changed"])
def test_a_service_is_saved_over_what_was_seen_only(either: Story, seen: int) -> None:
    with either.organisation.reading() as tx:
        known = record_rows.service(tx, "general")
    assert known is not None
    wanted = [replace(known, id=known.id if seen else "new", title=f"Title {number}") for number in range(3)]
    outcomes = at_once(*(doing(either, "ada", records.save_service, each, seen=seen) for each in wanted))

    assert [type(each) for each in refusals(outcomes)] == [StaleRevision] * 2
    (saved,) = [each for each in outcomes if isinstance(each, Service)]
    with either.organisation.reading() as tx:
        assert record_rows.service(tx, saved.id) == saved


@pytest.mark.parametrize("seen", [0, 1], ids=["added", "changed"])
def test_working_hours_are_saved_over_what_was_seen_only(either: Story, seen: int) -> None:
    with either.organisation.reading() as tx:
        known = record_rows.calendars(tx)[0]
    wanted = [replace(known, id=known.id if seen else "new", title=f"Title {number}") for number in range(3)]
    outcomes = at_once(*(doing(either, "ada", records.save_calendar, each, seen=seen) for each in wanted))

    assert [type(each) for each in refusals(outcomes)] == [StaleRevision] * 2
    (saved,) = [each for each in outcomes if isinstance(each, CalendarRecord)]
    with either.organisation.reading() as tx:
        assert record_rows.calendar(tx, saved.id) == saved


def test_comments_at_once_all_stay_and_the_chain_holds(either: Story) -> None:
    case = either.carla.reports(**PRINTER)
    said = [f"Number {number}" for number in range(6)]
    outcomes = at_once(*(doing(either, "sam", commenting.comment, case.id, text) for text in said))

    assert refusals(outcomes) == []
    assert {comment.text for comment in either.sam.sees(case).comments} == set(said)
    with either.organisation.reading() as tx:
        assert journal.verify(tx, instance_stream(case.id)).consistent


def test_the_first_administrators_link_is_used_once(either: Story) -> None:
    installation = either.organisation.installation
    with begin(installation, SYSTEM) as tx:
        for table in (tables.role_grant, tables.person):
            tx.connection.execute(table.delete())
        token = signing_in.first_administrator_token(tx)
    assert token is not None

    def use(number: int) -> Callable[[], Any]:
        def deed() -> Any:
            with begin(installation, SYSTEM) as tx:
                return signing_in.use_link(tx, token, password_hash="x", login=f"first{number}", name="First")

        return deed

    outcomes = at_once(*(use(number) for number in range(3)))
    assert [type(each) for each in refusals(outcomes)] == [LinkInvalid] * 2
    with either.organisation.reading() as tx:
        assert people_rows.count(tx) == 1
