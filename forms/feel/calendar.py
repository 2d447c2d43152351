"""Dates as numbers: the proleptic Gregorian calendar for years far outside those of Python's own dates.

FEEL allows years from -999,999,999 to 999,999,999 (DMN 1.5, 10.3.2.3.5).
"""

from typing import Final

YEARS: Final = 999_999_999
_DAYS_OF_400_YEARS: Final = 146_097
_BEFORE_MONTH: Final = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH: Final = 719_162  # days from 0001-01-01 to 1970-01-01


def is_leap(year: int) -> bool:
    """Whether the year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    return 29 if month == 2 and is_leap(year) else _LENGTHS[month - 1]


def day_of_year(year: int, month: int, day: int) -> int:
    """The number of the day in its year, from 1."""
    return _BEFORE_MONTH[month - 1] + (month > 2 and is_leap(year)) + day


def to_days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01."""
    past = year - 1
    return past * 365 + past // 4 - past // 100 + past // 400 + day_of_year(year, month, day) - 1 - _EPOCH


def from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    cycle, rest = divmod(days + _EPOCH, _DAYS_OF_400_YEARS)
    century = min(rest // 36_524, 3)
    rest -= century * 36_524
    four, rest = divmod(rest, 1_461)
    single = min(rest // 365, 3)
    rest -= single * 365
    year = cycle * 400 + century * 100 + four * 4 + single + 1
    month = min(rest // 28, 11) + 1
    while day_of_year(year, month, 1) - 1 > rest:
        month -= 1
    return year, month, rest - day_of_year(year, month, 1) + 2


def weekday(days: int) -> int:
    """The day of the week of a number of days since 1970-01-01: 1 is Monday, 7 is Sunday."""
    return (days + 3) % 7 + 1


def week_of_year(year: int, month: int, day: int) -> int:
    """The number of the week by ISO 8601: a week belongs to the year that holds its Thursday."""
    days = to_days(year, month, day)
    thursday = days - weekday(days) + 4
    its_year = from_days(thursday)[0]
    return (thursday - to_days(its_year, 1, 1)) // 7 + 1


def shift_months(year: int, month: int, day: int, months: int) -> tuple[int, int, int]:
    """The date so many months later; the day is moved back to the end of a shorter month."""
    year, index = divmod(year * 12 + month - 1 + months, 12)
    return year, index + 1, min(day, month_length(year, index + 1))
