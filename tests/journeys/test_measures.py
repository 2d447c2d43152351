"""Processes are measured by what their journals tell (ISO/IEC 20000-1, monitoring and measuring)."""

from decimal import Decimal

import pytest

from engine import periods
from engine.acts import measuring
from engine.errors import NotAllowed, NotFound, StateUnreadable
from engine.reports import measures as reports
from engine.storage import figures
from tests.journeys.story import Story, then, when
from tests.journeys.test_incident_journey import CLOSE, CLOSING, CONFIRM, FIXED, LOG, LOGGED, PRINTER


def told(story, login="sam", key="", length=""):
    """The figures of the incident process by measure, as somebody reads them."""
    with story.organisation.looking(login) as tx:
        view = reports.measures(tx, periods.period_of(tx, key, length), "incident")
        return {row.measure.id: (row.now.value, row.now.cases) for row in view.processes[0].rows}, view


def count(story, limit=100):
    """Take the figures of cases that ended."""
    with story.organisation.acting("sam") as tx:
        return measuring.count_cases(tx, limit)


def fixed(story, works="yes"):
    """An incident that is fixed at once and closed."""
    incident = story.carla.reports(**PRINTER)
    story.sam.does(incident, LOG, **LOGGED, next="solved", **FIXED)
    story.carla.does(incident, CONFIRM, works=works, satisfaction="5")
    story.sam.does(incident, CLOSE, **CLOSING)
    story.pass_time(minutes=1)
    return incident


def test_figures_come_from_the_journal_and_once(story: Story) -> None:
    with when("two incidents are fixed, and a third is open"):
        first, _second = fixed(story), fixed(story)
        third = story.carla.reports(**PRINTER)
    with then("every case is counted once, and again when it has moved"):
        found, view = told(story)
        assert (found["received"], found["first_contact"], view.uncounted) == ((0, 0), (None, 0), 3)
        assert [count(story, 1), count(story), count(story)] == [1, 2, 0]
        found, view = told(story)
        assert (found["received"], found["first_contact"], view.uncounted) == ((3, 3), (1, 2), 0)
        assert found["resolved_in_time"] == (1, 2)
        story.sam.does(third, LOG, **LOGGED, next="solved", **FIXED)
        assert told(story)[1].uncounted == 1
        assert [count(story), count(story)] == [1, 0]
        assert (found["reopened"], found["satisfaction"]) == ((0, 2), (5, 2))
    with then("figures hold numbers only, and the cases behind them can be found"):
        with story.organisation.looking("sam") as tx:
            period = periods.period_of(tx, "", "")
            rows = figures.begun(tx, ["incident"], period.since, period.until)["incident"]
            assert {type(number) for row in rows for number in row.figures.values()} == {Decimal}
            behind = reports.measure(tx, "incident", "first_contact", period)
        assert (behind.hidden, {each.instance.number for each in behind.cases}) == (0, {first.number, "INC-1002"})
    with then("in the next month, in which the third is closed without an answer, they are the trend"):
        story.pass_time(days=31)
        assert (told(story)[1].uncounted, count(story) > 0, told(story)[1].uncounted) == (1, True, 0)
        found, view = told(story)
        before = {row.measure.id: row.before.value for row in view.processes[0].rows}
        assert (found["first_contact"], before["first_contact"], before["received"]) == ((1, 1), 1, 3)
        quarter, _ = told(story, length="quarter", key=view.earlier.key)
        assert quarter["received"] == (3, 3)


def test_a_case_on_a_release_that_cannot_be_read_has_no_figures_and_stops_no_other(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fixed(story)

    def unreadable(tx, publication_id):
        raise StateUnreadable("Keelson cannot run this release.", publication_id=publication_id)

    with monkeypatch.context() as broken:
        broken.setattr(measuring, "compiled", unreadable)
        assert [count(story), count(story)] == [1, 0]
    second = fixed(story)
    assert count(story) == 1
    with story.organisation.looking("sam") as tx:
        period = periods.period_of(tx, "", "")
        behind = reports.measure(tx, "incident", "received", period)
    assert [each.instance.number for each in behind.cases] == [second.number]
    assert first.number != second.number


def test_periods_end_where_the_next_begins(story: Story) -> None:
    with story.organisation.looking("sam") as tx:
        month = periods.period_of(tx, "2026-03", "month")
        quarter, year = periods.period_of(tx, "2026-03", "quarter"), periods.period_of(tx, "2026-03", "year")
        assert (month.key, quarter.key, year.key) == ("2026-03", "2026-01", "2026-01")
        assert month.until == periods.period_of(tx, "2026-04", "month").since
        assert quarter.until == periods.period_of(tx, "2026-04", "quarter").since
        assert year.until == periods.period_of(tx, "2027-01", "year").since
        assert periods.period_of(tx, "rubbish", "century") == periods.period_of(tx, "", "month")


def test_who_sees_no_cases_sees_no_measures(story: Story) -> None:
    with pytest.raises(NotAllowed):
        told(story, "carla")
    with story.organisation.looking("sam") as tx, pytest.raises(NotFound):
        reports.measure(tx, "incident", "nothing", periods.period_of(tx, "", ""))
