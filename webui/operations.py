"""Operations: incidents to resolve, jobs that wait, and the chains verified on demand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import incidents as acts
from engine.acts import kept_messages
from engine.errors import NobodyWaits, StepFailed, Unacceptable
from engine.reports import incidents, messages, operations, ownership
from webui import access
from webui.inbox import page_number
from webui.texts import gettext as _

PAGES = Blueprint("operations", __name__, url_prefix="/operations")


def _overview(verdict: operations.ChainReport | None = None) -> str:
    with access.reading() as tx:
        found = operations.overview(tx)
        opened = incidents.incident_page(tx)
        kept = messages.count_kept(tx)
        vacancies = ownership.known_vacancies(tx)
    return render_template(
        "operations/page.html", overview=found, incidents=opened, kept=kept, vacancies=vacancies, verdict=verdict
    )


@PAGES.get("")
def page() -> str:
    """Incidents, jobs and streams at a glance."""
    return _overview()


@PAGES.post("/verify")
def verify() -> str:
    """Verify every chain now; reads only, and may take a while on a large journal."""
    with access.reading() as tx:
        verdict = operations.verify_chains(tx)
    return _overview(verdict)


@PAGES.get("/incidents")
def incident_list() -> str:
    """What an operator has to resolve, or what was resolved."""
    is_open = request.args.get("state") != "resolved"
    kind, number = request.args.get("kind", "")[:32], request.args.get("number", "").strip()[:32]
    with access.reading() as tx:
        found = incidents.incident_page(tx, is_open=is_open, page=page_number(), kind=kind, number=number)
    return render_template("operations/incidents.html", found=found, is_open=is_open, kind=kind, number=number)


@PAGES.get("/incidents/<incident_id>")
def incident(incident_id: str) -> str:
    """One incident: what failed, where, and what can be done."""
    return _incident(incident_id)


def _incident(incident_id: str, problem: str = "") -> str:
    with access.reading() as tx:
        view = incidents.incident_by_id(tx, incident_id)
    return render_template(
        "operations/incident.html", view=view, problem=problem, reason=request.form.get("reason", "")
    )


@PAGES.post("/incidents/<incident_id>")
def resolve(incident_id: str) -> Response | tuple[str, int]:
    """Have it tried again, or leave it undone, with a reason."""
    skipping = request.form.get("act") == "skip"
    try:
        with access.transaction() as tx:
            (acts.skip_incident if skipping else acts.retry_incident)(tx, incident_id, request.form.get("reason", ""))
    except (Unacceptable, StepFailed) as refused:
        return _incident(incident_id, refused.message), 422
    flash(_("It is left undone.") if skipping else _("It is tried again now."), "good")
    return redirect(url_for("operations.incident_list"), 303)


@PAGES.get("/messages")
def message_list() -> str:
    """Messages between cases that wait for a receiver, or those that are over."""
    is_kept = request.args.get("state") != "over"
    with access.reading() as tx:
        found = messages.kept_messages(tx, is_kept=is_kept, page=page_number())

    def address(page: int) -> str:
        return url_for("operations.message_list", state=None if is_kept else "over", page=page)

    return render_template("operations/messages.html", found=found, is_kept=is_kept, address=address)


@PAGES.get("/messages/<kept_id>")
def message(kept_id: str) -> str:
    """One message: what it carries, where it came from, and what can be done."""
    return _message(kept_id)


def _message(kept_id: str, problem: str = "") -> str:
    with access.reading() as tx:
        view = messages.kept_message(tx, kept_id)
    return render_template("operations/message.html", view=view, problem=problem, reason=request.form.get("reason", ""))


@PAGES.post("/messages/<kept_id>")
def settle_message(kept_id: str) -> Response | tuple[str, int]:
    """Have it delivered to who waits now, or take it away, with a reason."""
    delivering = request.form.get("act") == "deliver"
    try:
        with access.transaction() as tx:
            act = kept_messages.deliver_message if delivering else kept_messages.remove_message
            act(tx, kept_id, request.form.get("reason", ""))
    except Unacceptable as refused:
        return _message(kept_id, refused.message), 422
    except NobodyWaits as refused:
        return _message(kept_id, refused.message), 409
    flash(_("It is on its way.") if delivering else _("The message is removed."), "good")
    return redirect(url_for("operations.message_list"), 303)
