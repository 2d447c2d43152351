"""Import: files of another tool become a draft, and a page shows how each of their extensions was read."""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from flask import Blueprint, Response, json, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from bpmn.diagram import Diagram
from bpmn.draft import FILES
from bpmn.errors import BpmnError
from bpmn.notes import Note, Outcome
from bpmn.rules.finding import Finding, titled
from engine.acts.importing import import_process
from engine.errors import Conflict, NotAllowed, Unacceptable
from engine.permissions import Action, may
from engine.reports.processes import PublicationView
from webui import access
from webui.authoring import DIAGRAM_BYTES, TEXT_ENDINGS, told, version_of
from webui.modeling import described
from webui.settings import MEGABYTE
from webui.texts import gettext as _

PAGES = Blueprint("importing", __name__)

UNPACKED: Final = 20 * MEGABYTE
"""Most bytes of all files of one import."""
DIRECTORY: Final = MEGABYTE // 4
"""Most bytes of the list of contents of an archive."""
_PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways of packing that are opened; others may claim any amount of memory."""


class _Refused(Exception):
    """An upload that cannot be taken, in words."""


@PAGES.get("/import")
def page() -> str:
    """Choose files to import."""
    with access.reading() as tx:
        if not may(tx.actor, Action.AUTHOR):
            raise NotAllowed(_("Your roles do not allow you to write processes."))
    return render_template("authoring/import.html", problems=[])


@PAGES.post("/import")
def take() -> AnyResponse | tuple[str, int]:
    """Keep the files as a draft, and show how they were read."""
    try:
        files = dict(_files(request.files.getlist("upload")))
        with access.transaction() as tx:
            publication_id = import_process(tx, files)
    except Conflict as refused:
        return _again(refused.message, 409)
    except _Refused as refused:
        return _again(str(refused), 422)
    except (BpmnError, Unacceptable) as refused:
        return _again(told(refused), 422)
    return redirect(url_for("importing.reading", publication_id=publication_id), 303)


def _again(message: str, status: int) -> tuple[str, int]:
    return render_template("authoring/import.html", problems=[("upload", message)]), status


def _files(sent: list[FileStorage]) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    total = 0
    for name, content in (pair for one in sent if one.filename for pair in _unpacked(one)):
        total += len(content)
        if len(content) > DIAGRAM_BYTES or total > UNPACKED or len(seen) >= FILES:
            raise _Refused(_("That is too much: at most 200 files, 5 MB each and 20 MB together."))
        if name in seen:
            raise _Refused(_("Two files are called %(name)s.", name=name))
        seen.add(name)
        yield name, content
    if not seen:
        raise _Refused(_("Choose a .bpmn file, with its .dmn and .form files, or a .zip of them."))


def _unpacked(one: FileStorage) -> Iterator[tuple[str, bytes]]:
    name, content = one.filename or "", one.read(UNPACKED + 1)
    if not name.lower().endswith(".zip"):
        yield _called(name), content
        return
    try:
        _check_directory(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(inside) > FILES or sum(entry.file_size for entry in inside) > UNPACKED:
                raise _Refused(_("That is too much: at most 200 files, 5 MB each and 20 MB together."))
            for entry in inside:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                odd = not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
                if odd or entry.flag_bits & 1 or entry.compress_type not in _PACKED:
                    raise _Refused(_("The archive holds %(name)s, which cannot be taken.", name=entry.filename[:80]))
                if path.suffix in TEXT_ENDINGS | {".xml"} and "__MACOSX" not in path.parts:
                    with archive.open(entry) as stored:
                        yield _called(path.name), stored.read(DIAGRAM_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise _Refused(_("%(name)s is no archive that can be read.", name=name[:80])) from None


def _check_directory(content: bytes) -> None:
    """Refuse a list of contents that is larger than one of so many files can be, before it is read."""
    end = content[content.rfind(b"PK\x05\x06") :][:22]
    if len(end) == 22 and int.from_bytes(end[12:16], "little") > DIRECTORY:
        raise _Refused(_("That is too much: at most 200 files, 5 MB each and 20 MB together."))


def _called(name: str) -> str:
    """The name a file is kept under: without folders and blanks; ``.bpmn20.xml`` is a diagram."""
    plain = PurePosixPath(name.replace("\\", "/")).name.removesuffix(".bpmn20.xml")
    plain = plain if plain == PurePosixPath(name.replace("\\", "/")).name else f"{plain}.bpmn"
    return "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in plain).lstrip(".-")


@PAGES.get("/versions/<publication_id>/reading")
def reading(publication_id: str) -> str:
    """How what another tool wrote was read: what became of each part, by element, beside the diagram."""
    view = version_of(publication_id)
    diagram = view.draft.diagram if view.draft else None
    notes = diagram.notes if diagram else ()
    return render_template(
        "authoring/reading.html",
        view=view,
        by_element=_by_element(diagram) if diagram else {},
        counts=Counter(str(note.outcome) for note in notes),
        exporter=diagram.exporter if diagram else "",
        refusals=_refusals(view),
    )


@PAGES.get("/versions/<publication_id>/reading.json")
def marks(publication_id: str) -> Response:
    """What is not read and what a release is refused for, for the drawing."""
    view = version_of(publication_id)
    notes = view.draft.diagram.notes if view.draft else ()
    found = [
        {
            "element": note.element_id,
            "severity": "error" if note.outcome is Outcome.REFUSED else "warning",
            "message": f"{note.name}: {note.said}",
        }
        for note in notes
        if note.outcome in (Outcome.OPEN, Outcome.REFUSED)
    ]
    return Response(json.dumps({"findings": found + described(_refusals(view))}), mimetype="application/json")


def _refusals(view: PublicationView) -> list[Finding]:
    """The errors of the check that no note tells already."""
    return [finding for finding in view.errors if finding.code != "not-run"]


_WEIGHT: Final = (Outcome.REFUSED, Outcome.OPEN, Outcome.MAPPED, Outcome.UNUSED)


def _by_element(diagram: Diagram) -> Mapping[str, list[Note]]:
    """The notes by what their element is called; within one, what needs somebody comes first."""
    found: dict[str, list[Note]] = {}
    processes = {process.id: process for process in diagram.processes}
    for note in diagram.notes:
        at = diagram.find(note.element_id) or diagram.flows.get(note.element_id) or processes.get(note.element_id)
        found.setdefault(titled(at) if at else note.element_id or _("The diagram"), []).append(note)
    return {name: sorted(notes, key=lambda note: _WEIGHT.index(note.outcome)) for name, notes in found.items()}
