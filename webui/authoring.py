"""The process library: versions, drafts, the modeler, files, and the release by a second person."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bpmn.draft import Draft
from bpmn.errors import BpmnError, DraftUnreadable, FileProblem
from engine.acts import publishing, retiring
from engine.errors import Conflict, EngineError, NotPublishable, Unacceptable
from engine.permissions import Action, may
from engine.reports import comparing
from engine.reports import processes as reports
from engine.transaction import Transaction
from webui import access, decision_files
from webui.areas import by_area
from webui.process_files import by_kind
from webui.settings import MEGABYTE
from webui.texts import gettext as _

PAGES = Blueprint("authoring", __name__)

DIAGRAM_BYTES = 5 * MEGABYTE
TEXT_ENDINGS = frozenset({".bpmn", ".dmn", ".form", ".toml", ".json"})


@PAGES.get("/processes")
def library() -> str:
    """Every process, by area, those out of use apart; some of them where words are looked for."""
    words = request.args.get("text", "")[:200]
    with access.reading() as tx:
        found = reports.processes(tx)
        begun = reports.begun(tx) if may(tx.actor, Action.AUTHOR) else ()
    areas = by_area([row for row in found if row.retired is None], words)
    idle = [row for area in by_area([row for row in found if row.retired], words) for row in area.rows]
    return render_template("authoring/library.html", processes=found, areas=areas, idle=idle, words=words, begun=begun)


@PAGES.get("/processes/<process_id>")
def process(process_id: str) -> str:
    """A process for its owner: what it is for, its versions, its draft."""
    return _process(process_id)


def _process(process_id: str, **more: Any) -> str:
    with access.reading() as tx:
        view = reports.process(tx, process_id)
    shipped = comparing.is_shipped(process_id)
    return render_template(
        "authoring/process.html", view=view, shipped=shipped, **{"reason": "", "problems": [], **more}
    )


@PAGES.post("/processes/<process_id>/retire")
def retire(process_id: str) -> AnyResponse | tuple[str, int]:
    """Take the process out of use: nothing new begins with it."""
    return _put_use(process_id, retiring.retire, _("It is out of use. Cases that run go on to their end."))


@PAGES.post("/processes/<process_id>/reinstate")
def reinstate(process_id: str) -> AnyResponse | tuple[str, int]:
    """Take the process back into use with its last version."""
    return _put_use(process_id, retiring.reinstate, _("It is in use again."))


def _put_use(process_id: str, act: Callable[[Transaction, str, str], None], done: str) -> AnyResponse | tuple[str, int]:
    reason = request.form.get("reason", "")
    try:
        with access.transaction() as tx:
            act(tx, process_id, reason)
    except Unacceptable as refused:
        return _process(process_id, reason=reason, problems=[("reason", refused.message)]), 422
    flash(done, "good")
    return redirect(url_for("authoring.process", process_id=process_id), 303)


@PAGES.get("/processes/<process_id>/comparison")
def comparison(process_id: str) -> str:
    """The release in force beside the shipped process."""
    with access.reading() as tx:
        view = comparing.comparison(tx, process_id)
    return render_template("authoring/comparison.html", view=view)


@PAGES.post("/processes/<process_id>/drafts")
def begin_draft(process_id: str) -> AnyResponse:
    """Copy the release into a new draft; while one is open, go on with that."""
    try:
        with access.transaction() as tx:
            publication_id = publishing.begin_draft(tx, process_id)
    except Conflict as refused:
        open_one = refused.parameters.get("publication_id")
        if not isinstance(open_one, str):
            raise
        flash(refused.message, "warn")
        publication_id = open_one
    return redirect(url_for("authoring.version", publication_id=publication_id), 303)


@PAGES.get("/versions/<publication_id>")
def version(publication_id: str) -> str:
    """A version: what changed, findings, files; for a proposal what the second person needs to decide."""
    return _version(publication_id)


@dataclass(frozen=True, kw_only=True)
class Step:
    """An element of a diagram in words: what it is called, who does it, and what comes next under which name."""

    title: str
    lane: str
    following: tuple[tuple[str, str], ...]


def steps(draft: Draft) -> tuple[Step, ...]:
    """The diagram as a list, for who cannot see it: the named elements in the order of the file."""
    executable = draft.diagram.executable
    lanes = {lane.id: lane.name for process in executable for lane in process.lanes}
    elements = {element.id: element for process in executable for element in process.elements}
    leaving: dict[str, list[tuple[str, str]]] = {}
    for flow in (flow for process in executable for flow in process.flows if flow.target in elements):
        target = elements[flow.target]
        told = (flow.name, target.title if target.name else _("a junction"))
        leaving.setdefault(flow.source, []).append(told)
    return tuple(
        Step(
            title=element.title,
            lane=lanes.get(element.lane_id or "", ""),
            following=tuple(leaving.get(element.id, ())),
        )
        for element in elements.values()
        if element.name
    )


def version_of(publication_id: str) -> reports.PublicationView:
    """A version with everything its pages show."""
    with access.reading() as tx:
        return reports.publication(tx, publication_id)


def _version(publication_id: str, **more: Any) -> str:
    view = version_of(publication_id)
    return render_template(
        "authoring/version.html",
        view=view,
        files=by_kind(view.files),
        steps=steps(view.draft) if view.draft and view.draft.diagram.executable else (),
        **{"note": "", "reason": "", "problems": [], **more},
    )


@PAGES.get("/versions/<publication_id>/files/<name>")
def file(publication_id: str, name: str) -> str:
    """One file as text; drafts can be edited in place."""
    view = version_of(publication_id)
    return _file_page(view, name)


@PAGES.get("/versions/<publication_id>/files/<name>/download")
def file_download(publication_id: str, name: str) -> Response:
    """One file as it is kept."""
    content = version_of(publication_id).files.get(name)
    if content is None:
        abort(404)
    return _attachment(content, name)


@PAGES.get("/versions/<publication_id>/files.zip")
def files_zip(publication_id: str) -> Response:
    """All files of a version in one archive."""
    view = version_of(publication_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(view.files):
            archive.writestr(zipfile.ZipInfo(name), view.files[name])
    record = view.version.record
    label = f"{record.process_id}-{record.version or 'draft'}.zip"
    return _attachment(packed.getvalue(), label)


@PAGES.post("/versions/<publication_id>/files/<name>")
def file_save(publication_id: str, name: str) -> AnyResponse | tuple[str, int]:
    """Replace a file of a draft by what was typed or by an uploaded one."""
    sent = request.files.get("upload")
    if sent is not None and sent.filename:
        content = sent.read(DIAGRAM_BYTES + 1)
    else:
        content = request.form.get("content", "").replace("\r\n", "\n").encode()
    return _save_file(publication_id, name, content)


@PAGES.post("/versions/<publication_id>/files")
def file_add(publication_id: str) -> AnyResponse | tuple[str, int]:
    """Add a file to a draft, or replace the one of that name."""
    sent = request.files.get("upload")
    if sent is None or not sent.filename:
        return _version(publication_id, problems=[("upload", _("Choose a file first."))]), 422
    name = PurePosixPath(sent.filename.replace("\\", "/")).name
    if PurePosixPath(name).suffix not in TEXT_ENDINGS:
        message = _("A process is made of .bpmn, .dmn and .form files and process.toml.")
        return _version(publication_id, problems=[("upload", message)]), 422
    return _save_file(publication_id, name, sent.read(DIAGRAM_BYTES + 1))


@PAGES.post("/versions/<publication_id>/files/<name>/remove")
def file_remove(publication_id: str, name: str) -> AnyResponse | tuple[str, int]:
    """Take a file out of a draft."""
    return _save_file(publication_id, name, None)


def _save_file(publication_id: str, name: str, content: bytes | None) -> AnyResponse | tuple[str, int]:
    if content is not None and len(content) > DIAGRAM_BYTES:
        abort(413)
    try:
        with access.transaction() as tx:
            publishing.save_draft(tx, publication_id, {name: content}, _seen())
    except (BpmnError, Unacceptable, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        view = version_of(publication_id)
        if content is None:
            return _version(publication_id, problems=[("", line) for line in _lines(refused)]), status
        return _file_page(view, name, content=content, problems=_lines(refused)), status
    flash(_("%(name)s is removed.", name=name) if content is None else _("%(name)s is saved.", name=name), "good")
    return redirect(url_for("authoring.version", publication_id=publication_id), 303)


def _file_page(
    view: reports.PublicationView, name: str, *, content: bytes | None = None, problems: Sequence[str] = ()
) -> str:
    stored = view.files.get(name)
    if stored is None and content is None:
        abort(404)
    shown = (content if content is not None else stored or b"").decode("utf-8", "replace")
    about = [finding for finding in view.findings if finding.file == name]
    graph = stored if name.endswith(".dmn") else None
    return render_template(
        "authoring/file.html",
        view=view,
        name=name,
        content=shown,
        problems=problems,
        findings=about,
        decisions=() if graph is None else decision_files.shown(view.files, name),
        editable=frozenset() if graph is None else decision_files.editable(graph, name),
        graph=None if graph is None else decision_files.pictured(view.files, name),
        types=() if graph is None else decision_files.types_of(view.files, name),
        kind_of=decision_files.kind_of,
        kinds={
            "Decision": _("decision"),
            "KnowledgeModel": _("knowledge model"),
            "DecisionService": _("decision service"),
            "InputData": _("input"),
        },
    )


@PAGES.post("/versions/<publication_id>/propose")
def propose(publication_id: str) -> AnyResponse | tuple[str, int]:
    """Put the draft before a second person."""
    note = request.form.get("note", "")
    try:
        with access.transaction() as tx:
            publishing.propose(tx, publication_id, note)
    except NotPublishable as refused:
        return _version(publication_id, note=note, problems=[("findings", refused.message)]), 422
    except Unacceptable as refused:
        return _version(publication_id, note=note, problems=[("note", refused.message)]), 422
    flash(_("Proposed. A second person can release it now."), "good")
    return _back(publication_id)


@PAGES.post("/versions/<publication_id>/withdraw")
def withdraw(publication_id: str) -> AnyResponse:
    """Take one's own proposal back to go on editing."""
    with access.transaction() as tx:
        publishing.withdraw_proposal(tx, publication_id)
    flash(_("It is a draft again."), "good")
    return _back(publication_id)


@PAGES.post("/versions/<publication_id>/send-back")
def send_back(publication_id: str) -> AnyResponse | tuple[str, int]:
    """Send a proposal back to its author, with a reason."""
    reason = request.form.get("reason", "")
    try:
        with access.transaction() as tx:
            publishing.send_back(tx, publication_id, reason)
    except Unacceptable as refused:
        return _version(publication_id, reason=reason, problems=[("reason", refused.message)]), 422
    flash(_("Sent back to its author."), "good")
    return _back(publication_id)


@PAGES.post("/versions/<publication_id>/release")
def release(publication_id: str) -> AnyResponse | tuple[str, int]:
    """Release a proposal: new cases run on it from now on."""
    try:
        with access.transaction() as tx:
            number = publishing.release(tx, publication_id, vouch="vouch" in request.form)
    except NotPublishable as refused:
        return _version(publication_id, problems=[("findings", refused.message)]), 422
    except Unacceptable as refused:
        return _version(publication_id, problems=[("scripts", refused.message)]), 422
    flash(
        _("Released as version %(number)s. New cases run on it; cases that run already keep theirs.", number=number),
        "good",
    )
    return _back(publication_id)


@PAGES.post("/versions/<publication_id>/discard")
def discard(publication_id: str) -> AnyResponse:
    """Throw a draft away."""
    record = version_of(publication_id).version.record
    with access.transaction() as tx:
        publishing.discard(tx, publication_id)
    flash(_("The draft is thrown away."), "good")
    if record.based_on is None:  # nothing of this process is left
        return redirect(url_for("authoring.library"), 303)
    return redirect(url_for("authoring.process", process_id=record.process_id), 303)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _attachment(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _place(problem: FileProblem) -> str:
    if problem.line is None:
        return problem.file
    return _("%(file)s, line %(line)s", file=problem.file, line=problem.line)


def _lines(refused: Exception) -> list[str]:
    if isinstance(refused, DraftUnreadable):
        return [f"{_place(problem)}: {problem.message}" for problem in refused.problems]
    return [told(refused)]


def told(refused: Exception) -> str:
    """What is wrong with files that were refused, in one line."""
    if isinstance(refused, DraftUnreadable):
        return " ".join(_lines(refused))
    return refused.message if isinstance(refused, EngineError) else str(refused)


def _back(publication_id: str) -> AnyResponse:
    return redirect(url_for("authoring.version", publication_id=publication_id), 303)
