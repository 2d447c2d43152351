"""A posted form as a document: names such as ``items[0].name`` become nested data, typed text becomes values.

The names a form may post: the path of each field; the path of each row (``items[0]``, a hidden marker without which a
row of unticked boxes would be lost). Names that begin with an underscore, ``csrf_token`` and ``seen`` belong to the
page.
What cannot be turned into its kind (``12,5``) stays the text that was typed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from forms.data import Value
from forms.definition import (
    ROW_COUNT,
    CheckboxField,
    Component,
    DynamicList,
    Field,
    FilesField,
    FormDefinition,
    Group,
    NumberField,
    Owner,
    Path,
    owners,
)
from forms.errors import RowActionUnknown
from forms.files import FileValue, Uploaded
from forms.reading import RESERVED
from forms.refusals import Refusals

Raw: TypeAlias = Mapping[str, Sequence[str]]
"""A posted form: each name with its values, as werkzeug's ``MultiDict.to_dict(flat=False)`` gives it."""
Files: TypeAlias = Mapping[str, Sequence[Uploaded]]

NAMES = 5_000
NAME_LENGTH = 500
VALUES = 1_000
CHARACTERS = 2_000_000
"""More than this in one post is refused as a whole."""

_TICKED: Mapping[str, bool] = {"on": True, "true": True, "1": True, "": False, "false": False, "0": False}
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ROW_DIGITS = 4
_MOST_DIGITS = 34


@dataclass
class _Branch:
    """What was posted at and below one place."""

    values: list[str] = field(default_factory=list)
    uploads: list[Uploaded] = field(default_factory=list)
    below: dict[str | int, "_Branch"] = field(default_factory=dict)


_NOTHING = _Branch()


def document_of(
    definition: FormDefinition, raw: Raw, files: Files, refusals: Refusals
) -> tuple[dict[str, Value], dict[str, Uploaded]]:
    """Give the data that was posted, and the uploads by digest; what does not fit the form is noted and left out."""
    tree = _Branch()
    if _too_much(raw, files):
        refusals.add((), "too_much")
        return {}, {}
    for name, values in raw.items():
        if not name.startswith("_") and name not in RESERVED:
            _put(tree, name, refusals, values=values)
    for name, uploads in files.items():
        _put(tree, name, refusals, uploads=[upload for upload in uploads if upload.name or upload.content])
    reader = _Posted(refusals)
    return reader.level(definition.components, tree, ()), reader.uploads


def _too_much(raw: Raw, files: Files) -> bool:
    return (
        len(raw) + len(files) > NAMES
        or any(len(values) > VALUES for values in raw.values())
        or any(len(uploads) > VALUES for uploads in files.values())
        or sum(len(value) for values in raw.values() for value in values) > CHARACTERS
    )


def _put(
    tree: _Branch, name: str, refusals: Refusals, *, values: Sequence[str] = (), uploads: Sequence[Uploaded] = ()
) -> None:
    path = path_of(name)
    if path is None:
        refusals.unknown(name)
        return
    for step in path:
        tree = tree.below.setdefault(step, _Branch())
    tree.values.extend(values)
    tree.uploads.extend(uploads)


def path_of(name: str) -> Path | None:
    """Read the name of an input as a path, None where it is no such name."""
    if not name or len(name) > NAME_LENGTH:
        return None
    path: list[str | int] = []
    for part in name.split("."):
        key, *indexes = part.split("[")
        if not key.isidentifier():
            return None
        path.append(key)
        for index in indexes:
            digits = index.removesuffix("]")
            plain = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
            if digits == index or not plain or len(digits) > _ROW_DIGITS:
                return None
            path.append(int(digits))
    return tuple(path)


class _Posted:
    def __init__(self, refusals: Refusals) -> None:
        self.refusals = refusals
        self.uploads: dict[str, Uploaded] = {}

    def level(self, components: tuple[Component, ...], branch: _Branch, path: Path) -> dict[str, Value]:
        """Read one level of the data; what no component asks for is unknown."""
        result: dict[str, Value] = {}
        parts = owners(components)
        for name, inner in branch.below.items():
            part = parts.get(name) if isinstance(name, str) else None
            if part is None:
                self._unknown((*path, name), inner)
        for name, part in parts.items():
            inner = branch.below.get(name, _NOTHING)
            value = self._part(part, inner, (*path, name))
            if inner.values or inner.uploads or inner.below or not isinstance(part, Field):
                result[name] = value
        return result

    def _part(self, part: Owner, branch: _Branch, path: Path) -> Value:
        if isinstance(part, Field):
            for name, inner in branch.below.items():
                self._unknown((*path, name), inner)
            return self._field(part, branch, path)
        if branch.values or branch.uploads:
            self.refusals.add(path, "wrong_type", part)
        if isinstance(part, Group):
            return self.level(part.components, branch, path)
        return self._rows(part, branch, path)

    def _rows(self, part: DynamicList, branch: _Branch, path: Path) -> list[Value]:
        numbers = sorted(step for step in branch.below if isinstance(step, int))
        for name, inner in branch.below.items():
            if isinstance(name, str):
                self._unknown((*path, name), inner)
        if len(numbers) > ROW_COUNT:
            self.refusals.add(path, "too_many_rows", part, maximum=ROW_COUNT)
            numbers = numbers[:ROW_COUNT]
        if numbers != list(range(len(numbers))):
            self.refusals.add(path, "rows_missing", part)
        return [self.level(part.components, branch.below[number], (*path, row)) for row, number in enumerate(numbers)]

    def _field(self, part: Field, branch: _Branch, path: Path) -> Value:
        if branch.uploads and not isinstance(part, FilesField):
            self.refusals.add(path, "wrong_type", part)
        if isinstance(part, FilesField):
            self.uploads |= {upload.digest: upload for upload in branch.uploads}
            fresh = list(dict.fromkeys(upload.digest for upload in branch.uploads))
            kept = list(dict.fromkeys(value for value in branch.values if value))
            every = [*kept, *(one for one in fresh if one not in kept)]
            # Where one file is asked for, choosing a new one replaces the one that was there.
            return every[-1:] if part.max_count == 1 else every
        # Boxes come with an empty hidden value before them, so that unticked differs from not asked.
        values = [self._storable(value, part, path) for value in branch.values if value]
        if part.multiple:
            return values
        if len(values) > 1 or (len(branch.values) > 1 and not isinstance(part, CheckboxField)):
            self.refusals.add(path, "given_twice", part)
        text = values[0] if values else ""
        if isinstance(part, CheckboxField):
            return _TICKED.get(text.lower(), text)
        return number_typed(text) if isinstance(part, NumberField) else text

    def _storable(self, text: str, part: Field, path: Path) -> str:
        clean = _UNSTORABLE.sub("\ufffd", text)
        if clean != text:
            self.refusals.add(path, "unacceptable_characters", part)
        return clean

    def _unknown(self, path: Path, branch: _Branch) -> None:
        # Only the first unknown name below a place is told: it is enough to see what is wrong.
        name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
        self.refusals.unknown(name)


def number_typed(text: str) -> Value:
    """Give the exact decimal that was typed, or the text where it is none."""
    plain = text.strip().replace("\u2212", "-")
    if not plain.isascii() or not plain.strip("+-").replace(".", "", 1).isdigit() or len(plain) > _MOST_DIGITS:
        return plain
    try:
        return Decimal(plain)
    except InvalidOperation:
        return plain


def apply_row_action(definition: FormDefinition, raw: Raw, action: str) -> dict[str, list[str]]:
    """Give the posted form with a row added or removed: ``add:items`` or ``remove:items:0``.

    Rows after a removed one move up. Raises RowActionUnknown where the form has no such list or row, or may not have
    more rows.
    """
    verb, _, rest = action.partition(":")
    name, _, number = rest.partition(":")
    path = path_of(name)
    part = _list_at(definition.components, path) if path else None
    if part is None or not part.changeable or path is None:
        raise RowActionUnknown(action)
    count = _count(raw, path)
    posted = {name: list(values) for name, values in raw.items()}
    if verb == "add" and not number and count < ROW_COUNT:
        return {**posted, f"{name}[{count}]": ["1"]}
    if verb != "remove" or not (number.isascii() and number.isdigit() and int(number[:5]) < count):
        raise RowActionUnknown(action)
    moved: dict[str, list[str]] = {}
    for key, values in posted.items():
        new = _moved(key, name, path, int(number))
        if new is not None:
            moved[new] = values
    return moved


def _list_at(components: tuple[Component, ...], path: Path) -> DynamicList | None:
    """Find the list a path names; steps into rows are numbers."""
    part = owners(components).get(str(path[0]))
    rest = path[1:]
    if isinstance(part, DynamicList):
        if not rest:
            return part
        return _list_at(part.components, rest[1:]) if len(rest) > 1 and isinstance(rest[0], int) else None
    return _list_at(part.components, rest) if isinstance(part, Group) and rest else None


def _count(raw: Raw, path: Path) -> int:
    paths = (path_of(name) for name in raw)
    numbers = [
        step
        for one in paths
        if one and len(one) > len(path) and one[: len(path)] == path and isinstance(step := one[len(path)], int)
    ]
    return max(numbers, default=-1) + 1


def _moved(key: str, name: str, path: Path, removed: int) -> str | None:
    """Give the name an input has after a row was removed, None for one in that row."""
    one = path_of(key)
    if one is None or len(one) <= len(path) or one[: len(path)] != path:
        return key
    number = one[len(path)]
    if not isinstance(number, int) or number < removed:
        return key
    if number == removed:
        return None
    return f"{name}[{number - 1}]" + key.removeprefix(f"{name}[{number}]")


def keep_uploads(raw: Raw, files: Files) -> tuple[dict[str, list[str]], dict[str, FileValue]]:
    """Give the posted form with fresh uploads turned into kept files, and those files by digest.

    For drafts and row buttons: a browser never sends a file field twice, so the page stores the contents and shows
    them as files that were added before.
    """
    posted = {name: list(values) for name, values in raw.items()}
    kept: dict[str, FileValue] = {}
    for name, uploads in files.items():
        for upload in uploads:
            if upload.name or upload.content:
                kept[upload.digest] = upload.value
                posted.setdefault(name, []).append(upload.digest)
    return posted, kept
