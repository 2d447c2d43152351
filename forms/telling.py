"""Turn a form and its accepted answers into what is read: the form as it was, without inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from jinja2 import Template
from markupsafe import Markup

from forms.data import Value, canonical, plain
from forms.definition import (
    CheckboxField,
    ChoiceField,
    Component,
    DynamicList,
    Field,
    FilesField,
    Group,
    MomentField,
    walk,
)
from forms.moments import readable
from forms.reading_fields import token
from forms.scope import Scope
from forms.shown import Answered, AnsweredGroup, AnsweredList, AnsweredTable, Block, ShownFile
from forms.wording import Translate, size_text, words


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How answers are written: in which zone and language, with which links to files."""

    zone: ZoneInfo
    translate: Translate
    template: Template
    file_url: Callable[[Mapping[str, Value]], str] | None

    def blocks(self, components: tuple[Component, ...], values: Mapping[str, Value], scope: Scope) -> tuple[Block, ...]:
        """Tell what was shown and answered, in the order of the form."""
        blocks: list[Block] = []
        answers: list[Answered] = []
        for part in components:
            if not scope.shows(part):
                continue
            if isinstance(part, Field):
                answers.append(self.answered(part, values.get(part.key), scope))
            elif isinstance(part, Group | DynamicList):
                if answers:
                    blocks.append(AnsweredList(answers=tuple(answers)))
                    answers = []
                blocks.extend(
                    self._group(part, values, scope) if isinstance(part, Group) else self._list(part, values, scope)
                )
        return (*blocks, AnsweredList(answers=tuple(answers))) if answers else tuple(blocks)

    def _group(self, part: Group, values: Mapping[str, Value], scope: Scope) -> tuple[Block, ...]:
        inner = values.get(part.path) if part.path else values
        inner = inner if isinstance(inner, Mapping) else {}
        blocks = self.blocks(part.components, inner, scope.within(inner) if part.path else scope)
        return (AnsweredGroup(label=part.label, blocks=blocks),) if blocks else ()

    def _list(self, part: DynamicList, values: Mapping[str, Value], scope: Scope) -> tuple[Block, ...]:
        given = values.get(part.path)
        rows = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []
        inside = [one for one in part.components if isinstance(one, Field | Group | DynamicList)]
        fields = [one for one in inside if isinstance(one, Field)]
        if not rows:
            personal = any(isinstance(one, Field) and one.personal for one in walk((part,)))
            answer = Answered(label=part.label, content=self._markup(kind="none"), personal=personal)
            return (AnsweredList(answers=(answer,)),)
        if len(fields) < len(inside):
            return tuple(self._row(part, index, row, scope.within(row)) for index, row in enumerate(rows))
        table = tuple(
            tuple(
                self.answered(field, row.get(field.key), scope.within(row)) if scope.within(row).shows(field) else None
                for field in fields
            )
            for row in rows
        )
        return (
            AnsweredTable(
                label=part.label,
                columns=tuple(field.label for field in fields),
                rows=table,
                personal=any(field.personal for field in fields),
            ),
        )

    def _row(self, part: DynamicList, index: int, row: Mapping[str, Value], scope: Scope) -> AnsweredGroup:
        number = words("page.row", {"number": index + 1}, self.translate)
        label = f"{part.label}: {number}" if part.label else number
        return AnsweredGroup(label=label, blocks=self.blocks(part.components, row, scope))

    def answered(self, part: Field, value: Value, scope: Scope) -> Answered:
        """Tell one answer."""
        return Answered(label=part.label, content=self.content(part, value, scope), personal=part.personal)

    def content(self, part: Field, value: Value, scope: Scope) -> Markup:
        """Write one answer as markup, an empty one as a dash."""
        if isinstance(part, CheckboxField):
            return self._lines(words("page.yes" if value is True else "page.no", {}, self.translate))
        if value in (None, "", []):
            return self._markup(kind="none")
        if isinstance(part, FilesField):
            return self._files(value)
        if isinstance(part, ChoiceField):
            return self._chosen(part, value, scope)
        if isinstance(part, MomentField) and isinstance(value, str):
            return self._markup(kind="time", value=value, text=readable(part, value, self.zone))
        return self._lines(" ".join(piece for piece in (part.prefix, _text(value), part.suffix) if piece))

    def _chosen(self, part: ChoiceField, value: Value, scope: Scope) -> Markup:
        labels = {token(choice.value): choice.label for choice in scope.options(part)}
        items = [labels.get(token(one), token(one)) for one in (value if isinstance(value, list) else [value])]
        return self._markup(kind="several", items=items) if len(items) > 1 else self._lines(items[0])

    def _files(self, value: Value) -> Markup:
        files = [
            ShownFile(
                id="",
                digest=str(file.get("digest", "")),
                name=str(file.get("name", "")),
                size=size_text(file["size"]) if isinstance(file.get("size"), Decimal) else "",
                url=self.file_url(file) if self.file_url else "",
            )
            for file in (value if isinstance(value, list) else [])
            if isinstance(file, Mapping)
        ]
        return self._markup(kind="files", files=files) if files else self._markup(kind="none")

    def _lines(self, text: str) -> Markup:
        return self._markup(kind="lines", lines=text.split("\n"))

    def _markup(self, **given: object) -> Markup:
        def text(code: str, **parameters: Value) -> str:
            return words(code, parameters, self.translate)

        return Markup(self.template.render(t=text, **given).strip())  # noqa: S704 - made by an escaping template


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return value if isinstance(value, str) else canonical(value)
