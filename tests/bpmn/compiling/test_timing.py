from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.compiling.timing import TimerInvalid, read_cycle, read_duration, read_moment

MOMENT = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H", "2027-01-31T13:00:00"),
        ("P1D", "2027-02-01T12:00:00"),
        ("P2W", "2027-02-14T12:00:00"),
        ("P1M", "2027-02-28T12:00:00"),
        ("P1Y1M", "2028-02-29T12:00:00"),
        ("P1MT1S", "2027-02-28T12:00:01"),
        ("PT0.25S", "2027-01-31T12:00:00.250000"),
        ("PT0,5S", "2027-01-31T12:00:00.500000"),
        ("-P2M", "2026-11-30T12:00:00"),
        ("-PT90M", "2027-01-31T10:30:00"),
    ],
)
def test_durations(text, expected):
    assert read_duration(text).after(MOMENT) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1H", "P1H", "PT1D", "P-1D", "P1.5D", "p1d", "P9999999999999D"]
)
def test_what_is_no_duration(text):
    with pytest.raises(TimerInvalid):
        read_duration(text)


@pytest.mark.parametrize("text", ["P99999Y", "P9000Y", "-P3000Y", "P9999999D"])
def test_durations_beyond_the_calendar(text):
    with pytest.raises(TimerInvalid):
        read_duration(text).after(MOMENT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-01", "2027-03-01T00:00:00"),
        ("2027-03-01T08:00:00", "2027-03-01T08:00:00"),
        ("2027-03-01T08:00:00Z", "2027-03-01T08:00:00"),
        ("2027-03-01T08:00:00+02:00", "2027-03-01T06:00:00"),
        ("2027-07-01T08:00:00@Europe/Berlin", "2027-07-01T06:00:00"),
    ],
)
def test_moments_are_utc(text, expected):
    moment = read_moment(text)
    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["", "soon", "2027-13-01", "2027-03-01T25:00", "2027-01-01@Nowhere/Land", "2027@../x"])
def test_what_is_no_moment(text):
    with pytest.raises(TimerInvalid):
        read_moment(text)


@pytest.mark.parametrize(
    ("text", "times", "start"),
    [
        ("R3/PT1H", 3, None),
        ("R/PT1H", None, None),
        ("R/2027-01-01T06:00:00Z/P1D", None, "2027-01-01T06:00:00"),
        ("R2/2027-01-01T06:00:00Z/2027-01-01T07:00:00Z", 2, "2027-01-01T06:00:00"),
        ("R5/P1D/2027-02-01T00:00:00Z", 5, None),
        ("R5/2027-01-01T06:00:00Z/P1D/2027-02-01T00:00:00Z", 5, "2027-01-01T06:00:00"),
        ("R3//PT1H", 3, None),
    ],
)
def test_cycles(text, times, start):
    cycle = read_cycle(text)
    assert cycle.times == times
    assert cycle.start == (start and datetime.fromisoformat(start).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["R0/PT1H", "R/PT0S", "R3", "R3/", "PT1H", "R-1/PT1H", "R/-PT1H", "R/2027-01-01T00:00Z/2026-01-01T00:00Z"]
)
def test_what_is_no_cycle(text):
    with pytest.raises(TimerInvalid):
        read_cycle(text)


@given(st.integers(1, 10**6), st.integers(0, 10**9))
def test_missed_repetitions_are_passed_over_in_the_rhythm(seconds, late):
    every = read_duration(f"PT{seconds}S")
    now = MOMENT + timedelta(seconds=late)
    following = every.first_after(MOMENT, now)
    assert following >= now
    assert following > MOMENT
    assert (following - MOMENT) % timedelta(seconds=seconds) == timedelta(0)
    assert following - max(now, MOMENT + timedelta(seconds=1)) < timedelta(seconds=seconds)


def test_missed_months_are_passed_over():
    every = read_duration("P1M")
    assert every.first_after(MOMENT, datetime(2027, 9, 15, tzinfo=UTC)) == datetime(2027, 9, 28, 12, tzinfo=UTC)
