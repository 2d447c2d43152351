"""Nothing runs without an accountable person; a vacancy raises an alarm (ISO/IEC 20000-1, roles and authority)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.acts import claiming, owning
from engine.acts.people import grant_role, revoke_role, set_active
from engine.errors import NotAllowed, NotFound
from engine.model.entry import INSTALLATION
from engine.model.person import SYSTEM
from engine.reports import ownership as reports
from engine.reports.worklist import open_task
from engine.storage import instances, journal, people, tables
from engine.transaction import begin
from forms.data import parse
from tests.journeys.story import Story, then, when
from tests.journeys.test_incident_journey import CONFIRM, FIXED, LOG, LOGGED, PRINTER


def look(story):
    """What the worker does every hour: the number of changes."""
    with begin(story.organisation.installation, SYSTEM) as tx:
        return owning.watch(tx)


def vacant(story, login="sam"):
    with story.organisation.looking(login) as tx:
        return {row.key: row for row in reports.ownership(tx).vacant}


def told(story):
    """The journal's entries about ownership: kind and what it is about."""
    with story.organisation.reading() as tx:
        entries = journal.entries(tx.connection, INSTALLATION)
    return [(each.kind, each.facts["id"]) for each in entries if each.kind.startswith("ownership.")]


def test_a_vacancy_is_told_once_and_so_is_its_end(story: Story) -> None:
    look(story)
    known = len(told(story))
    with then("what has an owner is no vacancy, and a second look tells nothing"):
        assert "process:incident" not in vacant(story)
        assert look(story) == 0
    with when("the only incident manager gives up the role"):
        with story.organisation.reading() as tx:
            grants = people.grants(tx, person_id=story.ines.id)
        with begin(story.organisation.installation, SYSTEM) as tx:
            for grant in grants:
                revoke_role(tx, grant.id, "Goes elsewhere.")
        story.carla.reports(**PRINTER)
    with then("the process has no owner: journaled once, and mailed to the deputy's holders"):
        assert vacant(story)["process:incident"].count == 1
        assert look(story) == 1
        assert mailed(story) == {"Ada", "Dora", "Sam"}
        assert look(story) == 0
        assert told(story)[known:] == [("ownership.vacant", "incident")]
    with when("somebody takes the role"), begin(story.organisation.installation, SYSTEM) as tx:
        grant_role(tx, story.sam.id, "incident_manager")
    with then("that is told too"):
        assert "process:incident" not in vacant(story)
        assert look(story) == 1
        assert told(story)[-1] == ("ownership.filled", "incident")
        assert story.sam.login in {each.login for row in _mine(story) for each in row.owners}
    with when("he leaves the house"), begin(story.organisation.installation, SYSTEM) as tx:
        set_active(tx, story.sam.id, False)
    with then("it is vacant again"):
        assert "process:incident" in vacant(story, "olga")


def mailed(story):
    """Who was told of the last vacancy."""
    with story.organisation.reading() as tx:
        rows = tx.connection.execute(
            sa.select(tables.job.c.payload).where(tables.job.c.kind == "mail", tables.job.c.instance_id.is_(None))
        ).scalars()
        mails = [parse(row) for row in rows]
    return {mail["name"] for mail in mails if mail["subject"] == "Without an owner: 1 matter"}


def test_whoever_takes_over_a_role_takes_over_its_open_work(story: Story) -> None:
    with when("the service desk has claimed an incident, and another one waits"):
        claimed, waiting = story.carla.reports(**PRINTER), story.carla.reports(**PRINTER)
        story.sam.takes(claimed, LOG)
        assert holder(story, claimed) == story.sam.id
    with when("the role goes from Sam and Dora to Wanda"), begin(story.organisation.installation, SYSTEM) as tx:
        for one in (story.sam, story.dora):
            for grant in people.grants(tx, person_id=one.id):
                revoke_role(tx, grant.id, "The desk goes to another provider.")
        grant_role(tx, story.wanda.id, "service_desk")
    with then("she does what was claimed and what was not; Sam does nothing any more"):
        assert holder(story, claimed) is None
        with pytest.raises((NotAllowed, NotFound)):
            story.sam.does(claimed, LOG, **LOGGED, next="solved", **FIXED)
        for case in (claimed, waiting):
            story.wanda.does(case, LOG, **LOGGED, next="solved", **FIXED)
    with (
        when("the caller leaves the house before she confirmed the fix"),
        begin(story.organisation.installation, SYSTEM) as tx,
    ):
        set_active(tx, story.carla.id, False)
    with then("that work nobody can do is said, and can be handed to somebody"):
        assert vacant(story, "ines")[f"work:{story.carla.id}"].count == 2
        with story.organisation.acting("ines") as tx:
            [task] = instances.tasks_of(tx, claimed.now.id, state="open")
            assert open_task(tx, task.id).may_assign
            claiming.assign(tx, task.id, story.colin.id, "He sits beside her printer.")
        story.colin.does(claimed, CONFIRM, works="yes")
        assert vacant(story, "ines")[f"work:{story.carla.id}"].count == 1


def test_a_grant_that_ends_on_its_day_gives_its_work_back(story: Story) -> None:
    with begin(story.organisation.installation, SYSTEM) as tx:
        tomorrow = tx.now() + timedelta(days=1)
        grant_role(tx, story.colin.id, "service_desk", valid_until=tomorrow, reason="Holiday cover.")
    case = story.carla.reports(**PRINTER)
    story.colin.takes(case, LOG)
    story.pass_time(days=1, minutes=1)
    with begin(story.organisation.installation, SYSTEM) as tx:
        assert (claiming.give_back_lost(tx), claiming.give_back_lost(tx)) == (1, 0)
    assert holder(story, case) is None


def holder(story, case):
    """Who has claimed the only open task of a case."""
    with story.organisation.reading() as tx:
        [task] = instances.tasks_of(tx, case.now.id, state="open")
        return task.assignee_id


def _mine(story):
    with story.organisation.looking("sam") as tx:
        return reports.ownership(tx).mine
