"""Senders: systems outside that may send messages. A token is shown once, when it is made."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import receiving
from engine.errors import Unacceptable
from engine.reports import senders as reports
from webui import access
from webui.texts import gettext as _

PAGES = Blueprint("senders", __name__, url_prefix="/operations/senders")


@PAGES.get("")
def page() -> str:
    """All senders, and a form for another."""
    return _page()


def _page(**more: Any) -> str:
    with access.reading() as tx:
        found = reports.senders(tx)
    typed = {
        "name": request.form.get("name", ""),
        "person": request.form.get("person", ""),
        "messages": request.form.getlist("messages"),
    }
    people = [(each.id, each.name) for each in found.people]
    return render_template(
        "senders/page.html", found=found, people=people, **{"typed": typed, "problems": {}, "token": "", **more}
    )


@PAGES.post("")
def add() -> str | tuple[str, int]:
    """Make a sender and show its token, this once."""
    name = request.form.get("name", "")
    try:
        with access.transaction() as tx:
            token = receiving.add_sender(
                tx, name, messages=request.form.getlist("messages"), person_id=request.form.get("person", "")
            )
    except Unacceptable as refused:
        return _page(problems={str(refused.parameters.get("field", "")): refused.message}), 422
    return _page(token=token, typed={}, address=url_for("door.message", _external=True))


@PAGES.post("/<sender_id>/revoke")
def revoke(sender_id: str) -> Response:
    """Let a sender send nothing any more."""
    with access.transaction() as tx:
        revoked = receiving.revoke_sender(tx, sender_id)
    flash(_("%(name)s can send nothing any more.", name=revoked.name), "good")
    return redirect(url_for("senders.page"), 303)
