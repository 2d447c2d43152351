"""Links between cases that people make and take away by hand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import linking as acts
from engine.errors import NotFound, Unacceptable
from engine.reports import links as reports
from webui import access
from webui.texts import gettext as _

PAGES = Blueprint("linking", __name__, url_prefix="/cases/<number>")

Answer = Response | str | tuple[str, int]


@PAGES.route("/link", methods=["GET", "POST"])
def link(number: str) -> Answer:
    """Find another case and say how this one is related to it."""
    text = request.values.get("text", "").strip()[:200]
    kind, other = request.form.get("kind", ""), request.form.get("other", "")
    problem: Unacceptable | None = None
    with access.reading() as tx:
        view = reports.linking(tx, number, text)
    if request.method == "POST":
        try:
            with access.transaction() as tx:
                linked = acts.link_cases(tx, view.instance.id, kind, other)
        except Unacceptable as refused:
            problem = refused
        else:
            flash(_("%(number)s is linked with %(other)s.", number=number, other=linked.number), "good")
            return _back(view.instance.number)
    page = render_template(
        "instances/link.html", view=view, text=text, kind=kind, other=other, problem=problem, words=reports.WORDS
    )
    return page, 422 if problem else 200


@PAGES.route("/unlink/<kind>/<other>", methods=["GET", "POST"])
def unlink(number: str, kind: str, other: str) -> Answer:
    """Take a link away, with a reason."""
    reason = request.form.get("reason", "")
    with access.reading() as tx:
        view = reports.linking(tx, number, "")
        found = reports.links_of(tx, view.instance).cases
    linked = next((each for each in found if (each.kind, each.number) == (kind, other)), None)
    if linked is None:
        raise NotFound("There is no such link.", number=other[:40])
    problem = ""
    if request.method == "POST":
        try:
            with access.transaction() as tx:
                acts.unlink_cases(tx, view.instance.id, kind, other, reason)
        except Unacceptable as refused:
            problem = refused.message
        else:
            flash(_("The link with %(other)s is removed.", other=other), "good")
            return _back(view.instance.number)
    page = render_template("instances/unlink.html", view=view, linked=linked, reason=reason, problem=problem)
    return page, 422 if problem else 200


def _back(number: str) -> Response:
    return redirect(url_for("instances.case", number=number, _anchor="links-title"), 303)
