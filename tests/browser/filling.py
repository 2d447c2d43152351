"""Fills a form on a page as a person does: from top to bottom, each question found by what it asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

from engine.demo.organisation import ZONE
from forms.data import Value
from forms.definition import (
    CheckboxField,
    ChoiceField,
    Component,
    DynamicList,
    Field,
    FilesField,
    FormDefinition,
    Group,
    MomentField,
    NumberField,
    Path,
    Source,
    Subtype,
    TextField,
    path_text,
)
from forms.feel import Environment
from forms.filling import complete
from forms.moments import native
from forms.scope import Choices, Scope, scope_of
from forms.showing import field_id

ROUNDS = 6
ASKS = """control => {
    const frame = control.closest('fieldset');
    const box = ['radio', 'checkbox'].includes(control.type) && frame?.querySelector('.choices')?.contains(control);
    const label = box ? frame.querySelector('legend') : control.labels?.[0] ?? control.querySelector('legend');
    return {label: label?.innerText ?? '', refresh: control.hasAttribute('data-refresh')};
}"""


MARK = "document.querySelector('[data-form-fields]').firstElementChild.dataset.stale = ''"


class Question(Protocol):
    """A form in the situation in which it is asked, as the reports of starts, tasks and messages give it."""

    @property
    def form(self) -> FormDefinition | None: ...
    @property
    def context(self) -> Mapping[str, Value]: ...
    @property
    def environment(self) -> Environment: ...
    @property
    def choices(self) -> Choices: ...


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What to say to one question; of a list, how many rows there are to be."""

    path: str
    part: Field | DynamicList
    value: Any
    offered: Mapping[str, str] = field(default_factory=dict)
    """Labels of what can be chosen, by value."""


def entries(asked: Question, given: Mapping[str, Value], now: datetime, people: Mapping[str, str]) -> list[Entry]:
    """Give what to enter, in the order of the form: what is `given`, and something fitting where that says nothing.

    `people` are ids by the logins that scenarios name.
    """
    if asked.form is None:
        return []
    values = complete(asked.form.components, {**asked.form.known(asked.context), **given}, asked.context, defaults=True)
    for _ in range(ROUNDS):
        scope = scope_of(
            asked.form, values, context=asked.context, environment=asked.environment, choices=asked.choices
        )
        shown = list(_shown(asked.form.components, values, scope, ()))
        before = repr(values)
        for part, holder, inner, _path in shown:
            if isinstance(part, Field):
                holder[part.key] = _said(part, holder[part.key], inner, now, people)
        if repr(values) == before:
            break
    return [
        Entry(path=path_text(path), part=part, value=_of(part, holder), offered=_offered(part, inner))
        for part, holder, inner, path in shown
        if not (isinstance(part, Field) and part.readonly)
    ]


def _of(part: Field | DynamicList, holder: Mapping[str, Any]) -> Any:
    return holder[part.key] if isinstance(part, Field) else len(holder[part.path])


def _offered(part: Field | DynamicList, scope: Scope) -> Mapping[str, str]:
    return {str(each.value): each.label for each in scope.options(part)} if isinstance(part, ChoiceField) else {}


def _shown(
    components: tuple[Component, ...], values: dict[str, Any], scope: Scope, path: Path
) -> Iterator[tuple[Field | DynamicList, dict[str, Any], Scope, Path]]:
    """Walk the questions that are on the page, each with what holds its answer."""
    for part in components:
        if not scope.shows(part):
            continue
        if isinstance(part, Group):
            inner = values[part.path] if part.path else values
            within, below = (scope.within(inner), (*path, part.path)) if part.path else (scope, path)
            yield from _shown(part.components, inner, within, below)
        elif isinstance(part, DynamicList):
            yield part, values, scope, (*path, part.path)
            for number, row in enumerate(values[part.path]):
                yield from _shown(part.components, row, scope.within(row), (*path, part.path, number))
        elif isinstance(part, Field):
            yield part, values, scope, (*path, part.key)


def _said(part: Field, value: Any, scope: Scope, now: datetime, people: Mapping[str, str]) -> Any:
    """Give the answer, as this house knows people and records; something fitting where there is none."""
    if isinstance(part, ChoiceField):
        return _chosen(part, value, scope, people)
    if part.readonly or not (value is None or value is False or value == []):
        return value
    match part:
        case TextField():
            return {"email": "help@demo.example", "phone": "+49 30 1234"}.get(part.format, "As agreed.")
        case NumberField() if part.required:
            return scope.bound(part.minimum) or 1
        case MomentField() if part.required:
            return _moment(part, now + timedelta(days=7))
        case CheckboxField() if part.required:
            return True
        case FilesField() if part.required:
            return ["evidence.txt"]
    return value


def _moment(part: MomentField, at: datetime) -> str:
    day, time = at.date().isoformat(), at.strftime("%H:%M:00")
    return {Subtype.DATE: day, Subtype.TIME: time}.get(part.subtype, f"{day}T{time}Z")


def _chosen(part: ChoiceField, value: Any, scope: Scope, people: Mapping[str, str]) -> Any:
    offered = [str(each.value) for each in scope.options(part)]
    if part.multiple:
        found = dict.fromkeys(_known(each, offered, people, part) for each in value or ())
        return [each for each in found if each] or (offered[:1] if part.required else [])
    if value is None:
        return offered[0] if part.required and offered else None
    return _known(value, offered, people, part)


def _known(value: Any, offered: list[str], people: Mapping[str, str], part: ChoiceField) -> Any:
    """Give the choice as it is offered here: scenarios name people by login, and some whom only they know."""
    if str(value) in offered:
        return value
    if people.get(str(value)) in offered:
        return people[str(value)]
    assert part.source is not Source.VALUES, f"{part.key} does not offer {value}"
    return offered[len(str(value)) % len(offered)] if offered else None


def fill(page: Page, plan: list[Entry]) -> None:
    """Enter everything into the form of the page."""
    for entry in plan:
        if isinstance(entry.part, DynamicList):
            _rows(page, entry)
        else:
            _enter(page, entry)


def _rows(page: Page, entry: Entry) -> None:
    frame = page.locator(f'[id="{field_id(entry.path)}"]')
    rows = frame.locator(":scope > .list-row")
    frame.wait_for()
    while (there := rows.count()) != entry.value:
        button = frame.locator(":scope > button") if there < entry.value else rows.last.locator("> button")
        _then(page, button.click, refresh=True)


def _enter(page: Page, entry: Entry) -> None:
    part, value = entry.part, entry.value
    control = page.locator(f'[id="{field_id(entry.path)}"]')
    asks = control.evaluate(ASKS)
    assert asks["label"].startswith(part.label), (asks, part.label)
    if isinstance(part, ChoiceField):
        _choose(page, control, entry, refresh=asks["refresh"])
    elif isinstance(part, CheckboxField):
        if control.is_checked() != bool(value):
            _then(page, lambda: control.set_checked(bool(value)), refresh=asks["refresh"])
    elif isinstance(part, FilesField):
        names = [each if isinstance(each, str) else each["name"] for each in value]
        control.set_input_files([{"name": name, "mimeType": "text/plain", "buffer": b"Seen."} for name in names])
    else:
        text = _text(part, value)
        if control.input_value() != text:
            _then(page, lambda: (control.fill(text), control.blur()), refresh=asks["refresh"])


def _then(page: Page, act: Any, *, refresh: bool) -> None:
    """Do it, and wait for the server where what is asked depends on it."""
    if refresh:
        page.evaluate(MARK)
    act()
    if refresh:
        page.locator("[data-stale]").wait_for(state="detached")


def _text(part: Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(part, MomentField):
        return native(part, str(value), ZoneInfo(ZONE)) or str(value)
    return str(value)


def _choose(page: Page, control: Locator, entry: Entry, *, refresh: bool) -> None:
    wanted = {
        str(each) for each in (entry.value if isinstance(entry.value, list) else [entry.value]) if each is not None
    }
    if control.evaluate("control => control.tagName") == "SELECT":
        (value,) = wanted or {""}
        if control.input_value() != value:
            chosen = {"label": entry.offered[value]} if value else {"value": ""}
            _then(page, lambda: control.select_option(**chosen), refresh=refresh)
        return
    if control.get_attribute("role") == "combobox":
        _search(page, control, entry, wanted, refresh=refresh)
        return
    frame = page.locator("fieldset").filter(has=control).last
    for value, label in entry.offered.items():
        box = frame.get_by_label(label, exact=True)
        if box.is_checked() != (value in wanted) and (value in wanted or entry.part.multiple):  # type: ignore[union-attr]
            _then(page, lambda box=box, on=value in wanted: box.set_checked(on), refresh=refresh)


def _search(page: Page, control: Locator, entry: Entry, wanted: set[str], *, refresh: bool) -> None:
    """Type what is wanted, and take it from what is found; what is chosen and not wanted goes."""
    held = page.locator(f'[id="{field_id(entry.path)}-list"]')
    chosen = set(held.evaluate("list => [...list.selectedOptions].map(one => one.value)")) - {""}
    if chosen and not wanted and not entry.part.multiple:  # type: ignore[union-attr]
        _then(page, lambda: (control.fill(""), control.blur()), refresh=refresh)
        return
    for value in sorted(wanted ^ chosen if entry.part.multiple else wanted - chosen):  # type: ignore[union-attr]
        label = entry.offered[value]

        def take(label: str = label) -> None:
            control.fill(label)
            page.get_by_role("option", name=label, exact=True).click()

        _then(page, take, refresh=refresh)
