"""The modeler: the drawing of a draft, checked and saved from the browser."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, json, render_template, request

from bpmn.checking import check as check_rules
from bpmn.diagram import BusinessRuleTask, Diagram, Element, Process, ServiceTask
from bpmn.draft import read_draft
from bpmn.errors import BpmnError
from bpmn.expressions import ALWAYS, LENGTH
from bpmn.rules.finding import Finding
from bpmn.vocabulary import FUNCTIONS, RECORDS, Outside
from engine.acts import publishing
from engine.errors import Conflict, StaleRevision, Unacceptable
from engine.reports import processes as reports
from forms.feel import FeelSyntaxError, parse_expression
from webui import access, headers
from webui.authoring import DIAGRAM_BYTES, told, version_of
from webui.pictures import pictured
from webui.texts import gettext as _

NOTICE = ("to", "subject", "text")
"""The parameters of `notice/send`."""

PAGES = Blueprint("modeling", __name__, url_prefix="/versions/<publication_id>")


@PAGES.get("/modeler")
def page(publication_id: str) -> Response:
    """Edit the diagram of a draft in the browser."""
    view = version_of(publication_id)
    if not view.may_edit:
        raise Conflict(_("This version is not a draft that you can edit."))
    response = Response(render_template("modeling/page.html", view=view))
    response.headers["Content-Security-Policy"] = headers.MODELER_POLICY
    return response


def _diagram_name(view: reports.PublicationView) -> str:
    return next((name for name in view.files if name.endswith(".bpmn")), "process.bpmn")


@PAGES.get("/diagram.bpmn")
def diagram(publication_id: str) -> Response:
    """The diagram of a version."""
    view = version_of(publication_id)
    content = view.files.get(_diagram_name(view))
    if content is None:
        abort(404)
    response = Response(pictured(content), mimetype="application/xml")
    response.set_etag(str(view.version.record.revision))
    return response


@PAGES.get("/findings.json")
def findings(publication_id: str) -> Response:
    """The findings of a version, for the drawing."""
    view = version_of(publication_id)
    marks = {change.element_id: change.change for change in view.element_changes}
    document = {"findings": described(view.findings), "changes": marks}
    return Response(json.dumps(document), mimetype="application/json")


@PAGES.put("/diagram.bpmn")
def save_diagram(publication_id: str) -> Response:
    """Save the drawing into the draft; `If-Match` says which revision was being edited."""
    content = _content()
    seen = _if_match()
    view = version_of(publication_id)
    try:
        with access.transaction() as tx:
            revision = publishing.save_draft(tx, publication_id, {_diagram_name(view): content}, seen)
    except StaleRevision as refused:
        return _json(412, message=refused.message)
    except Conflict as refused:
        return _json(409, message=refused.message)
    except (BpmnError, Unacceptable) as refused:
        return _json(422, message=told(refused))
    response = _json(200, version=revision)
    response.set_etag(str(revision))
    return response


@PAGES.post("/check")
def check(publication_id: str) -> Response:
    """Check the drawing as it is in the browser, together with the draft's other files; saves nothing."""
    content = _content()
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
    try:
        draft = read_draft({**view.files, _diagram_name(view): content})
    except BpmnError as refused:
        return _json(422, message=told(refused))
    return _json(200, findings=described(check_rules(draft, view.words)))


def _operation(name: str, outside: Outside | None) -> dict[str, Any]:
    if outside is None:
        return {"id": name, "title": name, "parameters": [{"id": one, "title": one} for one in NOTICE]}
    parameters = [{"id": one.id, "title": one.title, "description": one.description} for one in outside.inputs]
    errors = [{"id": code, "title": words} for code, words in outside.errors.items()]
    return {"id": name, "title": f"{outside.title} ({name})", "parameters": parameters, "errors": errors}


@PAGES.get("/vocabulary.json")
def vocabulary_json(publication_id: str) -> Response:
    """What the modeler offers to choose from."""
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
        offered = reports.vocabulary_choices(tx, view)
    forms = view.draft.forms if view.draft else {}
    decisions = view.draft.decisions if view.draft else {}
    return _json(
        200,
        roles=[{"id": role.id, "title": role.title} for role in offered.roles],
        forms=[{"id": name, "title": forms[name].title if name in forms else name} for name in offered.forms],
        decisions=[
            {"id": name, "title": getattr(decisions.get(name), "name", "") or name} for name in offered.decisions
        ],
        operations=[_operation(name, offered.outside.get(name)) for name in offered.operations],
        clocks=[{"id": name, "title": name} for name in offered.clocks],
        processes=[
            {"id": one.id, "title": one.title, "versionTags": sorted(one.version_tags), "inputs": sorted(one.inputs)}
            for one in offered.processes
        ],
        records=[{"id": name, "title": plural} for name, plural in offered.records],
        names=[{"name": name} for name in offered.names] + [{"name": name, "type": "function"} for name in FUNCTIONS],
        elsewhere=_elsewhere(view.draft.diagram) if view.draft else {},
    )


def _elsewhere(diagram: Diagram) -> dict[str, Any]:
    """By element with extensions of other tools: what became of each, and the properties it has by them or by us."""
    subjects: dict[str, Process | Element] = {process.id: process for process in diagram.processes}
    subjects |= {one.id: one for process in diagram.processes for one in process.elements}
    found: dict[str, Any] = {}
    for note in diagram.notes:
        subject = subjects.get(note.element_id)
        if note.element_id not in found:
            read = {} if subject is None else dict(subject.properties)
            match subject:
                case BusinessRuleTask(decision_id=str(decision)):
                    read["calledDecision"] = decision
                case ServiceTask(operation=operation) if operation is not None:
                    read["operation"] = operation.id
            found[note.element_id] = {"read": read, "notes": []}
        told = {"name": note.name, "outcome": str(note.outcome), "said": note.said, "remedy": note.remedy}
        found[note.element_id]["notes"].append(told)
    return found


@PAGES.post("/expression")
def expression(publication_id: str) -> Response:
    """Whether a text is FEEL where the variables of the process may be read; `problem` says what is wrong in it."""
    text = _content().decode(errors="replace")
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
    names = {*reports.names_of(view.draft), *FUNCTIONS, *ALWAYS, RECORDS}
    if len(text) > LENGTH:
        return _json(200, problem=_("It is longer than %(limit)s characters.", limit=LENGTH))
    try:
        parse_expression(text, names)
    except FeelSyntaxError as error:
        return _json(200, problem=error.message)
    return _json(200, problem="")


def described(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as the browser reads them."""
    return [
        {
            "element": one.element_id,
            "severity": str(one.severity),
            "message": one.message,
            "remedy": one.remedy,
            "rule": one.rule,
            "file": one.file,
        }
        for one in found
    ]


def _content() -> bytes:
    content = request.get_data(cache=False)
    if len(content) > DIAGRAM_BYTES:
        abort(413)
    return content


def _if_match() -> int:
    tag = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    return int(tag) if tag.isdecimal() and len(tag) < 10 else -1


def _json(status: int, **document: Any) -> Response:
    return Response(json.dumps(document), status, mimetype="application/json")
