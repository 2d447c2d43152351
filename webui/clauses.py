"""The catalogue of clauses: what answers each clause of an edition of ISO/IEC 20000-1."""

from flask import Blueprint, render_template, request

from bpmn.clauses import EDITIONS
from engine.reports import clauses as reports
from webui import access

PAGES = Blueprint("clauses", __name__, url_prefix="/clauses")


@PAGES.get("")
def page() -> str:
    """Every clause of an edition with processes, tasks, records and evidence."""
    show = request.args.get("show", "")[:16]
    with access.reading() as tx:
        view = reports.clauses(tx, request.args.get("edition", "")[:8])
    states = [state for state in reports.State if view.count(state)]
    rows = [row for row in view.rows if show in ("", row.state)]
    return render_template("clauses/page.html", view=view, rows=rows, show=show, states=states, editions=EDITIONS)
