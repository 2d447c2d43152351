"""Temporal functions (DMN 1.5, tables 79 and 82)."""

from decimal import Decimal
from typing import Final

from forms.feel import calendar
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.values import Date, DateTime, from_datetime

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@built_in("day of year", "date: date|date and time")
def day_of_year(_state: State, value: Date | DateTime) -> Decimal:
    """The number of the day in its year."""
    day = _day(value)
    return Decimal(calendar.day_of_year(day.year, day.month, day.day))


@built_in("day of week", "date: date|date and time")
def day_of_week(_state: State, value: Date | DateTime) -> str:
    """The English name of the day."""
    return WEEKDAYS[calendar.weekday(_day(value).days) - 1]


@built_in("month of year", "date: date|date and time")
def month_of_year(_state: State, value: Date | DateTime) -> str:
    """The English name of the month."""
    return MONTHS[_day(value).month - 1]


@built_in("week of year", "date: date|date and time")
def week_of_year(_state: State, value: Date | DateTime) -> Decimal:
    """The number of the week by ISO 8601."""
    day = _day(value)
    return Decimal(calendar.week_of_year(day.year, day.month, day.day))


def _now(state: State, name: str) -> DateTime:
    moment = state.environment.now
    if moment is None:
        raise Unfit("no_clock", name=name)
    return from_datetime(moment)


@built_in("now", "")
def now(state: State) -> DateTime:
    """The present moment, as the environment tells it."""
    return _now(state, "now")


@built_in("today", "")
def today(state: State) -> Date:
    """The date of the present moment, in the zone in which the environment tells it."""
    return _now(state, "today").date
