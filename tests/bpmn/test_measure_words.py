"""Measures are told in words: by the names that people gave to elements and fields."""

import pytest

from bpmn.draft import read_draft
from bpmn.library import shipped, shipped_record_types
from bpmn.measure_words import Known, in_words, labels

KNOWN = Known(elements={"T": "Log it", "E": "Solved"}, fields={"due": "Until", "owner_group": "Group"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("visits.T > 0", "“Log it” was reached"),
        ("visits.T = 0 and visits.X > 1", "“Log it” was never reached and “X” was reached more than once"),
        ("visits.T >= 3", "the number of times “Log it” was reached is at least 3"),
        ("entered.T != null", "“Log it” was reached"),
        ("left.T = null", "“Log it” was never finished"),
        ("left.T - case.began", "the time from the beginning of the case to the end of “Log it”"),
        ('case.end = "E"', "it ended at “Solved”"),
        ("links.caused_by != null", "there is a link “caused by”"),
        ("clocks.resolution.met", "the target “resolution” was kept"),
        (
            "data.due = null or date(data.due) < today()",
            "“Until” is not known or “Until” is before the last day of the period",
        ),
        ('today() - duration("P1Y")', "1 year before the last day of the period"),
        ('record.state in ("new", "old")', "the state is “new” or “old”"),
        (
            "if visits.T = 0 then null else data.other_name",
            "“other name” (not counted where “Log it” was never reached)",
        ),
        ("abs(data.a - data.b) / data.b", "the amount of (“a” less “b”) divided by “b”"),
        ('matches(data.clause, "^8")', "“clause” fits the pattern “^8”"),
        ("date(data.waves[-1].on)", "“on” of the last of “waves”"),
        ("date(data.waves[1].on)", None),
        ("for each in data.list return each", None),
        ("data.due <", None),
    ],
)
def test_expressions_in_words(text, words):
    assert in_words(text, KNOWN) == words


def test_nearly_all_that_is_shipped_has_words():
    forms = {kind.id: kind.form for kind in shipped_record_types()}
    said, silent = 0, []
    for files in shipped().values():
        draft = read_draft(files)
        for one in draft.facts.measured.measures:
            known = Known(fields=dict(labels([forms[one.type]] if one.type else draft.forms.values())))
            for text in one.expressions.values():
                said += in_words(text, known) is not None
                silent += [text] if in_words(text, known) is None else []
    assert said > 250
    assert len(silent) <= 5, silent
