"""Decision tables of a version on a page of their own: edited cell by cell, checked while one types, tried out."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bpmn.decisions import DecisionFailed, Trace, evaluate, read_decisions
from bpmn.decisions.reading_tables import RULES
from bpmn.decisions.sheets import Column, Row, Sheet, new_file, read_sheet, tables_in, write_sheet
from bpmn.errors import BpmnError, DecisionsUnreadable
from engine.acts import publishing
from engine.errors import Conflict, StaleRevision, Unacceptable
from engine.live import environment
from engine.reports import processes as reports
from forms.data import Value, canonical
from webui import access
from webui.authoring import told, version_of
from webui.decision_files import files_of
from webui.decision_trying import TYPES, asked, values
from webui.exchanged import as_json, decision_file, document, members, place, words
from webui.texts import gettext as _

PAGES = Blueprint("decision_tables", __name__, url_prefix="/versions/<publication_id>")

PLACE: Final = "/files/<name>/tables/<key>"


@PAGES.get(PLACE)
def page(publication_id: str, name: str, key: str) -> str:
    """A decision table: to be edited in a draft, to be read and tried in every version."""
    view = version_of(publication_id)
    content = decision_file(view, name)
    titles = tables_in(content, name)
    if key not in titles:
        abort(404)
    return render_template(
        "authoring/table.html",
        view=view,
        name=name,
        title=titles[key],
        key=key,
        sheet=asdict(read_sheet(content, name, key)),
        types=TYPES,
    )


@PAGES.post("/tables")
def add(publication_id: str) -> AnyResponse | tuple[str, int]:
    """Begin a new table in a file of its own."""
    title = " ".join(request.form.get("title", "").split())[:80]
    seen = request.form.get("seen", "")
    view = version_of(publication_id)
    key = "_".join("".join(letter if letter.isalnum() else " " for letter in title.casefold()).split())
    if not key or not key[0].isalpha() or f"{key}.dmn" in view.files:
        raise Conflict(_("Give the table a name of its own that begins with a letter."))
    with access.transaction() as tx:
        files = {f"{key}.dmn": new_file(key, title)}
        publishing.save_draft(tx, publication_id, files, int(seen) if seen.isdecimal() and len(seen) < 10 else -1)
    return redirect(url_for(".page", publication_id=publication_id, name=f"{key}.dmn", key=key), 303)


@PAGES.post(f"{PLACE}/look")
def look(publication_id: str, name: str, key: str) -> Response:
    """What is wrong with the table as it is in the browser, what it asks for, and what it says to `inputs`."""
    sent = document()
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
        surroundings = environment(tx)
    try:
        sheet = _sheet(sent.get("sheet"))
        content = write_sheet(decision_file(view, name), name, key, sheet)
    except (ValueError, DecisionsUnreadable) as refused:
        return as_json(422, message=str(refused))
    try:
        model = read_decisions(content, name, files_of({**view.files, name: content})).sound()
    except DecisionsUnreadable as refused:
        return as_json(200, faults=list(_faults(refused, sheet)))
    asks = list(asked(model, key)) if model.find(key) else []
    given = sent.get("inputs")
    answer: dict[str, Any] = {"faults": [], "asks": asks}
    if model.find(key) and isinstance(given, dict) and any(given.values()):
        try:
            found = evaluate(model, key, values(asks, given), surroundings)
            answer["result"] = _told(found.trace, sheet, found.value)
        except DecisionFailed as refused:
            numbers = refused.parameters.get("rules", "") if refused.decision == key else ""
            answer["result"] = {"failure": refused.message, "matched": [int(one) for one in numbers.split(", ") if one]}
        except ValueError as refused:
            answer["result"] = {"failure": str(refused), "matched": []}
    return as_json(200, **answer)


@PAGES.put(PLACE)
def save(publication_id: str, name: str, key: str) -> Response:
    """Save the table into the draft; `If-Match` says which revision was being edited."""
    sent = document()
    tag = request.headers.get("If-Match", "").strip('"')
    view = version_of(publication_id)
    try:
        content = write_sheet(decision_file(view, name), name, key, _sheet(sent.get("sheet")))
        with access.transaction() as tx:
            seen = int(tag) if tag.isdecimal() and len(tag) < 10 else -1
            revision = publishing.save_draft(tx, publication_id, {name: content}, seen)
    except StaleRevision as refused:
        return as_json(412, message=refused.message)
    except Conflict as refused:
        return as_json(409, message=refused.message)
    except (BpmnError, Unacceptable) as refused:
        return as_json(422, message=told(refused))
    except ValueError as refused:
        return as_json(422, message=str(refused))
    return as_json(200, version=revision, sheet=asdict(read_sheet(content, name, key)))


# --- the sheet as the browser sends it


def _sheet(document: Any) -> Sheet:
    """The sheet; raises ValueError where it is none."""
    match document:
        case {"hit_policy": str(policy), "aggregation": str(aggregation), "rules": list(rules), **rest}:
            if len(rules) > RULES:
                raise ValueError(f"there are more than {RULES} rules")
            return Sheet(
                id=words(rest.get("id")),
                hit_policy=policy,
                aggregation=aggregation,
                inputs=tuple(map(_column, members(rest.get("inputs")))),
                outputs=tuple(map(_column, members(rest.get("outputs")))),
                notes=_texts(rest.get("notes")),
                rules=tuple(map(_row, rules)),
            )
    raise ValueError("this is no decision table")


def _column(document: Any) -> Column:
    if not isinstance(document, dict):
        raise ValueError("this is no column")
    texts = {name: words(document.get(name)) for name in ("label", "text", "type", "values", "default")}
    return Column(at=place(document), **texts)


def _row(document: Any) -> Row:
    if not isinstance(document, dict):
        raise ValueError("this is no rule")
    return Row(at=place(document), cells=_texts(document.get("cells")), notes=_texts(document.get("notes")))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(words, members(value)))


# --- what the page tells


def _faults(refused: DecisionsUnreadable, sheet: Sheet) -> Iterator[dict[str, Any]]:
    """Every wrong place; those of this table with rule (from 1, or none) and column (from 0, outputs after inputs)."""
    for one in (refused, *refused.others):
        kind, _, number = str(one.parameters.get("position", "")).partition(" ")
        if one.parameters.get("table") != sheet.id or not number:
            yield {"message": one.message}
            continue
        column = int(number) + (len(sheet.inputs) if kind == "output" else 0)
        yield {"message": str(one.parameters["reason"]), "rule": one.parameters.get("rule"), "column": column}


def _told(trace: Trace, sheet: Sheet, value: Value) -> dict[str, Any]:
    own = next((one for one in trace.required if one.decision == sheet.id), trace)
    return {
        "value": canonical(value),
        "matched": [rule.number for rule in own.matched],
        "problems": list(trace.problems),
        "required": [
            {
                "name": one.name,
                "rules": [rule.number for rule in one.matched],
                "outputs": [canonical(row) for row in one.outputs],
            }
            for one in trace.required
            if one is not own
        ],
    }
