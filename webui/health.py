"""For machines: is the process alive, can it serve; and the icon browsers ask for."""

from flask import Blueprint, Response, json, redirect
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import EngineError
from engine.model.person import SYSTEM
from engine.reports import operations
from webui import access
from webui.assets import asset

PAGES = Blueprint("health", __name__)


def _answer(code: int, **values: object) -> Response:
    return Response(json.dumps(values) + "\n", code, mimetype="application/json")


@PAGES.get("/healthz")
@access.open_to_all
def healthz() -> Response:
    """The process answers."""
    return _answer(200, status="alive")


@PAGES.get("/readyz")
@access.open_to_all
def readyz() -> Response:
    """The database answers and has the schema of this release; tells how late the oldest due job is."""
    try:
        with access.reading(SYSTEM) as tx:
            due, now = operations.overview(tx).next_due, tx.now()
    except EngineError as problem:
        return _answer(503, status="not ready", reason=problem.message)
    late = max(0, int((now - due).total_seconds())) if due is not None else 0
    return _answer(200, status="ready", oldest_due_job_seconds=late)


@PAGES.get("/favicon.ico")
@access.open_to_all
def favicon() -> AnyResponse:
    """Browsers ask for it whatever the page says."""
    return redirect(asset("favicon"), 302)
