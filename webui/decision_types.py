"""The types that a file of decisions defines, on a page of their own: edited, and checked while one types."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, render_template, request

from bpmn.decisions import read_decisions
from bpmn.decisions.definitions import Definition, read_definitions, write_definitions
from bpmn.decisions.reading_types import NESTED
from bpmn.errors import BpmnError, DecisionsUnreadable
from engine.acts import publishing
from engine.errors import Conflict, StaleRevision, Unacceptable
from engine.reports import processes as reports
from webui import access
from webui.authoring import told, version_of
from webui.decision_files import files_of
from webui.decision_trying import TYPES
from webui.exchanged import as_json, decision_file, document, line, members, place

PAGES = Blueprint("decision_types", __name__, url_prefix="/versions/<publication_id>/files/<name>/types")


@PAGES.get("")
def page(publication_id: str, name: str) -> str:
    """The types of a file: to be edited in a draft, to be read in every version."""
    view = version_of(publication_id)
    definitions = read_definitions(decision_file(view, name), name)
    return render_template(
        "authoring/types.html",
        view=view,
        name=name,
        definitions=[asdict(one) for one in definitions],
        types=TYPES,
    )


@PAGES.post("/look")
def look(publication_id: str, name: str) -> Response:
    """What is wrong with the file as it would be with the types as they are in the browser."""
    sent = document()
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
    try:
        content = write_definitions(decision_file(view, name), name, _definitions(sent.get("definitions")))
        faults = read_decisions(content, name, files_of({**view.files, name: content})).faults
    except DecisionsUnreadable as refused:
        faults = (refused, *refused.others)
    except ValueError as refused:
        return as_json(422, message=str(refused))
    return as_json(200, faults=[{"message": fault.message} for fault in faults])


@PAGES.put("")
def save(publication_id: str, name: str) -> Response:
    """Save the types into the draft; `If-Match` says which revision was being edited."""
    sent = document()
    view = version_of(publication_id)
    seen = request.headers.get("If-Match", "").strip('"')
    try:
        content = write_definitions(decision_file(view, name), name, _definitions(sent.get("definitions")))
        with access.transaction() as tx:
            number = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
            revision = publishing.save_draft(tx, publication_id, {name: content}, number)
    except StaleRevision as refused:
        return as_json(412, message=refused.message)
    except Conflict as refused:
        return as_json(409, message=refused.message)
    except (BpmnError, Unacceptable) as refused:
        return as_json(422, message=told(refused))
    except ValueError as refused:
        return as_json(422, message=str(refused))
    return as_json(200, version=revision, definitions=[asdict(one) for one in read_definitions(content, name)])


def _definitions(sent: Any, depth: int = 0) -> tuple[Definition, ...]:
    """The types as the browser sends them; raises ValueError where they are none."""
    if depth > NESTED + 1:
        raise ValueError(f"more than {NESTED} components stand inside one another")
    return tuple(_definition(one, depth) for one in members(sent))


def _definition(sent: Any, depth: int) -> Definition:
    if not isinstance(sent, dict):
        raise ValueError("this is no type")
    return Definition(
        at=place(sent),
        name=line(sent.get("name")),
        base=line(sent.get("base")),
        many=sent.get("many") is True,
        allowed=line(sent.get("allowed")),
        function=sent.get("function") is True,
        parts=_definitions(sent.get("parts"), depth + 1),
    )
