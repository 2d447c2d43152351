"""Turn a form and its answers into what the templates show for filling it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from forms.data import Value, canonical
from forms.definition import (
    CheckboxField,
    ChoiceField,
    Component,
    DynamicList,
    Field,
    FieldKind,
    FilesField,
    FormDefinition,
    Group,
    MomentField,
    NumberField,
    Path,
    Separator,
    Subtype,
    Text,
    TextField,
    path_text,
)
from forms.moments import native
from forms.prose import text_markup
from forms.reading_fields import token
from forms.scope import Scope
from forms.shown import (
    Band,
    Cell,
    Shown,
    ShownChoice,
    ShownField,
    ShownFile,
    ShownGroup,
    ShownList,
    ShownRow,
    ShownText,
)
from forms.wording import Translate, size_text, words

FEW: Final = 8
"""So many records are looked over at a glance; among more, people search."""
_INPUTS = {Subtype.DATE: "date", Subtype.TIME: "time", Subtype.DATETIME: "datetime-local"}
_FORMATS = {"email": "email", "phone": "tel"}


def field_id(path: str) -> str:
    """Give the id of the input for a path: ``f-items-0-name`` for ``items[0].name``."""
    return "f-" + path.replace("[", "-").replace("]", "").replace(".", "-")


@dataclass(frozen=True, kw_only=True)
class Showing:
    """Everything but the answers that decides what is shown: `errors` are messages by path."""

    definition: FormDefinition
    errors: Mapping[str, str]
    zone: ZoneInfo
    translate: Translate
    still: Callable[[Field, Value, Scope], Markup]

    def bands(
        self, components: tuple[Component, ...], values: Mapping[str, Value], scope: Scope, path: Path
    ) -> tuple[Band, ...]:
        """Show components, those that share a row side by side."""
        rows: list[list[Component]] = []
        for part in components:
            if not scope.shows(part):
                continue
            if part.row is not None and rows and rows[-1][0].row == part.row:
                rows[-1].append(part)
            else:
                rows.append([part])
        return tuple(
            Band(
                cells=tuple(
                    Cell(width=_width(part, alone=len(row) == 1), part=self._part(part, values, scope, path))
                    for part in row
                )
            )
            for row in rows
        )

    def _part(self, part: Component, values: Mapping[str, Value], scope: Scope, path: Path) -> Shown:
        if isinstance(part, Field):
            return self._field(part, values.get(part.key), scope, (*path, part.key))
        if isinstance(part, Group):
            inside = (*path, part.path) if part.path else path
            inner = values.get(part.path, {}) if part.path else values
            within = scope.within(inner) if part.path else scope
            return ShownGroup(
                id=field_id(path_text(inside)) if part.path else f"g-{part.id}",
                label=part.label,
                bands=self.bands(part.components, inner, within, inside),
            )
        if isinstance(part, DynamicList):
            return self._list(part, values.get(part.path, []), scope, (*path, part.path))
        if isinstance(part, Text):
            return ShownText(template="text", content=text_markup(part, scope, self.zone))
        return ShownText(template="separator" if isinstance(part, Separator) else "spacer")

    def _list(self, part: DynamicList, rows: list[Value], scope: Scope, path: Path) -> ShownList:
        name = path_text(path)
        return ShownList(
            id=field_id(name),
            label=part.label,
            error=self.errors.get(name, ""),
            changeable=part.changeable,
            action=f"add:{name}",
            rows=tuple(
                ShownRow(
                    id=field_id(f"{name}[{index}]"),
                    name=f"{name}[{index}]",
                    number=index + 1,
                    action=f"remove:{name}:{index}",
                    bands=self.bands(part.components, row, scope.within(row), (*path, index)),
                )
                for index, row in enumerate(rows)
            ),
        )

    def _field(self, part: Field, value: Value, scope: Scope, path: Path) -> ShownField:
        name = path_text(path)
        shown = partial(
            ShownField,
            id=field_id(name),
            name=name,
            label=part.label,
            prefix=part.prefix,
            suffix=part.suffix,
            hint=part.description,
            error=self.errors.get(name, ""),
            required=part.required,
            marked_optional=not part.required,
            refresh=path[0] in self.definition.depends or part.key in self.definition.depends,
        )
        if part.readonly:
            return shown(template="still", still=self.still(part, value, scope))
        if isinstance(part, ChoiceField):
            return self._choice(shown, part, value, scope)
        if isinstance(part, FilesField):
            return self._files(shown, part, value)
        if isinstance(part, CheckboxField):
            return shown(template="checkbox", chosen=value is True)
        if isinstance(part, MomentField):
            return self._moment(shown, part, _plain(value))
        if isinstance(part, NumberField):
            mode = "numeric" if part.digits == 0 else "decimal"
            return shown(template="line", inputmode=mode, value=_plain(value))
        if part.kind is FieldKind.TEXTAREA:
            return shown(template="textarea", value=_plain(value))
        written = part.format if isinstance(part, TextField) else ""
        return shown(template="line", type=_FORMATS.get(written, "text"), value=_plain(value))

    def _moment(self, shown: partial[ShownField], part: MomentField, text: str) -> ShownField:
        """A browser drops what is no date from its date input: what was typed then stands in a plain one."""
        written = native(part, text, self.zone) if text else ""
        if written is None:
            return shown(template="line", value=text)
        step = part.interval * 60 if part.interval and part.subtype is not Subtype.DATE else None
        return shown(template="line", type=_INPUTS[part.subtype], step=step, value=written)

    def _choice(self, shown: partial[ShownField], part: ChoiceField, value: Value, scope: Scope) -> ShownField:
        chosen = {token(one) for one in (value if isinstance(value, list) else [value]) if one is not None}
        offered = [(token(choice.value), choice.label) for choice in scope.options(part)]
        if part.kind is FieldKind.RADIO and not part.required and offered:
            offered.append(("", words("page.none", {}, self.translate)))
            chosen = chosen or {""}
        first = shown.keywords["id"]
        choices = tuple(
            ShownChoice(
                id=first if index == 0 else f"{first}-{index + 1}", value=one, label=label, chosen=one in chosen
            )
            for index, (one, label) in enumerate(offered)
        )
        searched = part.of_records and len(choices) > FEW
        several = "several" if searched and part.kind is not FieldKind.RADIO else "options"
        template = "select" if part.kind is FieldKind.SELECT else several
        kind = "radio" if part.kind is FieldKind.RADIO else "checkbox"
        return shown(template=template, type=kind, choices=choices, searched=searched)

    def _files(self, shown: partial[ShownField], part: FilesField, value: Value) -> ShownField:
        limits = {"size": size_text(part.max_size), "count": part.max_count}
        limit = words("page.files_limit" if part.max_count > 1 else "page.file_limit", limits, self.translate)
        files = tuple(
            ShownFile(
                id=f"{shown.keywords['id']}-kept-{index + 1}",
                digest=str(file["digest"]),
                name=str(file.get("name", "")),
                size=_size(file.get("size")),
            )
            for index, file in enumerate(value if isinstance(value, list) else [])
            if isinstance(file, Mapping) and "digest" in file
        )
        return shown(
            template="files",
            files=files,
            accept=part.accept,
            multiple=part.max_count > 1,
            hint=f"{part.description} {limit}".strip(),
            # A browser would insist on a new file although one is kept.
            required=part.required and not files,
        )


def _size(size: Value) -> str:
    return size_text(size) if isinstance(size, Decimal) else ""


def _plain(value: Value) -> str:
    """Write a value as it is typed."""
    if value is None or isinstance(value, str):
        return value or ""
    return format(value, "f") if isinstance(value, Decimal) and abs(value.adjusted()) < 100 else canonical(value)


def _width(part: Component, *, alone: bool) -> str:
    """A component without a width takes what its neighbours leave, and all when it has none."""
    if part.columns is None:
        return "col-12" if alone else "col-md"
    return "col-12" if part.columns == 16 else f"col-md-{max(1, round(part.columns * 12 / 16))}"
