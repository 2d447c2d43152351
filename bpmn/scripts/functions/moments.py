"""The functions and methods of dates, times and timedeltas."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from bpmn.scripts.functions.offered import METHODS, Call, Offered, function, method
from bpmn.scripts.limits import ScriptFailed
from bpmn.scripts.operators import compute, length_of
from bpmn.scripts.values import Value, duration_text, kind, number, whole


@function("datetime.now", "datetime.datetime.now", "datetime.utcnow", "datetime.datetime.utcnow", least=0)
def _now(call: Call, *_zone: Value) -> Value:
    if call.now is None:
        raise ScriptFailed("There is no present moment here.")
    return call.now


@function("date.today", "datetime.date.today", least=0, most=0)
def _today(call: Call) -> Value:
    return _now(call).date()


@function("datetime.fromisoformat", "datetime.datetime.fromisoformat")
def _read_datetime(call: Call, text: Value) -> Value:
    return _from_iso(datetime.fromisoformat, text, "date with time, such as 2027-01-31T09:00:00+00:00")


@function("date.fromisoformat", "datetime.date.fromisoformat")
def _read_date(call: Call, text: Value) -> Value:
    return _from_iso(date.fromisoformat, text, "date, such as 2027-01-31")


def _from_iso(read: Callable[[str], Value], text: Value, what: str) -> Value:
    try:
        return read(text) if isinstance(text, str) and len(text) <= 100 else read("")
    except ValueError:
        shown = repr(text[:60]) if isinstance(text, str) else kind(text)
        raise ScriptFailed(f"{shown} is no {what}.") from None


_FORMAT: Final = re.compile(r"(?:[^%]|%[YmdHMSfyjbBaAIpzZ%]){1,100}")
"""The formats that are run: of what the C library adds, such as widths, nothing."""


datetime.strptime("1 +0000", "%d %z")  # loads what reads formats: where scripts run, nothing can be loaded


def _format(text: Value) -> str:
    if not isinstance(text, str) or not _FORMAT.fullmatch(text):
        shown = repr(text[:60]) if isinstance(text, str) else kind(text)
        raise ScriptFailed(f"{shown} is no format such as %Y-%m-%d.", kind="ValueError")
    return text


@function("datetime.strptime", "datetime.datetime.strptime", least=2, most=2)
def _read_formatted(call: Call, text: Value, written: Value) -> Value:
    layout = _format(written)
    call.budget.step(1_000)  # it becomes a pattern

    def read(value: str) -> datetime:
        return datetime.strptime(value, layout)  # noqa: DTZ007 - with %z it has a zone, as in Python

    return _from_iso(read, text, f"date with time of the format {layout}")


_CLOCK: Final = "hour minute second microsecond"


@function("datetime", "datetime.datetime", least=3, most=7, named=f"year month day {_CLOCK}")
def _datetime(call: Call, *parts: Value, **named: Value) -> Value:
    return _made(datetime, parts, named)


@function("date", "datetime.date", least=3, most=3, named="year month day")
def _date(call: Call, *parts: Value, **named: Value) -> Value:
    return _made(date, parts, named)


def _made(what: Callable[..., Value], parts: tuple[Value, ...], named: Mapping[str, Value]) -> Value:
    try:
        return what(
            *(whole(part, "part of a date") for part in parts),
            **{name: whole(part, name) for name, part in named.items()},
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise ScriptFailed(f"This is no date: {error}.") from None


_UNITS: Final = {
    "weeks": 604_800_000_000,
    "days": 86_400_000_000,
    "hours": 3_600_000_000,
    "minutes": 60_000_000,
    "seconds": 1_000_000,
    "milliseconds": 1_000,
    "microseconds": 1,
}


@function("timedelta", "datetime.timedelta", least=0, most=7, named=" ".join(_UNITS))
def _timedelta(call: Call, *parts: Value, **named: Value) -> Value:
    order = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
    given = {**dict(zip(order, parts, strict=False)), **named}
    total = Decimal(0)
    for unit, amount in given.items():
        share = compute("*", number(amount, unit), Decimal(_UNITS[unit]), call.budget)
        total = compute("+", total, share, call.budget)
    return length_of(total)


for _of in (date, datetime, time):
    METHODS[_of]["isoformat"] = Offered(run=lambda call, moment: moment.isoformat(), least=0, most=0)
    METHODS[_of]["strftime"] = Offered(run=lambda call, moment, text: moment.strftime(_format(text)), least=1, most=1)
for _of in (date, datetime):
    METHODS[_of]["weekday"] = Offered(run=lambda call, moment: Decimal(moment.weekday()), least=0, most=0)
    METHODS[_of]["isoweekday"] = Offered(run=lambda call, moment: Decimal(moment.isoweekday()), least=0, most=0)


@method(datetime, "date")
def _date_of(call: Call, moment: datetime) -> Value:
    return moment.date()


@method(timedelta, "total_seconds")
def _total_seconds(call: Call, length: timedelta) -> Value:
    return compute("/", Decimal(length // timedelta(microseconds=1)), Decimal(1_000_000), call.budget)


@method(timedelta, "isoformat")
def _duration(call: Call, length: timedelta) -> Value:
    return duration_text(length)
