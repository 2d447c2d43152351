"""The auditor's pages: find a case, read its whole history with the chain verified."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.acts.reading import record_reading
from engine.permissions import Action, requires
from engine.reports import cases, operations, trace
from engine.reports.invariants import invariants
from webui import access
from webui.inbox import page_number
from webui.pictures import pictured

PAGES = Blueprint("audit", __name__)

find_cases = requires(Action.TRACE)(cases.find_cases)
"""Whoever may trace no case is not asked which."""


@PAGES.get("/history")
def page() -> str:
    """Cases to trace, newest first."""
    return _listed()


@PAGES.post("/history/verify")
def verify() -> str:
    """Verify every chain now; reads only, and may take a while on a large journal."""
    with access.reading() as tx:
        verdict = operations.verify_chains(tx)
    return _listed(verdict)


def _listed(verdict: operations.ChainReport | None = None) -> str:
    text = request.args.get("text", "")[:200]
    with access.reading() as tx:
        found = find_cases(tx, cases.CaseQuery(text=text, page=page_number()))
    return render_template("audit/list.html", found=found, text=text, verdict=verdict)


@PAGES.get("/history/across")
def across() -> str:
    """What must hold across processes, and the cases against it."""
    with access.reading() as tx:
        found = invariants(tx)
    return render_template("audit/invariants.html", found=found)


@PAGES.get("/cases/<number>/trace")
def trace_case(number: str) -> AnyResponse | str:
    """What happened in a case, a part at a time; that it was read is itself an entry. `element` leads to its entry."""
    stretch, element = number_asked("stretch"), request.args.get("element")
    with access.reading() as tx:
        instance = cases.visible_instance(tx, number)
        seq = trace.entry_about(tx, number, element, stretch, number_asked("before")) if element else None
    if seq is not None:
        address = url_for("audit.trace_case", number=number, stretch=stretch, until=seq, _anchor=f"entry-{seq}")
        return redirect(address, 303)
    with access.transaction() as tx:
        record_reading(tx, instance.id)
    with access.reading() as tx:
        found = trace.trace_case(tx, number, stretch, number_asked("until"))
    return render_template("audit/trace.html", trace=found, moment=found.moment, last=found.part.last)


@PAGES.get("/cases/<number>/trace.json")
def trace_json(number: str) -> Response:
    """What the drawing needs: the path, and per entry what it touched and where the case stood after it."""
    with access.reading() as tx:
        document = drawing(*trace.drawn(tx, number, number_asked("stretch"), number_asked("until")))
    return Response(json.dumps(document), mimetype="application/json")


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
    return Response(pictured(content), mimetype="application/xml")


def number_asked(name: str) -> int | None:
    """A number of the address; None where there is none."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def drawing(path: trace.Progress, entries: Sequence[trace.TraceEntry]) -> dict[str, Any]:
    """The way of a case over its diagram as the browser reads it."""
    return {
        "taken": path.taken,
        "here": path.here,
        "counts": path.counts,
        "before": path.before,
        "latest": path.latest,
        "entries": [
            {"seq": one.seq, "elements": one.elements, "flows": one.flows, "here": one.here} for one in entries
        ],
    }
