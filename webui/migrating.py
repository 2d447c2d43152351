"""Moving cases to another version of their process: what would become of them, and batches that do it."""

import hashlib
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.acts import batches, migrating
from engine.errors import CannotMigrate, StepFailed, Unacceptable
from engine.model.batch import Batch, Outcome
from engine.model.instance import Instance
from engine.reports import cases
from engine.reports import migrating as reports
from engine.transaction import Transaction
from webui import access
from webui.inbox import page_number
from webui.texts import gettext as _

PAGES = Blueprint("migrating", __name__)

ACTS: Final[dict[str, Callable[[Transaction, str], Batch]]] = {
    "pause": batches.pause_batch,
    "resume": batches.resume_batch,
    "stop": batches.stop_batch,
}


@PAGES.get("/versions/<publication_id>/move")
def page(publication_id: str) -> str:
    """What would become of running cases on this version; with `case` in the address, of those alone."""
    return _page(publication_id)


@PAGES.post("/versions/<publication_id>/move")
def move(publication_id: str) -> AnyResponse | tuple[str, int] | str:
    """Look again with what was chosen; or begin: one case at once, several as a batch."""
    if request.form.get("act") == "look":
        return _page(publication_id)
    reason = request.form.get("reason", "")
    try:
        with access.transaction() as tx:
            chosen = _chosen(tx, publication_id)
            if len(chosen) != 1:
                begun = batches.start_batch(tx, publication_id, chosen, _mapping(), reason)
                return redirect(url_for("migrating.batch", batch_id=begun.id), 303)
            lines = batches.lines_for(tx, chosen[0], _mapping())
            case = migrating.migrate_case(tx, chosen[0], publication_id, lines, reason)
    except (Unacceptable, CannotMigrate, StepFailed) as refused:
        field = str(refused.parameters.get("field", ""))
        return _page(publication_id, problem=refused.message, field=field), 422
    return _moved(case)


def _moved(case: Instance) -> AnyResponse:
    flash(_("%(number)s goes on under the other version.", number=case.number), "good")
    return redirect(url_for("instances.case", number=case.number), 303)


def _page(publication_id: str, *, problem: str = "", field: str = "") -> str:
    numbers = request.args.getlist("case")[:50]
    with access.reading() as tx:
        found = reports.preview(tx, publication_id, _mapping(), numbers or None)
    picked = set(request.form.getlist("case")) or set(numbers)
    which = request.form.get("which") or ("picked" if numbers else "all")
    return render_template(
        "migrating/page.html",
        preview=found,
        numbers=numbers,
        picked=picked,
        which=which,
        reason=request.form.get("reason", ""),
        problem=problem,
        field=field,
    )


def _mapping() -> dict[str, str]:
    """What was chosen for elements that do not map by themselves."""
    given = {name.removeprefix("map:"): value for name, value in request.form.items() if name.startswith("map:")}
    return {old: new for old, new in given.items() if new}


def _chosen(tx: Transaction, publication_id: str) -> list[str]:
    if request.form.get("which") == "all":
        return reports.movable(tx, publication_id)
    return [cases.visible_instance(tx, number).id for number in dict.fromkeys(request.form.getlist("case"))]


# --- batches ----------------------------------------------------------------------------------------------------------


def _view(batch_id: str) -> tuple[reports.BatchView, Outcome | None]:
    text = request.args.get("outcome", "")
    outcome = Outcome(text) if text in set(Outcome) else None
    with access.reading() as tx:
        return reports.batch(tx, batch_id, outcome=outcome, page=page_number()), outcome


@PAGES.get("/batches/<batch_id>")
def batch(batch_id: str) -> str:
    """How far a batch is, and what became of each case."""
    found, outcome = _view(batch_id)
    return render_template("migrating/batch.html", view=found, outcome=outcome)


@PAGES.get("/batches/<batch_id>/progress")
def progress(batch_id: str) -> Response:
    """Only what changes, for the page to refresh itself; 304 while nothing changed."""
    found, outcome = _view(batch_id)
    response = Response(render_template("migrating/progress.html", view=found, outcome=outcome))
    news = repr((found.row.batch.state, found.row.moved, found.row.left, outcome, found.page))
    response.set_etag(hashlib.sha256(news.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@PAGES.post("/batches/<batch_id>/<act>")
def steer(batch_id: str, act: str) -> AnyResponse:
    """Let a batch rest, go on, or end."""
    deed = ACTS.get(act)
    if deed is None:
        abort(404)
    with access.transaction() as tx:
        deed(tx, batch_id)
    return redirect(url_for("migrating.batch", batch_id=batch_id), 303)
