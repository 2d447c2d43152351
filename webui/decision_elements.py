"""Elements of decision files on a page of their own: names, needs, boxed logic; checked while one types, and tried."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bpmn.decisions import DecisionFailed, Trace, evaluate, read_decisions
from bpmn.decisions.boxes import FIXED, Box, Name, Part
from bpmn.decisions.elements import (
    Drawing,
    add_element,
    elements_in,
    places_of,
    read_element,
    remove_element,
    write_element,
)
from bpmn.decisions.reading_boxed import LOGIC, NESTED
from bpmn.errors import BpmnError, DecisionsUnreadable
from engine.acts import publishing
from engine.errors import Conflict, StaleRevision, Unacceptable
from engine.live import environment
from engine.reports import processes as reports
from forms.data import canonical
from webui import access
from webui.authoring import told, version_of
from webui.decision_files import files_of
from webui.decision_trying import TYPES, asked, values
from webui.exchanged import as_json, decision_file, document, line, members, place, words
from webui.texts import gettext as _

PAGES = Blueprint("decision_elements", __name__, url_prefix="/versions/<publication_id>/files/<name>/elements")


@PAGES.get("/<key>")
def page(publication_id: str, name: str, key: str) -> str:
    """An element: to be edited in a draft, to be read and tried in every version."""
    view = version_of(publication_id)
    content = decision_file(view, name)
    known = {one.key: one for one in elements_in(content, name)}
    if key not in known:
        abort(404)
    own = read_decisions(content, name, files_of(view.files)).types
    return render_template(
        "authoring/element.html",
        view=view,
        name=name,
        listed=known[key],
        drawing=asdict(read_element(content, name, key)),
        others=[asdict(one) for one in known.values() if one.key != key],
        types=(*TYPES, *own),
    )


@PAGES.post("")
def add(publication_id: str, name: str) -> AnyResponse:
    """Add an element to a file, and open it."""
    view = version_of(publication_id)
    try:
        content, key = add_element(
            decision_file(view, name), name, request.form.get("kind", ""), request.form.get("title", "")[:80]
        )
    except ValueError as refused:
        raise Conflict(_("Nothing was added: %(reason)s.", reason=str(refused))) from None
    _save(publication_id, name, content, request.form.get("seen", ""))
    return redirect(url_for(".page", publication_id=publication_id, name=name, key=key), 303)


@PAGES.post("/<key>/remove")
def remove(publication_id: str, name: str, key: str) -> AnyResponse:
    """Take an element out of a file, with what requires it."""
    view = version_of(publication_id)
    _save(publication_id, name, remove_element(decision_file(view, name), name, key), request.form.get("seen", ""))
    return redirect(url_for("authoring.file", publication_id=publication_id, name=name), 303)


@PAGES.post("/<key>/look")
def look(publication_id: str, name: str, key: str) -> Response:
    """What is wrong with the element as it is in the browser, what it asks for, and what it says to `inputs`."""
    sent = document()
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
        surroundings = environment(tx)
    try:
        content = write_element(decision_file(view, name), name, key, _drawing(sent.get("drawing"), key))
    except (ValueError, DecisionsUnreadable) as refused:
        return as_json(422, message=str(refused))
    try:
        model = read_decisions(content, name, files_of({**view.files, name: content}))
    except DecisionsUnreadable as refused:
        return as_json(200, faults=list(_faults((refused, *refused.others), places_of(content, name, key))))
    answer: dict[str, Any] = {"faults": list(_faults(model.faults, places_of(content, name, key)))}
    answer["asks"] = asks = list(asked(model, key))
    given = sent.get("inputs")
    if not answer["faults"] and isinstance(given, dict) and (any(given.values()) or not asks):
        try:
            found = evaluate(model, key, values(asks, given), surroundings)
            answer["result"] = {"value": canonical(found.value), **_trace(found.trace)}
        except DecisionFailed as refused:
            answer["result"] = {"failure": refused.message}
        except ValueError as refused:
            answer["result"] = {"failure": str(refused)}
    return as_json(200, **answer)


@PAGES.put("/<key>")
def save(publication_id: str, name: str, key: str) -> Response:
    """Save the element into the draft; `If-Match` says which revision was being edited."""
    sent = document()
    view = version_of(publication_id)
    try:
        content = write_element(decision_file(view, name), name, key, _drawing(sent.get("drawing"), key))
        revision = _save(publication_id, name, content, request.headers.get("If-Match", "").strip('"'))
    except StaleRevision as refused:
        return as_json(412, message=refused.message)
    except Conflict as refused:
        return as_json(409, message=refused.message)
    except (BpmnError, Unacceptable) as refused:
        return as_json(422, message=told(refused))
    except ValueError as refused:
        return as_json(422, message=str(refused))
    return as_json(200, version=revision, drawing=asdict(read_element(content, name, key)))


def _save(publication_id: str, name: str, content: bytes, seen: str) -> int:
    with access.transaction() as tx:
        revision = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
        return publishing.save_draft(tx, publication_id, {name: content}, revision)


# --- the element as the browser sends it


def _drawing(sent: Any, key: str) -> Drawing:
    """The element; raises ValueError where it is none."""
    if not isinstance(sent, dict):
        raise ValueError("this is no element of a decision")
    logic = sent.get("logic")
    return Drawing(
        key=key,
        kind=words(sent.get("kind")),
        name=line(sent.get("name")),
        variable=line(sent.get("variable")),
        type=line(sent.get("type")),
        needs=tuple(map(line, members(sent.get("needs")))),
        gives=tuple(map(line, members(sent.get("gives")))),
        logic=None if logic is None else _box(logic),
    )


def _box(sent: Any, depth: int = 0) -> Box:
    if not isinstance(sent, dict) or depth > 2 * NESTED:
        raise ValueError(f"more than {NESTED} boxes stand inside one another, or something else is no box")
    kind = words(sent.get("kind"))
    if kind not in LOGIC and kind not in ("", "row", *FIXED):
        raise ValueError(f"there is no kind of box {kind[:40]}")
    picture = tuple(tuple(map(words, members(row))) for row in members(sent.get("picture")))
    return Box(
        at=place(sent),
        kind=kind,
        text=words(sent.get("text")),
        type=line(sent.get("type")),
        names=tuple(_name(one) for one in members(sent.get("names"))),
        parts=tuple(_part(one, depth) for one in members(sent.get("parts"))),
        id=line(sent.get("id")),
        picture=picture,
    )


def _name(sent: Any) -> Name:
    if not isinstance(sent, dict):
        raise ValueError("this is no name")
    return Name(at=place(sent), name=line(sent.get("name")), type=line(sent.get("type")))


def _part(sent: Any, depth: int) -> Part:
    if not isinstance(sent, dict):
        raise ValueError("this is no part")
    named = {name: line(sent.get(name)) for name in ("name", "type")}
    return Part(at=place(sent), box=_box(sent.get("box"), depth + 1), **named)


# --- what the page tells


def _faults(faults: tuple[DecisionsUnreadable, ...], places: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every fault, with the number of the box it stands in, counted from 0, where it is one of this element's."""
    for fault in faults:
        around = [at for at, place in enumerate(places) if place and f"{fault.path}/".startswith(f"{place}/")]
        where = {"box": max(around, key=lambda at: len(places[at]))} if around else {}
        reason = str(fault.parameters.get("reason") or fault.message)
        yield {"message": reason if around else fault.message, **where}


def _trace(trace: Trace) -> dict[str, Any]:
    required = [
        {
            "name": one.name,
            "rules": [rule.number for rule in one.matched],
            "outputs": [canonical(row) for row in one.outputs],
        }
        for one in trace.required
        if one.matched
    ]
    return {"problems": list(trace.problems), "required": required}
