"""One's own account: time zone, and what was typed before a sign-in ran out."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import drafting, people
from engine.errors import Conflict, NotAllowed, NotFound, Unacceptable, Unavailable
from webui import access
from webui.kept import Kept
from webui.sign_in import local
from webui.texts import gettext as _

PAGES = Blueprint("me", __name__, url_prefix="/me")


@PAGES.get("")
def page() -> str:
    """Show the account."""
    return _page()


@PAGES.post("")
def change() -> Response | tuple[str, int]:
    """Set the time zone of one's pages."""
    zone = request.form.get("zone", "")
    try:
        with access.transaction() as tx:
            people.change_own_zone(tx, zone)
    except Unacceptable as refused:
        return _page(zone, refused.message), 422
    flash(_("Times are now shown in %(zone)s.", zone=zone), "good")
    return redirect(url_for("me.page"), 303)


@PAGES.get("/kept")
def kept() -> Response | str:
    """Give back what was typed and not accepted: as the draft of its form, else to read and copy."""
    found = access.take_kept()
    if found is None:
        return redirect(local(request.args.get("next")) or url_for("inbox.home"), 303)
    try:
        is_draft = _as_draft(found)
    except Unavailable:
        access.keep_again(found)
        raise
    if is_draft:
        flash(_("Your answers are back. Check them and send again."), "good")
        if found.files:
            flash(_("Files could not be kept: choose them again."), "warn")
        return redirect(found.path, 303)
    values = [(name, value) for name, values in found.fields.items() for value in values if value.strip()]
    return render_template("me/kept.html", values=values)


def _as_draft(found: Kept) -> bool:
    """Keep it as the draft of the form it was typed into; False when it was no such form, or it is asked no more."""
    parts = found.path.strip("/").split("/")
    if len(parts) != 2 or parts[0] not in {"tasks", "start"}:
        return False
    try:
        with access.transaction() as tx:
            drafting.keep_draft(tx, f"{'task' if parts[0] == 'tasks' else 'start'}:{parts[1]}", found.fields)
    except (NotFound, NotAllowed, Conflict, Unacceptable):
        return False
    return True


def _page(zone: str | None = None, problem: str = "") -> str:
    return render_template(
        "me/page.html",
        person=access.person(),
        zone=zone or access.person().zone,
        zones=sorted(name for name in available_timezones() if "/" in name or name == "UTC"),
        problem=problem,
    )
