"""Check arranged answers against their schema, and say each failure as a problem of a field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_FLOOR, Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from forms.data import Value, number_text
from forms.definition import (
    Component,
    Field,
    FilesField,
    FormDefinition,
    MomentField,
    NumberField,
    Path,
    TextField,
)
from forms.moments import CODES, passed
from forms.patterns import EMAIL, PHONE, found
from forms.refusals import Refusals
from forms.schema import Drawn, draw
from forms.scope import Scope

_formats = FormatChecker(formats=())


@_formats.checks("date", ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


@_formats.checks("partial-time", ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or time.fromisoformat(value).isoformat(timespec="seconds") == value


@_formats.checks("date-time", ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


@_formats.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or (len(value) <= 254 and found(value, EMAIL))


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What answers must keep: the schema, ready to check, the texts with patterns of their own, each place's part."""

    parts: Mapping[Path, Component]
    texts: Sequence[tuple[Path, TextField]]
    validator: Draft202012Validator


def rules_of(definition: FormDefinition, values: Mapping[str, Value], scope: Scope) -> Rules:
    """Give the rules of the parts shown for `values`; worked out once where they are always the same."""
    if not definition.fixed:
        return _rules(draw(definition.components, values, scope))
    if _RULES not in definition.kept:
        definition.kept[_RULES] = _rules(draw(definition.components, values, scope))
    return cast(Rules, definition.kept[_RULES])


_RULES = "rules"


def _rules(drawn: Drawn) -> Rules:
    texts = [(path, part) for path, part in drawn.parts.items() if isinstance(part, TextField)]
    patterns = any(part.pattern or part.format == "phone" for _path, part in texts)
    schema = _without_patterns(drawn.schema) if patterns else drawn.schema
    return Rules(parts=drawn.parts, texts=texts, validator=Draft202012Validator(schema, format_checker=_formats))


def check(rules: Rules, values: Mapping[str, Value], refusals: Refusals) -> None:
    """Note what the schema refuses in `values`. Places that have a problem already are passed over."""
    for error in rules.validator.iter_errors(values):
        path: Path = tuple(error.absolute_path)
        if error.validator == "required":
            continue  # every key is there, null where nothing was answered: its type or choices are told instead
        while path and path not in rules.parts:
            path = path[:-1]
        if path not in refusals:
            code, parameters = _told(error, rules.parts.get(path), error.instance)
            refusals.add(path, code, rules.parts.get(path), **parameters)
    for path, part in rules.texts:
        if path not in refusals:
            _check_pattern(path, part, _at(values, path), refusals)


def check_not_passed(
    rules: Rules, values: Mapping[str, Value], now: datetime | None, zone: ZoneInfo, refusals: Refusals
) -> None:
    """Note dates that have passed where the form refuses them; without a clock (`now`) nothing has passed."""
    for path, part in rules.parts.items():
        if now is None or not isinstance(part, MomentField) or not part.no_past or path in refusals:
            continue
        value = _at(values, path)
        if isinstance(value, str) and passed(part, value, now, zone):
            refusals.add(path, "in_the_past", part)


def _at(values: Value, path: Path) -> Value:
    for step in path:
        values = values[step]
    return values


def _check_pattern(path: Path, part: TextField, value: Value, refusals: Refusals) -> None:
    """Check what the schema says as `pattern`, by RE2: an owner's pattern never reaches a backtracking engine."""
    if not isinstance(value, str):
        return
    if part.format == "phone" and not found(value, PHONE):
        refusals.add(path, "not_a_phone", part)
    elif part.pattern and not found(value, part.pattern):
        refusals.add(path, "pattern_mismatch", part, message=part.pattern_message, pattern=part.pattern)


def _without_patterns(schema: Any) -> Any:
    """Give the schema without `pattern`; a property of that name is an object and stays."""
    if isinstance(schema, dict):
        return {
            key: _without_patterns(value)
            for key, value in schema.items()
            if not (key == "pattern" and isinstance(value, str))
        }
    return [_without_patterns(item) for item in schema] if isinstance(schema, list) else schema


def _told(error: ValidationError, part: Component | None, value: Value) -> tuple[str, dict[str, Value]]:
    """Give code and parameters for what one keyword of the schema refused."""
    if value in (None, "", []) and isinstance(part, Field) and part.required:
        return "required", {}
    limit: Value = error.validator_value
    if error.validator == "multipleOf":
        return _uneven(part, value, limit)
    if error.validator in {"minLength", "maxLength"}:
        few = error.validator == "minLength"
        return "too_short" if few else "too_long", {"minimum" if few else "maximum": limit, "length": len(value)}
    if error.validator in {"minimum", "maximum"}:
        return "too_small" if error.validator == "minimum" else "too_large", {error.validator: limit}
    if error.validator == "maxItems":
        return "too_many_files" if isinstance(part, FilesField) else "too_many_rows", {"maximum": limit}
    return _KEYWORDS.get(str(error.validator), _wrong)(part, value), {}


def _wrong(part: Component | None, value: Value) -> str:
    return "not_a_number" if isinstance(part, NumberField) else "wrong_type"


def _unfit(part: Component | None, value: Value) -> str:
    return CODES[part.subtype] if isinstance(part, MomentField) else "not_an_email"


_KEYWORDS: Mapping[str, Callable[[Component | None, Value], str]] = {
    "const": lambda part, value: "required" if value is False else "wrong_type",
    "enum": lambda part, value: "not_a_choice",
    "uniqueItems": lambda part, value: "chosen_twice",
    "format": _unfit,
}


def _uneven(part: Component | None, value: Decimal, limit: Decimal) -> tuple[str, dict[str, Value]]:
    if isinstance(part, NumberField) and part.increment != limit and part.digits is not None:
        return ("not_whole", {}) if part.digits == 0 else ("too_many_decimals", {"digits": part.digits})
    lower = (value / limit).to_integral_value(ROUND_FLOOR) * limit
    nearest = {"lower": number_text(lower), "upper": number_text(lower + limit)}
    return "not_a_step", {"increment": number_text(limit), **nearest}
