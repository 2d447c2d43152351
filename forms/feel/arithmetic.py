"""Addition, subtraction, multiplication, division, powers and negation (DMN 1.5, tables 56-62).

Every function raises Unfit where the standard says null, and FeelLimitExceeded through the State it is given.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException
from typing import Any, Final

from forms.feel import calendar
from forms.feel.environment import CHARACTERS, State
from forms.feel.errors import Unfit
from forms.feel.scope import admit
from forms.feel.values import (
    ARITHMETIC,
    DAY,
    KINDS,
    LONGEST,
    SECOND,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    kind,
)

Operation = Callable[[Any, Any, State], Any]

_LARGEST_POWER: Final = 999_999_999


def compute(operator: str, left: Any, right: Any, state: State) -> Any:
    """left operator right, for + - * / **. Raises Unfit."""
    operation = _TABLE.get((operator, type(left), type(right)))
    if operation is None:
        if type(left) not in KINDS or type(right) not in KINDS:
            return compute(operator, admit(left), admit(right), state)
        raise Unfit("operands", left=kind(left), operator=operator, right=kind(right))
    try:
        return operation(left, right, state)
    except (DecimalException, OverflowError):
        divides = operator == "/" and right == 0
        raise Unfit("divided_by_zero" if divides else "out_of_range") from None


def negate(value: Any) -> Any:
    """-value. Raises Unfit."""
    if type(value) is Decimal:
        try:
            return ARITHMETIC.minus(value)
        except DecimalException:
            raise Unfit("out_of_range") from None
    if type(value) is DaysTime:
        return DaysTime(nanoseconds=-value.nanoseconds)
    if type(value) is YearsMonths:
        return YearsMonths(months=-value.months)
    raise Unfit("operands", left="", operator="-", right=kind(value))


def power(left: Decimal, right: Decimal, _state: State | None = None) -> Decimal:
    """left to the power of right. Raises Unfit beyond the range of numbers."""
    if abs(right) > _LARGEST_POWER:
        raise Unfit("out_of_range")
    if not left and right <= 0:
        if right == 0:
            return Decimal(1)
        raise Unfit("divided_by_zero")
    try:
        return ARITHMETIC.power(left, right)
    except DecimalException:
        raise Unfit("out_of_range") from None


def months_between(start: Date, end: Date) -> int:
    """Whole months from one date to another, negative if the second is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


def whole(number: Decimal) -> int:
    """A number as an int, towards zero, if a duration could be that long. Raises Unfit."""
    if abs(number) > LONGEST:
        raise Unfit("out_of_range")
    return int(number)


def _rounded(number: Decimal) -> int:
    if abs(number) > LONGEST:
        raise Unfit("out_of_range")
    return int(number.to_integral_value(rounding=ROUND_HALF_EVEN))


def _join(left: str, right: str, state: State) -> str:
    size = len(left) + len(right)
    state.bound(size)
    state.spend(size >> CHARACTERS)
    return left + right


def _shift_date(day: Date, months: int) -> Date:
    year, month, of_month = calendar.shift_months(day.year, day.month, day.day, months)
    return Date(year=year, month=month, day=of_month)


def _add_days(day: Date, nanoseconds: int) -> Date:
    return Date.of_days((day.days * DAY + nanoseconds) // DAY)


def _add_months(moment: DateTime, months: int) -> DateTime:
    return DateTime(date=_shift_date(moment.date, months), time=moment.time)


def _add_duration(moment: DateTime, nanoseconds: int) -> DateTime:
    """In a named zone the instant is moved, so that an hour is an hour also when the clocks change."""
    zone = moment.time.zone
    if zone is None or zone.offset is not None:
        return DateTime.of_local(moment.local + nanoseconds, zone)
    return DateTime.of_instant(moment.instant + nanoseconds, zone)


def _add_time(told: Time, nanoseconds: int) -> Time:
    return Time(nanoseconds=(told.nanoseconds + nanoseconds) % DAY, zone=told.zone)


def _minus_moments(left: DateTime, right: DateTime) -> DaysTime:
    ahead, other = left.offset, right.offset
    if (ahead is None) != (other is None):
        raise Unfit("operands", left="date and time with a zone", operator="-", right="one without")
    return DaysTime(nanoseconds=left.local - right.local - ((ahead or 0) - (other or 0)) * SECOND)


def _minus_times(left: Time, right: Time) -> DaysTime:
    ahead, other = left.offset, right.offset
    if (ahead is None) != (other is None):
        raise Unfit("operands", left="time with a zone", operator="-", right="one without")
    return DaysTime(nanoseconds=left.nanoseconds - right.nanoseconds - ((ahead or 0) - (other or 0)) * SECOND)


def _mixed(left: Any, right: Any) -> DaysTime:
    """A date beside a date and time is its midnight in UTC (10.3.2.3.5); nothing can be taken from a local one."""
    return _minus_moments(*(DateTime.midnight(one) if type(one) is Date else one for one in (left, right)))


def _times_months(duration: YearsMonths, factor: Decimal, _state: State) -> YearsMonths:
    return YearsMonths(months=whole(ARITHMETIC.multiply(Decimal(duration.months), factor)))


def _times_duration(duration: DaysTime, factor: Decimal, _state: State) -> DaysTime:
    return DaysTime(nanoseconds=_rounded(ARITHMETIC.multiply(Decimal(duration.nanoseconds), factor)))


def _part_of_months(duration: YearsMonths, divisor: Decimal, _state: State) -> YearsMonths:
    return YearsMonths(months=whole(ARITHMETIC.divide(Decimal(duration.months), divisor)))


def _part_of_duration(duration: DaysTime, divisor: Decimal, _state: State) -> DaysTime:
    return DaysTime(nanoseconds=_rounded(ARITHMETIC.divide(Decimal(duration.nanoseconds), divisor)))


_ONE_WAY: Final[dict[tuple[str, type, type], Operation]] = {
    ("+", Decimal, Decimal): lambda left, right, _: ARITHMETIC.add(left, right),
    ("-", Decimal, Decimal): lambda left, right, _: ARITHMETIC.subtract(left, right),
    ("*", Decimal, Decimal): lambda left, right, _: ARITHMETIC.multiply(left, right),
    ("/", Decimal, Decimal): lambda left, right, _: ARITHMETIC.divide(left, right),
    ("**", Decimal, Decimal): power,
    ("+", str, str): _join,
    ("+", YearsMonths, YearsMonths): lambda left, right, _: YearsMonths(months=left.months + right.months),
    ("-", YearsMonths, YearsMonths): lambda left, right, _: YearsMonths(months=left.months - right.months),
    ("+", DaysTime, DaysTime): lambda left, right, _: DaysTime(nanoseconds=left.nanoseconds + right.nanoseconds),
    ("-", DaysTime, DaysTime): lambda left, right, _: DaysTime(nanoseconds=left.nanoseconds - right.nanoseconds),
    ("-", Date, Date): lambda left, right, _: _mixed(left, right),
    ("-", DateTime, DateTime): lambda left, right, _: _minus_moments(left, right),
    ("-", Date, DateTime): lambda left, right, _: _mixed(left, right),
    ("-", DateTime, Date): lambda left, right, _: _mixed(left, right),
    ("-", Time, Time): lambda left, right, _: _minus_times(left, right),
    ("-", Date, YearsMonths): lambda left, right, _: _shift_date(left, -right.months),
    ("-", Date, DaysTime): lambda left, right, _: _add_days(left, -right.nanoseconds),
    ("-", DateTime, YearsMonths): lambda left, right, _: _add_months(left, -right.months),
    ("-", DateTime, DaysTime): lambda left, right, _: _add_duration(left, -right.nanoseconds),
    ("-", Time, DaysTime): lambda left, right, _: _add_time(left, -right.nanoseconds),
    ("/", YearsMonths, Decimal): _part_of_months,
    ("/", DaysTime, Decimal): _part_of_duration,
    ("/", YearsMonths, YearsMonths): lambda one, two, _: ARITHMETIC.divide(Decimal(one.months), Decimal(two.months)),
    ("/", DaysTime, DaysTime): lambda one, two, _: ARITHMETIC.divide(
        Decimal(one.nanoseconds), Decimal(two.nanoseconds)
    ),
}
_BOTH_WAYS: Final[dict[tuple[str, type, type], Operation]] = {
    ("+", Date, YearsMonths): lambda left, right, _: _shift_date(left, right.months),
    ("+", Date, DaysTime): lambda left, right, _: _add_days(left, right.nanoseconds),
    ("+", DateTime, YearsMonths): lambda left, right, _: _add_months(left, right.months),
    ("+", DateTime, DaysTime): lambda left, right, _: _add_duration(left, right.nanoseconds),
    ("+", Time, DaysTime): lambda left, right, _: _add_time(left, right.nanoseconds),
    ("*", YearsMonths, Decimal): _times_months,
    ("*", DaysTime, Decimal): _times_duration,
}


def _turned(operation: Operation) -> Operation:
    return lambda left, right, state: operation(right, left, state)


_TABLE: Final[dict[tuple[str, type, type], Operation]] = {
    **_ONE_WAY,
    **_BOTH_WAYS,
    **{(sign, right, left): _turned(operation) for (sign, left, right), operation in _BOTH_WAYS.items()},
}
