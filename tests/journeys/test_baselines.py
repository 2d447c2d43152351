"""The owner measures a process against itself: an earlier period, kept under a name (ISO/IEC 20000-1, improvement)."""

from decimal import Decimal

import pytest

from engine.acts import baselines
from engine.errors import NotAllowed, NotFound, Unacceptable
from engine.periods import period_of
from engine.reports import measures as reports
from tests.journeys.story import Story, then, when
from tests.journeys.test_measures import count, fixed


def keep(story: Story, login: str, title: str = "Before") -> None:
    with story.organisation.acting(login) as tx:
        baselines.keep_baseline(tx, "incident", title, period_of(tx, "", "month"))


def told(story: Story, login: str) -> reports.ProcessMeasures:
    with story.organisation.looking(login) as tx:
        return reports.measures(tx, period_of(tx, "", "month"), "incident").processes[0]


def test_a_baseline_is_kept_by_who_answers_for_the_process(story: Story) -> None:
    with pytest.raises(Unacceptable, match="nothing to keep"), story.organisation.acting("ines") as tx:
        baselines.keep_baseline(tx, "incident", "Too early", period_of(tx, "2020-01", "month"))
    with when("an incident was fixed"):
        fixed(story)
        count(story)
    with then("only its owner keeps the figures, under a name"):
        for refused in ("olga", "carla"):
            with pytest.raises(NotAllowed):
                keep(story, refused)
        keep(story, "ines")
        assert (told(story, "ines").may_keep, told(story, "olga").may_keep) == (True, False)
    with then("they stay as they were when more happens, and the name can be used again"):
        story.pass_time(days=40)
        ((kept, period),) = told(story, "sam").baselines
        assert (kept.title, kept.figures["received"], period.key) == ("Before", Decimal(1), kept.period)
        fixed(story)
        fixed(story)
        count(story)
        assert told(story, "sam").baselines[0][0] == kept
        keep(story, "ines")
        assert [each.figures["received"] for each, _period in told(story, "sam").baselines] == [2]
    with then("it can be removed"):
        with story.organisation.acting("ines") as tx:
            baselines.remove_baseline(tx, "incident", "Before")
        assert told(story, "sam").baselines == ()
        with pytest.raises(NotFound), story.organisation.acting("ines") as tx:
            baselines.remove_baseline(tx, "incident", "Before")
    with then("the targets of the shipped process stand beside the own ones"):
        shipped = told(story, "sam").shipped
        assert shipped["first_contact"].target == Decimal("0.6")
