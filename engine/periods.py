"""Periods: months, quarters and years of the installation's zone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.transaction import Transaction


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """The same in months."""
        return {"month": 1, "quarter": 3, "year": 12}[self.value]


@dataclass(frozen=True, kw_only=True)
class Period:
    """A month, quarter or year of the installation's zone; `until` is no longer part of it."""

    length: Length
    year: int
    month: int
    """Its first, from 1."""
    since: datetime
    until: datetime

    @property
    def key(self) -> str:
        """How it is named in addresses: ``2027-04`` is April, or the quarter or year that begins with it."""
        return f"{self.year:04}-{self.month:02}"


def period_of(tx: Transaction, key: str, length: str) -> Period:
    """Give the period of a key; the present one for "" and for what is no period."""
    size = Length(length) if length in set(Length) else Length.MONTH
    now = tx.now().astimezone(ZoneInfo(tx.settings.zone))
    year, _, month = key.partition("-")
    if year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and 1970 <= int(year) <= 9000:
        return _period(tx, size, int(year), int(month))
    return _period(tx, size, now.year, now.month)


def _period(tx: Transaction, length: Length, year: int, month: int) -> Period:
    first = (month - 1) // length.months * length.months
    zone = ZoneInfo(tx.settings.zone)

    def begins(number: int) -> datetime:
        return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone).astimezone(UTC)

    return Period(length=length, year=year, month=first + 1, since=begins(first), until=begins(first + length.months))


def moved(tx: Transaction, period: Period, steps: int) -> Period:
    """Give the period that lies some periods after (or, below zero, before) this one."""
    number = period.year * 12 + period.month - 1 + steps * period.length.months
    return _period(tx, period.length, number // 12, number % 12 + 1)
