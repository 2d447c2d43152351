"""Measures as they are written, and how single figures become one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.errors import FactsUnreadable
from bpmn.measures import Kind, Measure, Over, read_measured, taken, together
from forms.feel import NEUTRAL, DaysTime

NUMBERS = st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=40)


@given(NUMBERS)
def test_together_stays_among_what_it_is_made_of(numbers):
    low, high = min(numbers), max(numbers)
    for kind in (Kind.MEAN, Kind.MEDIAN, Kind.P90):
        assert low <= together(kind, numbers) <= high
    assert together(Kind.COUNT, numbers) == len(numbers)
    assert together(Kind.SUM, numbers) == sum(numbers)
    not_above = [each for each in numbers if each <= together(Kind.P90, numbers)]
    assert len(not_above) >= Decimal("0.9") * len(numbers)


def test_nothing_is_no_figure_but_the_number_of_nothing_is_none():
    assert [together(kind, []) for kind in Kind] == [None, Decimal(0), None, None, None, None]


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [
        ("data.good = true", Kind.SHARE, Decimal(1)),
        ("data.nothing", Kind.SHARE, None),
        ("data.nothing", Kind.MEAN, None),
        ("data.mark + 1", Kind.MEAN, Decimal(5)),
        ("clocks.resolution.used", Kind.MEDIAN, Decimal("1.5")),
        ("data.beyond", Kind.SUM, None),
        ('"text"', Kind.SUM, None),
        ("1 / 0", Kind.SUM, None),
        ("for i in 1..1000000 return i", Kind.SUM, None),
        ("", Kind.COUNT, Decimal(1)),
    ],
)
def test_what_is_taken_of_a_case(value, kind, found):
    names = {
        "data": {"good": True, "mark": Decimal(4), "beyond": Decimal("1e999999999")},
        "clocks": {"resolution": {"met": None, "used": DaysTime(nanoseconds=5400 * 10**9)}},
    }
    assert taken(Measure(id="m", title="M", value=value, kind=kind), names, NEUTRAL) == found


def test_a_case_for_which_the_condition_does_not_hold_does_not_count():
    one = Measure(id="m", title="M", where="data.vip", value="1", kind=Kind.SUM)
    assert taken(one, {"data": {"vip": None}}, NEUTRAL) is None


def test_the_digest_names_what_decides_figures_and_not_how_they_are_shown():
    def digest(**more):
        row = {"id": "m", "title": "M", "value": "1", "as": "sum"} | more
        return read_measured({"measures": [row]}).digest

    assert digest() == digest(title="Other", target=5, unit="hours")
    assert len({digest(), digest(value="2"), digest(where="true"), digest(id="n")}) == 4


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"measures": [{"id": "m"}]}, "title is missing"),
        ({"measures": "m"}, "written as tables"),
        ({"measures": [{"id": "m", "title": "M", "as": "sum"}]}, "value is missing"),
        ({"measures": [{"id": "m", "title": "M", "as": "average"}]}, "as must be one of"),
        ({"measures": [{"id": "m", "title": "M", "over": "all"}]}, "over must be one of"),
        ({"measures": [{"id": "m", "title": "M", "target": "much"}]}, "target must be a number"),
        ({"measures": [{"id": "m", "title": "M", "better": "more"}]}, "higher or lower"),
        ({"measures": [{"id": "m", "title": "M"}] * 2}, "same id"),
        ({"measures": [{"id": f"m{n}", "title": "M"} for n in range(21)]}, "at most 20"),
        ({"service_levels": [{"title": "Soon"}]}, "either element or clock"),
        ({"measures": [{"id": "m", "title": "M", "over": "records"}]}, "names their type"),
        ({"measures": [{"id": "m", "title": "M", "dated": "day"}]}, "names their type"),
        ({"records": "risk"}, "list of texts"),
    ],
)
def test_what_cannot_be_read_is_said(table, words):
    with pytest.raises(FactsUnreadable, match=words):
        read_measured(table)


def test_reached_is_on_the_good_side_of_the_target():
    up = Measure(id="m", title="M", target=Decimal("0.9"))
    down = Measure(id="m", title="M", target=Decimal("0.9"), higher=False)
    assert (up.over, up.reached(Decimal("0.9")), up.reached(Decimal("0.89"))) == (Over.ENDED, True, False)
    assert (down.reached(Decimal("0.9")), down.reached(Decimal(1)), down.reached(None)) == (True, False, None)
