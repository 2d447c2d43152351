"""The files of a version by what they are, each with the title it gives itself."""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from webui.texts import gettext as _

KINDS: Final = (
    (".bpmn", _("Diagrams")),
    (".form", _("Forms")),
    (".dmn", _("Decisions")),
    (".scenario.json", _("Scenarios")),
    ("", _("Facts")),
)
"""Kinds by the end of the name, with our words for them; what fits no other stands last."""


class File(NamedTuple):
    """A file in a list; `title` is empty where it gives none."""

    name: str
    title: str
    octets: int


def by_kind(files: Mapping[str, bytes]) -> list[tuple[str, list[File]]]:
    """Give the files of each kind by name; kinds without any are left out."""
    found: dict[str, list[File]] = {title: [] for _ending, title in KINDS}
    for name, content in sorted(files.items()):
        kind = next(title for ending, title in KINDS if name.endswith(ending))
        found[kind].append(File(name=name, title=_title(name, content), octets=len(content)))
    return [(kind, each) for kind, each in found.items() if each]


def _title(name: str, content: bytes) -> str:
    if not name.endswith((".form", ".json")):
        return ""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):  # what is wrong with it stands among the findings
        return ""
    title = read.get("title") if isinstance(read, dict) else None
    return title if isinstance(title, str) else ""
