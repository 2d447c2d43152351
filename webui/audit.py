"""The auditor's pages: find a case, read its whole history with the chain verified."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, json, render_template, request

from engine.acts.reading import record_reading
from engine.permissions import Action, requires
from engine.reports import cases, trace
from webui import access
from webui.inbox import page_number

PAGES = Blueprint("audit", __name__)

find_cases = requires(Action.TRACE)(cases.find_cases)
"""Whoever may trace no case is not asked which."""


@PAGES.get("/history")
def page() -> str:
    """Cases to trace, newest first."""
    text = request.args.get("text", "")[:200]
    with access.reading() as tx:
        found = find_cases(tx, cases.CaseQuery(text=text, page=page_number()))
    return render_template("audit/list.html", found=found, text=text)


@PAGES.get("/cases/<number>/trace")
def trace_case(number: str) -> str:
    """Everything that happened in a case; that it was read is itself an entry."""
    with access.reading() as tx:
        instance = cases.visible_instance(tx, number)
    with access.transaction() as tx:
        record_reading(tx, instance.id)
    with access.reading() as tx:
        found = trace.trace_case(tx, number, _stretch())
        last = found.entries[-1].seq if found.entries else 0
        data = trace.moment(tx, number, last)
    return render_template("audit/trace.html", trace=found, moment=data, last=last)


@PAGES.get("/cases/<number>/trace.json")
def trace_json(number: str) -> Response:
    """What the drawing needs: the path, and per entry what it touched and where the case stood after it."""
    with access.reading() as tx:
        found = trace.trace_case(tx, number, _stretch())
        path = trace.progress(tx, found.instance, found.stretch)
    return Response(json.dumps(drawing(path, found.entries)), mimetype="application/json")


@PAGES.get("/cases/<number>/moment")
def moment(number: str) -> str:
    """The data of the case after an entry, as a fragment."""
    text = request.args.get("seq", "")
    if not text.isdecimal() or len(text) > 9:
        abort(404)
    with access.reading() as tx:
        data = trace.moment(tx, number, int(text))
    return render_template("audit/moment.html", moment=data)


@PAGES.get("/cases/<number>/stretches/<int:stretch>/diagram.bpmn")
def diagram(number: str, stretch: int) -> Response:
    """The diagram the case ran on in one stretch of its history."""
    with access.reading() as tx:
        content = trace.diagram_of(tx, number, stretch)
    return Response(content, mimetype="application/xml")


def _stretch() -> int | None:
    text = request.args.get("stretch", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def drawing(path: trace.Progress, entries: Sequence[trace.TraceEntry]) -> dict[str, Any]:
    """The way of a case over its diagram as the browser reads it."""
    return {
        "taken": path.taken,
        "here": path.here,
        "counts": path.counts,
        "entries": [
            {"seq": one.seq, "elements": one.elements, "flows": one.flows, "here": one.here} for one in entries
        ],
    }
