"""Dates, times and durations: properties, arithmetic, comparison, zones, the clock, and the way out to Python."""

from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from forms.feel import Date, DateTime, DaysTime, Environment, YearsMonths, parse_expression

NOON = Environment(now=datetime(2026, 3, 4, 12, 30, tzinfo=ZoneInfo("Europe/Paris")))

TRUE = [
    # properties
    'date("2026-03-04").year = 2026',
    'date("2026-03-04").weekday = 3',
    'date("1969-12-28").weekday = 7',
    'date and time("2026-03-04T10:20:30.25Z").second = 30.25',
    'date and time("2026-03-04T10:20:30+02:00").time offset = duration("PT2H")',
    'date and time("2026-03-04T10:20:30").time offset = null',
    'date and time("2026-07-04T10:20:30@Europe/Paris").time offset = duration("PT2H")',
    'date and time("2026-07-04T10:20:30@Europe/Paris").timezone = "Europe/Paris"',
    'time("10:20:30Z").hour = 10',
    'time("10:20:30-05:30").time offset = duration("-PT5H30M")',
    'duration("P1Y14M").years = 2',
    'duration("P1Y14M").months = 2',
    'duration("P1DT25H61M61.5S").days = 2',
    'duration("P1DT25H61M61.5S").hours = 2',
    'duration("P1DT25H61M61.5S").minutes = 2',
    'duration("P1DT25H61M61.5S").seconds = 1.5',
    'duration("-PT90M").minutes = -30',
    'duration("P1D").years = null',
    # addition and subtraction
    'date("2026-01-31") + duration("P1M") = date("2026-02-28")',
    'date("2024-01-31") + duration("P1M") = date("2024-02-29")',
    'date("2024-02-29") - duration("P1Y") = date("2023-02-28")',
    'date("2026-01-31") + duration("P1D") = date("2026-02-01")',
    'date("2026-01-31") + duration("PT23H") = date("2026-01-31")',
    'date("2026-01-31") - duration("PT1H") = date("2026-01-30")',
    'duration("P1D") + date("2026-01-31") = date("2026-02-01")',
    'date("2026-03-01") - date("2026-02-01") = duration("P28D")',
    'date and time("2026-01-31T23:30:00") + duration("PT1H") = date and time("2026-02-01T00:30:00")',
    'date and time("2026-01-31T23:30:00Z") + duration("P1M") = date and time("2026-02-28T23:30:00Z")',
    'date and time("2026-01-01T00:00:00Z") - date and time("2026-01-01T00:00:00+01:00") = duration("PT1H")',
    '(date and time("2026-01-01T00:00:00Z") - date and time("2026-01-01T00:00:00")) = null',
    'date and time("2026-01-02T00:00:00Z") - date("2026-01-01") = duration("P1D")',
    'date and time("2026-01-02T10:00:00+01:00") - date("2026-01-01") = duration("P1DT9H")',
    'date and time("2026-01-02T00:00:00") - date("2026-01-01") = null',
    'date("2026-01-02") - date and time("2026-01-01T00:00:00") = null',
    'time("23:30:00") + duration("PT1H") = time("00:30:00")',
    'time("00:30:00") - duration("PT1H") = time("23:30:00")',
    'time("10:00:00") - time("09:00:00") = duration("PT1H")',
    'time("10:00:00Z") - time("10:00:00+01:00") = duration("PT1H")',
    'duration("P1M") + duration("P1Y") = duration("P13M")',
    '(duration("P1M") + duration("P1D")) = null',
    '(date("2026-01-01") + date("2026-01-01")) = null',
    '(duration("P1D") - date("2026-01-01")) = null',
    # multiplication and division
    'duration("PT1H") * 1.5 = duration("PT1H30M")',
    '2 * duration("P1M") = duration("P2M")',
    'duration("P1Y") / 5 = duration("P2M")',
    'duration("PT1H") / 2 = duration("PT30M")',
    'duration("PT1H") / duration("PT30M") = 2',
    'duration("P1Y") / duration("P1M") = 12',
    '(duration("PT1H") / 0) = null',
    '(duration("PT1H") / duration("PT0S")) = null',
    '(2 / duration("PT1H")) = null',
    '-duration("PT1H") = duration("-PT1H")',
    # the clocks change in Paris on 2026-03-29 at 02:00
    'date and time("2026-03-29T01:30:00@Europe/Paris") + duration("PT1H") '
    '= date and time("2026-03-29T03:30:00@Europe/Paris")',
    'string(date and time("2026-03-29T01:30:00@Europe/Paris") + duration("PT1H")) = "2026-03-29T03:30:00@Europe/Paris"',
    'date and time("2026-03-29T03:30:00@Europe/Paris") - date and time("2026-03-29T01:30:00@Europe/Paris") '
    '= duration("PT1H")',
    'string(date and time("2026-10-25T02:30:00@Europe/Paris") + duration("PT1H")) = "2026-10-25T02:30:00+01:00"',
    # comparison
    'date and time("2026-01-01T12:00:00Z") = date and time("2026-01-01T13:00:00+01:00")',
    'date and time("2026-01-01T12:00:00Z") = date and time("2026-01-01T13:00:00@Europe/Paris")',
    'date and time("2026-01-01T12:00:00Z") > date and time("2026-01-01T12:30:00+01:00")',
    'date and time("2026-01-01T12:00:00") < date and time("2026-01-01T12:30:00")',
    'time("10:00:00Z") < time("10:00:00-01:00")',
    '(date("2026-01-01") = date and time("2026-01-01T00:00:00Z")) = null',
    'duration("P1D") = duration("PT24H")',
    '(duration("P1M") = duration("P30D")) = null',
    'date("2026-06-15") in [date("2026-01-01")..date("2026-12-31")]',
    '@"2026-06-15" in (>= @"2026-01-01")',
    # far years
    'date("-0044-03-15").year = -44',
    'string(date("12026-01-01") - duration("P1D")) = "12025-12-31"',
    'date("999999999-12-31") + duration("P1D") = null',
    # the clock
    "now().hour = 12",
    'now() = date and time("2026-03-04T11:30:00Z")',
    'today() = date("2026-03-04")',
    'now() - duration("PT30M") < now()',
]


@pytest.mark.parametrize("text", TRUE)
def test_true(text: str) -> None:
    outcome = parse_expression(text).evaluate({}, NOON)
    assert outcome.value is True, outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-01-31"', date(2026, 1, 31)),
        ('date and time("2026-01-31T10:00:00+02:00")', datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ('date and time("2026-07-31T10:00:00@Europe/Paris")', datetime(2026, 7, 31, 8, tzinfo=UTC)),
        ("now()", datetime(2026, 3, 4, 11, 30, tzinfo=UTC)),
        ('duration("P1DT1.5S")', timedelta(days=1, seconds=1.5)),
        ('time("10:00:00+01:00")', clock(10, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_python_gets_its_own_values(text: str, expected: object) -> None:
    found = parse_expression(text).evaluate_raw({}, NOON).value
    name = {Date: "as_date", DateTime: "as_datetime", DaysTime: "as_timedelta"}.get(type(found), "as_time")
    assert getattr(found, name)() == expected


def test_a_local_date_and_time_stays_naive() -> None:
    found = parse_expression('date and time("2026-01-31T10:00:00")').evaluate_raw({}).value
    assert found.as_datetime().tzinfo is None


def test_months_are_a_number_of_months() -> None:
    assert parse_expression('duration("P1Y2M")').evaluate_raw({}).value == YearsMonths(months=14)


def test_values_of_python_are_read() -> None:
    scope = {
        "moment": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "day": date(2026, 1, 1),
        "at": clock(9, 30),
        "length": timedelta(hours=36),
        "count": 3,
        "share": 0.1,
        "pair": (1, 2),
    }
    text = "[moment, day, at, length, count + 1, share + 0.2, pair[2], moment + length]"
    assert parse_expression(text).evaluate(scope).value == [
        "2026-01-01T12:00:00Z",
        "2026-01-01",
        "09:30:00",
        "P1DT12H",
        Decimal(4),
        Decimal("0.3"),
        Decimal(2),
        "2026-01-03T00:00:00Z",
    ]


def test_the_present_moment_must_be_aware() -> None:
    with pytest.raises(ValueError, match="offset"):
        Environment(now=datetime(2026, 1, 1))  # noqa: DTZ001
