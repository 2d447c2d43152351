"""Nothing runs without an accountable person; a vacancy raises an alarm (ISO/IEC 20000-1, roles and authority)."""

import sqlalchemy as sa

from engine.acts import owning
from engine.acts.people import grant_role, revoke_role, set_active
from engine.model.entry import INSTALLATION
from engine.model.person import SYSTEM
from engine.reports import ownership as reports
from engine.storage import journal, people, tables
from engine.transaction import begin
from forms.data import parse
from tests.journeys.story import Story, then, when
from tests.journeys.test_incident_journey import PRINTER


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


def _mine(story):
    with story.organisation.looking("sam") as tx:
        return reports.ownership(tx).mine
