"""Forms for tests, and a browser's half of the work: what a rendered form would post."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import lxml.html
import pytest

from forms.definition import FormDefinition
from forms.reading import read_form


def _read(*components: Mapping[str, Any], **top: Any) -> FormDefinition:
    numbered = [{"id": f"c{number}", **component} for number, component in enumerate(components)]
    return read_form(json.dumps({"type": "default", "components": numbered, **top}).encode(), "sample.form")


def _posted(markup: str) -> dict[str, list[str]]:
    """Collect successful controls as HTML says (4.10.21.4), without files and buttons."""
    page = lxml.html.fromstring(f"<form>{markup}</form>")
    raw: dict[str, list[str]] = {}
    for control in page.iter("input", "select", "textarea"):
        name, kind = control.get("name"), control.get("type", "")
        if not name or kind in {"file", "submit"} or (kind in {"checkbox", "radio"} and control.get("checked") is None):
            continue
        if control.tag == "textarea":
            raw.setdefault(name, []).append((control.text or "").removeprefix("\n").replace("\n", "\r\n"))
        elif control.tag == "select":
            options = list(control.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            raw.setdefault(name, []).append(chosen[-1].get("value", ""))
        else:
            raw.setdefault(name, []).append(control.get("value", "on"))
    return raw


@pytest.fixture(scope="session")
def form() -> Callable[..., FormDefinition]:
    """Reads a form from its components."""
    return _read


@pytest.fixture(scope="session")
def posted() -> Callable[[str], dict[str, Sequence[str]]]:
    """Gives what a browser would post from markup."""
    return _posted
