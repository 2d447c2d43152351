"""Bring a document into the shape of its form: known keys only, tidy texts, typed choices, dates as they are kept.

Rules are not checked here but by the schema (`forms.schema`); what cannot be brought into its kind stays as it is, so
that the schema refuses it and the page can show what was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms.data import Value
from forms.definition import (
    ROW_COUNT,
    ChoiceField,
    Component,
    DynamicList,
    Field,
    FieldKind,
    FilesField,
    Group,
    MomentField,
    NumberField,
    Owner,
    Path,
    TextField,
    owners,
    path_text,
)
from forms.files import FileValue, fits_accept
from forms.filling import empty_answer
from forms.moments import MomentUnfit, normalised
from forms.reading_fields import token
from forms.refusals import Refusals
from forms.scope import Scope
from forms.wording import size_text

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
DIGITS = 30
"""How many digits a number may have before and after its point."""


@dataclass(frozen=True, kw_only=True)
class Arranging:
    """What is needed to read values: `scope` for the choices on offer, the caller's zone, the files one may name."""

    scope: Scope
    zone: ZoneInfo
    files: Mapping[str, FileValue]
    refusals: Refusals

    def level(self, components: tuple[Component, ...], given: Mapping[str, Value], path: Path) -> dict[str, Value]:
        """Arrange the answers of one level of the data; absent ones stay absent."""
        parts = owners(components)
        for name in given:
            if name not in parts:
                self.refusals.unknown(path_text((*path, name)))
        scope = self.scope.within(given)
        return {
            name: self._part(part, given[name], (*path, name), scope) for name, part in parts.items() if name in given
        }

    def _part(self, part: Owner, given: Value, path: Path, scope: Scope) -> Value:
        if isinstance(part, Field):
            return self._field(part, given, path, scope)
        inner = Arranging(scope=scope, zone=self.zone, files=self.files, refusals=self.refusals)
        if isinstance(part, Group):
            return inner.level(part.components, self._object(part, given, path), path)
        return inner.rows(part, given, path)

    def rows(self, part: DynamicList, given: Value, path: Path) -> list[Value]:
        """Arrange the rows of a list."""
        if given is None:
            return []
        if not isinstance(given, list):
            self.refusals.add(path, "wrong_type", part)
            return []
        if len(given) > ROW_COUNT:
            self.refusals.add(path, "too_many_rows", part, maximum=ROW_COUNT)
        return [
            self.level(part.components, self._object(part, row, (*path, index)), (*path, index))
            for index, row in enumerate(given[:ROW_COUNT])
        ]

    def _object(self, part: Component, given: Value, path: Path) -> Mapping[str, Value]:
        if isinstance(given, Mapping):
            return given
        if given is not None:
            self.refusals.add(path, "wrong_type", part)
        return {}

    def _field(self, part: Field, given: Value, path: Path, scope: Scope) -> Value:
        if isinstance(part, FilesField):
            return self._files(part, given, path)
        if given is None or given == "":
            return empty_answer(part)
        if isinstance(given, str) and isinstance(part, TextField | MomentField):
            return self._typed(part, given, path)
        if isinstance(part, NumberField):
            return self._number(part, given, path)
        if isinstance(part, ChoiceField):
            offered = {token(choice.value): choice.value for choice in scope.options(part)}
            if isinstance(given, list):
                return [offered.get(item, item) if isinstance(item, str) else item for item in given]
            return offered.get(given, given) if isinstance(given, str) else given
        return given

    def _typed(self, part: TextField | MomentField, given: str, path: Path) -> Value:
        if isinstance(part, MomentField):
            try:
                return normalised(part, given, self.zone)
            except MomentUnfit as unfit:
                self.refusals.add(path, unfit.code, part)
                return given
        text = tidy_text(given, several_lines=part.kind is FieldKind.TEXTAREA)
        if not printable(text):
            self.refusals.add(path, "unacceptable_characters", part)
        return text or None

    def _number(self, part: NumberField, given: Value, path: Path) -> Value:
        if isinstance(given, Decimal):
            exponent = given.as_tuple().exponent
            if given.adjusted() >= DIGITS or (isinstance(exponent, int) and exponent < -DIGITS):
                self.refusals.add(path, "number_too_long", part, maximum=DIGITS)
        elif isinstance(given, str):
            suggestion = _with_point(given)
            if suggestion:
                self.refusals.add(path, "decimal_comma", part, suggestion=suggestion)
            else:
                self.refusals.add(path, "not_a_number", part)
        return given

    def _files(self, part: FilesField, given: Value, path: Path) -> Value:
        """Give the files a field names by digest (text, or objects with a digest), as they stand in the data."""
        items = [] if given is None or given == "" else given
        if not isinstance(items, list):
            self.refusals.add(path, "wrong_type", part)
            return []
        values: list[Value] = []
        for item in items:
            digest = item.get("digest") if isinstance(item, Mapping) else item
            value = self.files.get(digest) if isinstance(digest, str) else None
            if value is None:
                self.refusals.add(path, "file_unknown", part)
                continue
            if value not in values:
                values.append(dict(value))
            size = value.get("size")
            if isinstance(size, Decimal) and size > part.max_size:
                name, maximum = value["name"], size_text(part.max_size)
                self.refusals.add(path, "file_too_large", part, name=name, maximum=maximum)
            elif not fits_accept(value, part.accept):
                self.refusals.add(path, "wrong_file_type", part, name=value["name"], accept=part.accept)
        return values


def tidy_text(text: str, *, several_lines: bool) -> str:
    """Give text with plain line ends, without white space around it (in longer texts: at its end, and empty lines)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.lstrip("\n").rstrip() if several_lines else plain.strip()


def printable(text: str) -> bool:
    """Whether a text holds no control characters but line ends and tabs, and no lone surrogates."""
    return _UNPRINTABLE.search(text) is None


def _with_point(text: str) -> str | None:
    """Give a number typed with a comma or thousands separators as we read numbers, None where it is no number."""
    plain = text.strip().replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("'", "")
    if plain.count(",") == 1 and plain.rfind(",") > plain.rfind("."):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", "")
    digits = plain.removeprefix("-")
    fits = digits.isascii() and digits.replace(".", "", 1).isdigit() and len(digits) < DIGITS
    return plain if fits and plain != text.strip() else None
