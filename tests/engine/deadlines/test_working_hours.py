"""Working hours: what is read, and reckoning that agrees with itself on every day of the year."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.deadlines.working_hours import (
    AROUND_THE_CLOCK,
    Calendar,
    CalendarUnusable,
    add,
    add_days,
    between,
    feel_functions,
)
from forms.data import normalise
from forms.feel.values import Date, DateTime, DaysTime, YearsMonths, Zone

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {
    "zone": "Europe/Berlin",
    "week": {
        **{day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")},
        "fri": [["09:00", "13:00"]],
    },
    "holidays": {"country": "DE", "subdivision": None, "extra": ["2026-12-24"], "except": []},
}
NIGHTS = {"zone": "Europe/Berlin", "week": {day: [["00:00", "06:00"], ["22:00", "24:00"]] for day in ("sat", "sun")}}
LORD_HOWE = {"zone": "Australia/Lord_Howe", "week": {"sun": [["01:30", "02:15"]], "wed": [["00:00", "24:00"]]}}
EVERY_DAY = {
    "zone": "America/New_York",
    "week": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
CALENDARS = [AROUND_THE_CLOCK, *(Calendar.from_value(value) for value in (OFFICE, NIGHTS, LORD_HOWE, EVERY_DAY))]
office = CALENDARS[1]

moments = st.integers(0, 4 * 365 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
amounts = st.timedeltas(timedelta(0), timedelta(days=40))
calendars = st.sampled_from(CALENDARS)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-23 09:00", 1, "2026-11-23 10:00"),
        ("2026-11-23 11:30", 1, "2026-11-23 13:30"),  # over lunch
        ("2026-11-23 16:00", 4, "2026-11-24 12:00"),  # over night, up to the very end of a span
        ("2026-11-27 12:00", 2, "2026-11-30 10:00"),  # over a weekend
        ("2026-11-28 20:00", 2, "2026-11-30 11:00"),  # begun outside hours
        ("2026-12-23 16:00", 2, "2026-12-28 10:00"),  # own holiday, two public ones, a weekend
        ("2026-11-23 12:30", 0, "2026-11-23 12:30"),
    ],
)
def test_adding_hours(start: str, hours: int, expected: str) -> None:
    assert add(local(start), timedelta(hours=hours), office) == local(expected)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 09:00", "2026-11-23 17:00", 7),
        ("2026-11-23 12:00", "2026-11-23 13:00", 0),
        ("2026-11-28 00:00", "2026-11-29 23:00", 0),
        ("2026-12-23 00:00", "2026-12-29 00:00", 14),
        ("2026-11-23 17:00", "2026-11-23 09:00", 0),
    ],
)
def test_between(start: str, end: str, hours: int) -> None:
    assert between(local(start), local(end), office) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-23 10:30", 1, "2026-11-24 10:30"),
        ("2026-11-23 10:30", 5, "2026-11-30 10:30"),
        ("2026-11-26 16:00", 1, "2026-11-27 13:00"),  # Friday closes earlier
        ("2026-11-23 12:30", 1, "2026-11-24 12:00"),  # at lunch: the end of the morning
        ("2026-11-28 11:00", 1, "2026-11-30 13:00"),  # Saturday counts as Friday's end
        ("2026-11-30 07:00", 1, "2026-11-30 13:00"),  # so does Monday before opening
        ("2026-12-23 10:00", 1, "2026-12-28 10:00"),
        ("2026-11-23 10:30", 0, "2026-11-23 10:30"),
        ("2026-03-27 09:30", 1, "2026-03-30 09:30"),  # the clocks were set forward in between
        ("2026-10-23 09:30", 1, "2026-10-26 09:30"),
    ],
)
def test_adding_working_days(start: str, days: int, expected: str) -> None:
    assert add_days(local(start), days, office) == local(expected)


def test_a_day_that_ends_at_midnight_is_left_at_its_end() -> None:
    start = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    calendar = Calendar.from_value({"zone": "UTC", "week": {"wed": [["00:00", "24:00"]], "fri": [["12:00", "24:00"]]}})
    assert add_days(start, 1, calendar) == datetime(2026, 11, 28, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)],
)
def test_days_on_which_clocks_are_set_have_their_real_length(day: str, hours: int) -> None:
    calendar = Calendar.from_value(EVERY_DAY | {"zone": "Europe/Berlin"})
    start = local(f"{day} 00:00")
    end = (start + timedelta(days=1)).replace(tzinfo=BERLIN)
    assert between(start, end, calendar) == timedelta(hours=hours)
    assert add(start, timedelta(hours=hours), calendar) == end


def test_a_span_within_the_hour_that_is_left_out_is_empty() -> None:
    calendar = Calendar.from_value({"zone": "Europe/Berlin", "week": {"sun": [["02:15", "02:45"], ["03:00", "03:30"]]}})
    assert calendar.spans(date(2026, 3, 29)) == (
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    )
    half = Calendar.from_value({"zone": "Europe/Berlin", "week": {"sun": [["01:30", "02:30"]]}})
    assert half.spans(date(2026, 3, 29)) == (
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    )


@given(moments, amounts, calendars)
@settings(deadline=None, max_examples=200)
def test_what_was_added_lies_between(start: datetime, amount: timedelta, calendar: Calendar) -> None:
    end = add(start, amount, calendar)
    assert end >= start
    assert between(start, end, calendar) == amount


@given(moments, amounts, amounts, calendars)
@settings(deadline=None, max_examples=100)
def test_adding_in_two_steps_is_adding_at_once(
    start: datetime, one: timedelta, two: timedelta, calendar: Calendar
) -> None:
    assert add(add(start, one, calendar), two, calendar) == add(start, one + two, calendar)


@given(moments, moments, moments, calendars)
@settings(deadline=None, max_examples=100)
def test_spans_of_time_add_up(one: datetime, two: datetime, three: datetime, calendar: Calendar) -> None:
    first, middle, last = sorted((one, two, three))
    parts = between(first, middle, calendar) + between(middle, last, calendar)
    assert parts == between(first, last, calendar) <= last - first


@given(moments, st.timedeltas(timedelta(0), timedelta(days=9)), amounts, st.integers(0, 30), calendars)
@settings(deadline=None, max_examples=150)
def test_who_starts_later_is_never_due_earlier(
    start: datetime, later: timedelta, amount: timedelta, days: int, calendar: Calendar
) -> None:
    assert add(start + later, amount, calendar) >= add(start, amount, calendar)
    if days:
        assert add_days(start + later, days, calendar) >= add_days(start, days, calendar)
        assert add_days(start, days + 1, calendar) > add_days(start, days, calendar)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), calendars)
def test_the_spans_of_a_day_are_in_order_and_apart(day: date, calendar: Calendar) -> None:
    edges = [edge for span in calendar.spans(day) for edge in span]
    assert edges == sorted(set(edges))


@pytest.mark.parametrize("calendar", CALENDARS)
def test_a_calendar_survives_being_written_and_read(calendar: Calendar) -> None:
    assert Calendar.from_value(normalise(calendar.to_value())) == calendar


def test_holidays_have_names_and_exceptions() -> None:
    assert office.holiday(date(2026, 10, 3)) is not None
    assert office.holiday(date(2026, 12, 24)) == "closed"
    assert office.holiday(date(2026, 12, 23)) is None
    value = OFFICE | {"holidays": {"country": "DE", "subdivision": "BY", "except": ["2026-01-06"]}}
    bavaria = Calendar.from_value(value)
    assert bavaria.holiday(date(2026, 1, 6)) is None
    assert bavaria.holiday(date(2027, 1, 6)) is not None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "an object"),
        ({"zone": "Berlin", "week": {}}, "time zone"),
        ({"zone": None, "week": {}}, "time zone"),
        ({"zone": "../UTC", "week": {}}, "time zone"),
        ({"zone": "UTC"}, "week"),
        ({"zone": "UTC", "week": {}}, "not one working hour"),
        ({"zone": "UTC", "week": {"mo": []}}, "mo is not known"),
        ({"zone": "UTC", "week": {"mon": [["9:00", "17:00"]]}}, "'9:00' is no time"),
        ({"zone": "UTC", "week": {"mon": [["09:60", "17:00"]]}}, "'09:60' is no time"),
        ({"zone": "UTC", "week": {"mon": [["09:00", "24:01"]]}}, "'24:01' is no time"),
        ({"zone": "UTC", "week": {"mon": [["22:00", "06:00"]]}}, "midnight"),
        ({"zone": "UTC", "week": {"mon": [["09:00"]]}}, "a start and an end"),
        ({"zone": "UTC", "week": {"mon": "09:00"}}, "list of spans"),
        ({"zone": "UTC", "week": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "overlap at 11:00"),
        (OFFICE | {"holidays": {"country": "XX"}}, "XX are not known"),
        (OFFICE | {"holidays": {"country": "DE", "subdivision": "Q"}}, "DE-Q are not known"),
        (OFFICE | {"holidays": {"subdivision": "BY"}}, "need the country"),
        (OFFICE | {"holidays": {"extra": ["24.12.2026"]}}, "dates like"),
        (OFFICE | {"holidays": {"extra": "2026-12-24"}}, "lists of dates"),
        (OFFICE | {"holidays": []}, None),
        (OFFICE | {"holidays": {"lunch": 1}}, "lunch is not known"),
        (OFFICE | {"hours": 1}, "hours is not known"),
    ],
)
def test_unusable_calendars_say_what_is_wrong(value: Any, words: str | None) -> None:
    if words is None:
        assert Calendar.from_value(value).country is None
        return
    with pytest.raises(CalendarUnusable, match=words):
        Calendar.from_value(value)


def test_a_calendar_that_is_closed_for_ever_ends_in_a_sentence() -> None:
    extra = [(date(2020, 1, 6) + timedelta(weeks=week)).isoformat() for week in range(2500)]
    closed = Calendar.from_value({"zone": "UTC", "week": {"mon": [["09:00", "10:00"]]}, "holidays": {"extra": extra}})
    with pytest.raises(CalendarUnusable, match="thirty years"):
        add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1), closed)
    with pytest.raises(CalendarUnusable, match="thirty years"):
        add_days(datetime(2026, 1, 1, tzinfo=UTC), 1, closed)


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=-1), office)
    with pytest.raises(ValueError, match="negative"):
        add_days(datetime(2026, 1, 1, tzinfo=UTC), -1, office)


def instant(text: str) -> DateTime:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    seconds = int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return DateTime.of_local(seconds * 1_000_000_000, Zone(offset=0))


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-11-23T10:30:00+01:00", "P5D", "2026-11-30T10:30:00+01:00"),
        ("2026-11-23T10:30:00", "PT4H", "2026-11-23T15:30:00+01:00"),
        ("2026-11-23T10:30:00@Europe/Berlin", "P1DT1H", "2026-11-24T11:30:00+01:00"),
        (instant("2026-11-23T09:30:00Z"), DaysTime(nanoseconds=26 * 3600 * 10**9), "2026-11-24T13:30:00+01:00"),
        (Date(year=2026, month=11, day=24), timedelta(hours=1), "2026-11-24T10:00:00+01:00"),
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "PT90S", "2026-11-23T10:31:30+01:00"),
    ],
)
def test_working_time_in_expressions(start: Any, duration: Any, expected: str) -> None:
    assert feel_functions()["working time"](start, duration, OFFICE) == instant(expected)


def test_working_time_without_a_calendar_counts_around_the_clock() -> None:
    found = feel_functions()["working time"]("2026-11-28T10:00:00Z", "P2DT1H", None)
    assert str(found) == "2026-11-30T11:00:00Z"


@pytest.mark.parametrize(
    ("start", "duration", "calendar"),
    [
        ("tomorrow", "P1D", OFFICE),
        (None, "P1D", OFFICE),
        ("2026-11-23T10:30:00Z", "P", OFFICE),
        ("2026-11-23T10:30:00Z", "PT", OFFICE),
        ("2026-11-23T10:30:00Z", "P1DT", OFFICE),
        ("2026-11-23T10:30:00Z", "P1M", OFFICE),
        ("2026-11-23T10:30:00Z", "-P1D", OFFICE),
        ("2026-11-23T10:30:00Z", DaysTime(nanoseconds=-1), OFFICE),
        ("2026-11-23T10:30:00Z", YearsMonths(months=1), OFFICE),
        ("2026-11-23T10:30:00Z", "P999999D", None),
        ("2026-11-23T10:30:00Z", "P999999D", OFFICE),
        ("9999-12-31T23:00:00Z", "P999999D", None),
        ("9999-12-31T23:00:00Z", "P3D", OFFICE),
        ("2026-11-23T10:30:00@Nowhere/City", "P1D", OFFICE),
        ("2026-11-23T10:30:00Z", "P1D", {"zone": "UTC"}),
    ],
)
def test_working_time_that_cannot_be_told_is_a_value_error(start: Any, duration: Any, calendar: Any) -> None:
    if (start, duration, calendar) == ("2026-11-23T10:30:00Z", "P999999D", None):
        assert feel_functions()["working time"](start, duration, calendar).date.year == 4764
        return
    with pytest.raises(ValueError):
        feel_functions()["working time"](start, duration, calendar)
