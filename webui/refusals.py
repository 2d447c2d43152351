"""What becomes of errors on the way out: one table from error class to status, page and problem document."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, json, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException

from bpmn.errors import BpmnError, DraftUnreadable
from engine import errors
from engine.acts.reading import record_refusal
from webui import access
from webui.assets import BundleMissing
from webui.texts import gettext as _
from webui.texts import mark

LOG = structlog.get_logger("webui")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """How one kind of error is answered; `remedy` says what the person can do."""

    status: int
    title: str
    remedy: str = ""


TABLE: tuple[tuple[type[Exception], Refusal], ...] = (
    # The first class that fits wins: special before general.
    (
        errors.NotAllowed,
        Refusal(
            status=403,
            title=mark("You may not do this"),
            remedy=mark("If your work needs it, ask an administrator for the role. The attempt was not carried out."),
        ),
    ),
    (
        errors.NotFound,
        Refusal(
            status=404,
            title=mark("Nothing to see here"),
            remedy=mark("There is no such page, or you may not see it. Check the address, or search for the case."),
        ),
    ),
    (
        errors.NotRecognised,
        Refusal(
            status=401, title=mark("No such token"), remedy=mark("An operator makes tokens under Operations, Senders.")
        ),
    ),
    (
        errors.TaskAlreadyDone,
        Refusal(
            status=409,
            title=mark("Somebody else completed this task"),
            remedy=mark("Nothing of yours was saved into the case."),
        ),
    ),
    (
        errors.TaskMovedOn,
        Refusal(
            status=409,
            title=mark("The task changed meanwhile"),
            remedy=mark("Open it again to see where the case stands."),
        ),
    ),
    (
        errors.TaskTaken,
        Refusal(
            status=409,
            title=mark("Somebody else has claimed this task"),
            remedy=mark("Ask them to give it back, or take another one."),
        ),
    ),
    (
        errors.OutOfUse,
        Refusal(
            status=409,
            title=mark("This process is out of use"),
            remedy=mark("Its owner knows what takes its place. Cases that run already go on."),
        ),
    ),
    (errors.CaseEnded, Refusal(status=409, title=mark("The case has ended"), remedy=mark("It takes no more changes."))),
    (
        errors.NobodyWaits,
        Refusal(
            status=409,
            title=mark("The case moved on"),
            remedy=mark("It does not wait for this any more. Look where it stands now."),
        ),
    ),
    (
        errors.StaleRevision,
        Refusal(
            status=409,
            title=mark("Somebody saved a newer version"),
            remedy=mark("Open the page again and make your change on top of theirs."),
        ),
    ),
    (
        errors.SamePerson,
        Refusal(status=403, title=mark("A second person is needed"), remedy=mark("Ask a colleague who may do this.")),
    ),
    (
        errors.LinkInvalid,
        Refusal(
            status=422,
            title=mark("This link cannot be used"),
            remedy=mark("It was used before or is too old. Ask an administrator for a new one."),
        ),
    ),
    (errors.Unacceptable, Refusal(status=422, title=mark("This cannot be accepted"))),
    (DraftUnreadable, Refusal(status=422, title=mark("The files cannot be read"))),
    (BpmnError, Refusal(status=422, title=mark("The file cannot be read"))),
    (
        errors.StepFailed,
        Refusal(
            status=422,
            title=mark("The case could not move on"),
            remedy=mark("Nothing was changed. The owner of the process can mend the diagram."),
        ),
    ),
    (
        errors.StateUnreadable,
        Refusal(
            status=500, title=mark("The case cannot be opened"), remedy=mark("Tell the operator of this installation.")
        ),
    ),
    (
        errors.ChainBroken,
        Refusal(
            status=500, title=mark("The journal does not verify"), remedy=mark("Tell the operator and the auditor.")
        ),
    ),
    (
        errors.OutcomeUnknown,
        Refusal(
            status=503,
            title=mark("Keelson cannot serve now"),
            remedy=mark("Look in a minute whether it was saved, before you do it again."),
        ),
    ),
    (
        errors.Unavailable,
        Refusal(
            status=503,
            title=mark("Keelson cannot serve now"),
            remedy=mark("Nothing was changed. Try again in a minute."),
        ),
    ),
    (errors.Conflict, Refusal(status=409, title=mark("Somebody was faster"), remedy=mark("Open the page again."))),
    (errors.EngineError, Refusal(status=500, title=mark("Something went wrong"))),
    (
        BundleMissing,
        Refusal(
            status=503, title=mark("The browser parts are not built"), remedy=mark("Run ./run, which builds them.")
        ),
    ),
    (
        access.PageTooOld,
        Refusal(
            status=400,
            title=mark("This page was open too long"),
            remedy=mark("Nothing was changed. Open the page again and send it once more."),
        ),
    ),
)

STATUSES: dict[int, Refusal] = {
    400: Refusal(status=400, title=mark("The request cannot be understood"), remedy=mark("Go back and try again.")),
    403: TABLE[0][1],
    404: TABLE[1][1],
    405: Refusal(
        status=405, title=mark("This address takes no such request"), remedy=mark("Open the page and use its buttons.")
    ),
    413: Refusal(
        status=413, title=mark("That is too large"), remedy=mark("Send a smaller file: 25 MB at most, diagrams 5 MB.")
    ),
    415: Refusal(status=415, title=mark("This kind of content is not accepted")),
    429: Refusal(status=429, title=mark("Too many tries"), remedy=mark("Wait a minute, then try again.")),
    500: Refusal(
        status=500,
        title=mark("Something went wrong"),
        remedy=mark("Nothing was changed. The operator finds the reason in the log of the server."),
    ),
    503: Refusal(status=503, title=mark("Keelson cannot serve now"), remedy=mark("Try again in a minute.")),
}


def refusal_of(error: Exception) -> Refusal:
    """Look the error up; what is not in the table is a 500."""
    return next((refusal for kind, refusal in TABLE if isinstance(error, kind)), STATUSES[500])


def wants_json() -> bool:
    """Say whether the asker is a script rather than a person's browser."""
    if "X-CSRFToken" in request.headers or request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html" and not request.accept_mimetypes.accept_html


def answer(refusal: Refusal, detail: str = "", *, code: str = "", **more: Any) -> Response:
    """The refusal as a page in the shell, or as a problem document (RFC 9457) for scripts."""
    if wants_json():
        problem = {
            "type": "about:blank",
            "title": _(refusal.title),
            "status": refusal.status,
            "detail": detail or _(refusal.remedy),
            "message": detail or _(refusal.title),
            "code": code,
            **more,
        }
        response = Response(json.dumps(problem), refusal.status, mimetype="application/problem+json")
    else:
        page = render_template("refusals/page.html", refusal=refusal, detail=detail, kept="kept" in session)
        response = Response(page, refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response


def keep_refusal(error: Exception) -> None:
    """Put a refused change on record, in a transaction of its own: the refused one came to nothing (decision 1)."""
    if (
        not isinstance(error, errors.NotAllowed | errors.SamePerson)
        or request.method == "GET"
        or not access.signed_in()
    ):
        return
    action = str(error.parameters.get("action") or type(error).__name__)
    try:
        with access.transaction() as tx:
            record_refusal(tx, action, f"{request.method} {request.path}")
    except errors.EngineError as problem:
        LOG.warning("a refusal could not be put on record", path=request.path, problem=problem.message)


def _engine_error(error: errors.EngineError) -> Response:
    refusal = refusal_of(error)
    keep_refusal(error)
    if isinstance(error, errors.Unavailable):
        LOG.warning("request refused", code=type(error).__name__, path=request.path, problem=error.message)
        access.go_on_without_database()
    elif refusal.status >= 500:
        LOG.error("request refused", code=type(error).__name__, path=request.path, exc_info=error)
    return answer(refusal, error.message, code=type(error).__name__)


def _unreadable(error: Exception) -> Response:
    return answer(refusal_of(error), str(error), code=type(error).__name__)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=error.get_headers())
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Refused"
    response = answer(STATUSES.get(status, Refusal(status=status, title=phrase)))
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return response


def _unexpected(error: Exception) -> Response:
    LOG.error("request failed", path=request.path, method=request.method, exc_info=error)
    return answer(STATUSES[500])


def _sign_in_needed(_error: access.SignInNeeded) -> Response:
    if wants_json():
        return answer(Refusal(status=401, title=mark("Sign in again"), remedy=mark("Your session has ended.")))
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    target = url_for("sign_in.page") if here == "/" else url_for("sign_in.page", next=here)
    return Response(status=303, headers={"Location": redirect(target).location})


def attach(app: Flask) -> None:
    """Answer every error from the table above."""
    app.register_error_handler(access.SignInNeeded, _sign_in_needed)
    app.register_error_handler(errors.EngineError, _engine_error)
    for kind in (BpmnError, BundleMissing, access.PageTooOld):
        app.register_error_handler(kind, _unreadable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
