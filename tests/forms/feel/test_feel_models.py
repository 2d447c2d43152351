"""Built-in functions beside a model of each, written in Python from the tables of the standard (DMN 1.5, 10.3.4)."""

import calendar
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.feel import parse_expression

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)
SMALL = st.integers(-4, 4)
LETTERS = st.text("ab🐎", max_size=8)
DAYS = st.dates(date(1600, 1, 1), date(2400, 12, 31))
LENGTHS = st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000))


def evaluate(text: str, **scope: Any) -> Any:
    return parse_expression(text, scope).evaluate(scope).value


# --- three-valued logic (tables 48 and 49)

TRUTH = (True, False, None)
OPERANDS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    '"text"': None,
    "1": None,
    "[]": None,
}


def both(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


def either(one: bool | None, other: bool | None) -> bool | None:
    return True if True in (one, other) else None if None in (one, other) else False


@pytest.mark.parametrize(("left", "right"), list(product(OPERANDS, OPERANDS)))
def test_logic_has_three_values(left: str, right: str) -> None:
    one, other = OPERANDS[left], OPERANDS[right]
    assert evaluate(f"{left} and {right}") is both(one, other)
    assert evaluate(f"{left} or {right}") is either(one, other)


@pytest.mark.parametrize("values", [*product(TRUTH, repeat=0), *product(TRUTH, repeat=1), *product(TRUTH, repeat=3)])
def test_all_and_any_and_loops_follow_logic(values: tuple[bool | None, ...]) -> None:
    every: bool | None = True
    some: bool | None = False
    for value in values:
        every, some = both(every, value), either(some, value)
    given_ = list(values)
    assert evaluate("all(l)", l=given_) is every
    assert evaluate("any(l)", l=given_) is some
    assert evaluate("every x in l satisfies x", l=given_) is every
    assert evaluate("some x in l satisfies x", l=given_) is some


# --- ranges (table 78): a range of whole numbers as the set of its halves

Ends = tuple[int, int, bool, bool]
RANGES = st.tuples(SMALL, SMALL, st.booleans(), st.booleans()).filter(
    lambda ends: ends[0] < ends[1] or (ends[0] == ends[1] and ends[2] and ends[3])
)


def written(ends: Ends) -> str:
    low, high, low_in, high_in = ends
    return f"{'[' if low_in else '('}{low}..{high}{']' if high_in else ')'}"


def points(ends: Ends) -> frozenset[Fraction]:
    low, high, low_in, high_in = ends
    inside = (Fraction(half, 2) for half in range(2 * low, 2 * high + 1))
    return frozenset(one for one in inside if (one != low or low_in) and (one != high or high_in))


def starts_alike(one: Ends, other: Ends) -> bool:
    return (one[0], one[2]) == (other[0], other[2])


def ends_alike(one: Ends, other: Ends) -> bool:
    return (one[1], one[3]) == (other[1], other[3])


def meets(one: Ends, other: Ends) -> bool:
    return one[3] and other[2] and one[1] == other[0]


RELATIONS: Mapping[str, Callable[[Ends, Ends], bool]] = {
    "before": lambda one, other: max(points(one)) < min(points(other)),
    "after": lambda one, other: min(points(one)) > max(points(other)),
    "overlaps": lambda one, other: bool(points(one) & points(other)),
    "includes": lambda one, other: points(one) >= points(other),
    "during": lambda one, other: points(one) <= points(other),
    "coincides": lambda one, other: one == other,
    "meets": meets,
    "met by": lambda one, other: meets(other, one),
    "starts": lambda one, other: starts_alike(one, other) and points(one) <= points(other),
    "started by": lambda one, other: starts_alike(one, other) and points(one) >= points(other),
    "finishes": lambda one, other: ends_alike(one, other) and points(one) <= points(other),
    "finished by": lambda one, other: ends_alike(one, other) and points(one) >= points(other),
}


@given(RANGES, RANGES)
def test_ranges_relate_as_their_points_do(one: Ends, other: Ends) -> None:
    for name, relation in RELATIONS.items():
        assert evaluate(f"{name}({written(one)}, {written(other)})") is relation(one, other), name


@given(SMALL, RANGES)
def test_a_point_relates_to_a_range_as_to_its_points(point: int, ends: Ends) -> None:
    inside = Fraction(point) in points(ends)
    assert evaluate(f"{point} in {written(ends)}") is inside
    assert evaluate(f"during({point}, {written(ends)})") is inside
    assert evaluate(f"includes({written(ends)}, {point})") is inside
    assert evaluate(f"before({point}, {written(ends)})") is (point < min(points(ends)))
    assert evaluate(f"after({point}, {written(ends)})") is (point > max(points(ends)))


@given(RANGES)
def test_a_range_survives_text(ends: Ends) -> None:
    assert evaluate(f'range("{written(ends)}") = {written(ends)}') is True
    assert evaluate(f"range(string({written(ends)})) = {written(ends)}") is True


# --- numbers (table 74)

ROUNDINGS = {
    "decimal": ROUND_HALF_EVEN,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}


@given(NUMBERS, st.integers(0, 4))
def test_numbers_are_rounded(number: Decimal, scale: int) -> None:
    for name, way in ROUNDINGS.items():
        wanted = number.quantize(Decimal(1).scaleb(-scale), way)
        assert evaluate(f"{name}(n, {scale})", n=number) == wanted, name


@given(NUMBERS, NUMBERS.filter(bool))
def test_what_is_left_of_a_division(number: Decimal, by: Decimal) -> None:
    whole = Fraction(number) / Fraction(by)
    assert Fraction(evaluate("modulo(a, b)", a=number, b=by)) == Fraction(number) - Fraction(by) * (whole // 1)
    assert evaluate("floor(a)", a=number) == Fraction(number) // 1
    assert evaluate("ceiling(a)", a=number) == -(-Fraction(number) // 1)


# --- texts and lists (tables 75 and 77)


@given(LETTERS, LETTERS)
def test_texts_are_taken_apart(text: str, part: str) -> None:
    scope = {"t": text, "p": part}
    assert evaluate("contains(t, p)", **scope) is (part in text)
    assert evaluate("starts with(t, p)", **scope) is text.startswith(part)
    assert evaluate("ends with(t, p)", **scope) is text.endswith(part)
    assert evaluate("substring before(t, p)", **scope) == (text.partition(part)[0] if part and part in text else "")
    after = text.partition(part)[2] if part else text
    assert evaluate("substring after(t, p)", **scope) == (after if part in text else "")
    assert evaluate("string length(t + p)", **scope) == len(text) + len(part)


@given(LETTERS.filter(bool), st.integers(-9, 9).filter(bool), st.integers(1, 9))
def test_a_part_of_a_text(text: str, start: int, length: int) -> None:
    begin = start - 1 if start > 0 else len(text) + start
    if not 0 <= begin < len(text):
        return
    assert evaluate("substring(t, s, l)", t=text, s=start, l=length) == text[begin : begin + length]
    assert evaluate("substring(t, s)", t=text, s=start) == text[begin:]


@given(st.lists(LETTERS, min_size=1, max_size=5))
def test_what_is_joined_is_split_again(parts: list[str]) -> None:
    assert evaluate('string join(l, ";")', l=parts) == ";".join(parts)
    assert evaluate('split(string join(l, ";"), ";")', l=parts) == parts


def unlike(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))


@given(st.lists(SMALL, max_size=6), st.lists(SMALL, max_size=6), SMALL)
def test_lists_are_made_of_lists(one: list[int], other: list[int], item: int) -> None:
    scope = {"a": one, "b": other, "x": item}
    assert evaluate("concatenate(a, b)", **scope) == one + other
    assert evaluate("union(a, b)", **scope) == unlike(one + other)
    assert evaluate("distinct values(a)", **scope) == unlike(one)
    assert evaluate("append(a, x)", **scope) == [*one, item]
    assert evaluate("reverse(a)", **scope) == one[::-1]
    assert evaluate("index of(a, x)", **scope) == [at for at, value in enumerate(one, 1) if value == item]
    assert evaluate("list contains(a, x)", **scope) is (item in one)
    assert evaluate("count(flatten([a, [b, [x]]]))", **scope) == len(one) + len(other) + 1
    assert evaluate("a[item > x]", **scope) == [value for value in one if value > item]
    assert evaluate("for i in a, j in b return i * j", **scope) == [i * j for i in one for j in other]


@given(st.lists(SMALL, min_size=1, max_size=6), st.integers(-6, 6).filter(bool), SMALL)
def test_places_in_lists_count_from_both_ends(items: list[int], place: int, item: int) -> None:
    at = place - 1 if place > 0 else len(items) + place
    if not 0 <= at < len(items):
        assert evaluate("l[p]", l=items, p=place) is None
        return
    scope = {"l": items, "p": place, "x": item}
    assert evaluate("l[p]", **scope) == items[at]
    assert evaluate("sublist(l, p)", **scope) == items[at:]
    assert evaluate("sublist(l, p, 1)", **scope) == [items[at]]
    assert evaluate("remove(l, p)", **scope) == items[:at] + items[at + 1 :]
    assert evaluate("insert before(l, p, x)", **scope) == [*items[:at], item, *items[at:]]
    assert evaluate("list replace(l, p, x)", **scope) == [*items[:at], item, *items[at + 1 :]]


# --- dates, times, durations (tables 56 to 61)


@given(DAYS, DAYS, LENGTHS, st.integers(-3000, 3000))
def test_dates_add_up(one: date, other: date, length: timedelta, months: int) -> None:
    assert evaluate("a - b = d", a=one, b=other, d=one - other) is True
    assert evaluate('(a < b) = (a - b < @"PT0S")', a=one, b=other) is True
    years, month = divmod(one.year * 12 + one.month - 1 + months, 12)
    day = min(one.day, calendar.monthrange(years, month + 1)[1])
    moved = evaluate(f'a + duration("P1M") * {months}', a=one)
    assert moved == f"{years:04}-{month + 1:02}-{day:02}"
    moment = datetime.combine(one, time(12))
    assert evaluate("m + d = s", m=moment, d=length, s=moment + length) is True
    assert evaluate("m + d - d = m", m=moment, d=length) is True


@given(DAYS, DAYS)
def test_years_and_months_between_dates_are_whole(one: date, other: date) -> None:
    first, last = sorted((one, other))
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    assert evaluate(f'years and months duration(a, b) = duration("P{months}M")', a=first, b=last) is True
    assert evaluate(f'years and months duration(b, a) = -duration("P{months}M")', a=first, b=last) is True


@given(DAYS)
def test_a_date_knows_its_place_in_year_and_week(day: date) -> None:
    assert evaluate("[d.year, d.month, d.day, d.weekday]", d=day) == [day.year, day.month, day.day, day.isoweekday()]
    assert evaluate("[day of year(d), week of year(d)]", d=day) == [day.timetuple().tm_yday, day.isocalendar().week]
    assert evaluate("[day of week(d), month of year(d)]", d=day) == [day.strftime("%A"), day.strftime("%B")]


@given(DAYS, st.times(), LENGTHS, st.integers(-5000, 5000))
def test_temporal_values_survive_text(day: date, clock: time, length: timedelta, months: int) -> None:
    moment = datetime.combine(day, clock)
    assert evaluate("date(string(x)) = x", x=day) is True
    assert evaluate("time(string(x)) = x", x=clock) is True
    assert evaluate("date and time(string(x)) = x", x=moment) is True
    assert evaluate("duration(string(x)) = x", x=length) is True
    assert evaluate(f'duration(string(duration("P1M") * {months})) = duration("P1M") * {months}') is True
    assert evaluate("date and time(date(x), time(x)) = x", x=moment) is True


@given(LENGTHS, LENGTHS, st.integers(-9, 9).filter(bool))
def test_durations_add_up_and_compare(one: timedelta, other: timedelta, times: int) -> None:
    scope = {"a": one, "b": other, "n": times}
    assert evaluate("a + b = s", s=one + other, **scope) is True
    assert evaluate("a * n = s", s=one * times, **scope) is True
    assert evaluate("a * n / n = a", **scope) is True
    for sign, compared in {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">": operator.gt}.items():
        assert evaluate(f"a {sign} b", **scope) is compared(one, other)
    whole = evaluate("[abs(a).days, abs(a).hours, abs(a).minutes]", **scope)
    minutes = abs(one) // timedelta(minutes=1)
    assert whole == [minutes // 1440, minutes % 1440 // 60, minutes % 60]
