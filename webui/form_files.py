"""Forms of a version on a page of their own: edited as they are drawn, and shown as staff will see them."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bpmn.errors import BpmnError
from engine.acts import publishing
from engine.choices import installation_choices
from engine.errors import Conflict, StaleRevision, Unacceptable
from engine.live import environment
from engine.reports import processes as reports
from forms.errors import FormUnreadable
from forms.reading import read_form
from webui import access, answering, headers
from webui.authoring import DIAGRAM_BYTES, told, version_of
from webui.texts import gettext as _

PAGES = Blueprint("form_files", __name__, url_prefix="/versions/<publication_id>")

PLACE: Final = "/files/<name>/form"
SCHEMA_VERSION: Final = 19
"""The version of the form-js schema that new forms name."""


@PAGES.get(PLACE)
def page(publication_id: str, name: str) -> Response:
    """A form: to be edited in a draft, to be looked at in every version."""
    view = version_of(publication_id)
    content = _file(view, name)
    with access.reading() as tx:
        offered = reports.vocabulary_choices(tx, view)
    try:
        form = json.loads(content)
    except (ValueError, RecursionError):
        form = None
    if not isinstance(form, dict):
        raise Conflict(_("%(name)s is no JSON object. Mend it as text first.", name=name))
    page = render_template(
        "authoring/form.html",
        view=view,
        name=name,
        title=form.get("title") if isinstance(form.get("title"), str) else name,
        form=form,
        records=[{"id": kind, "title": plural} for kind, plural in offered.records],
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = headers.MODELER_POLICY
    return response


@PAGES.post("/forms")
def add(publication_id: str) -> AnyResponse:
    """Begin a new form in a file of its own."""
    title = " ".join(request.form.get("title", "").split())[:80]
    seen = request.form.get("seen", "")
    view = version_of(publication_id)
    key = "_".join("".join(letter if letter.isalnum() else " " for letter in title.casefold()).split())
    if not key or not key[0].isalpha() or f"{key}.form" in view.files:
        raise Conflict(_("Give the form a name of its own that begins with a letter."))
    form = {"type": "default", "id": key, "title": title, "schemaVersion": SCHEMA_VERSION, "components": []}
    with access.transaction() as tx:
        files = {f"{key}.form": json.dumps(form, indent=2).encode()}
        publishing.save_draft(tx, publication_id, files, _revision(seen))
    return redirect(url_for(".page", publication_id=publication_id, name=f"{key}.form"), 303)


@PAGES.post(f"{PLACE}/look")
def look(publication_id: str, name: str) -> Response:
    """The form as it is in the browser, as staff would see it with these answers; or what is wrong with it."""
    document = _document()
    _file(version_of(publication_id), name)
    try:
        form = read_form(str(document.get("form", "")).encode(), name)
    except FormUnreadable as refused:
        return _json(200, defects=[{"where": one.where, "message": one.message} for one in refused.problems])
    with access.reading() as tx:
        question = answering.Question(
            form=form,
            context={"caller": None},
            environment=environment(tx),
            choices=installation_choices(tx, [form]),
        )
    sent = answering.stored(_raw(document.get("raw")))
    shown = (answering.row_action(question, sent) or sent) if sent.raw else None
    return _json(200, defects=[], html=str(answering.fields(question, shown)))


@PAGES.put(PLACE)
def save(publication_id: str, name: str) -> Response:
    """Save the form into the draft; `If-Match` says which revision was being edited."""
    content = _content()
    _file(version_of(publication_id), name)
    try:
        read_form(content, name)
        with access.transaction() as tx:
            seen = _revision(request.headers.get("If-Match", "").strip('"'))
            revision = publishing.save_draft(tx, publication_id, {name: content}, seen)
    except FormUnreadable as refused:
        return _json(422, message=" ".join(f"{one.where}: {one.message}" for one in refused.problems))
    except StaleRevision as refused:
        return _json(412, message=refused.message)
    except Conflict as refused:
        return _json(409, message=refused.message)
    except (BpmnError, Unacceptable) as refused:
        return _json(422, message=told(refused))
    return _json(200, version=revision)


def _file(view: reports.PublicationView, name: str) -> bytes:
    content = view.files.get(name)
    if content is None or not name.endswith(".form"):
        abort(404)
    return content


def _revision(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _content() -> bytes:
    content = request.get_data(cache=False)
    if len(content) > DIAGRAM_BYTES:
        abort(413)
    return content


def _document() -> dict[str, Any]:
    try:
        document = json.loads(_content())
    except (ValueError, RecursionError):
        abort(400)
    return document if isinstance(document, dict) else {}


def _raw(sent: Any) -> Mapping[str, list[str]]:
    """The fields as a browser sends them; what is no text is left out."""
    if not isinstance(sent, dict):
        return {}
    return {
        name: [value for value in values if isinstance(value, str)]
        for name, values in sent.items()
        if isinstance(values, list)
    }


def _json(status: int, **document: Any) -> Response:
    return Response(json.dumps(document), status, mimetype="application/json")
