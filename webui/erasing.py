"""Erasing personal data: find a case or a person, see what would go, say why, and do it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import erasing as acts
from engine.errors import Conflict, NotFound, Unacceptable
from engine.reports import erasure as reports
from engine.reports.cases import visible_instance
from webui import access
from webui.texts import gettext as _

PAGES = Blueprint("erasing", __name__, url_prefix="/data-protection")

Answer = Response | str | tuple[str, int]


@PAGES.get("")
def page() -> Answer:
    """Find the case or the people whose data are to be erased."""
    number, text = request.args.get("number", "").strip(), request.args.get("text", "")[:200]
    problem = ""
    with access.reading() as tx:
        found = reports.people_to_erase(tx, text)
        if number:
            try:
                instance = visible_instance(tx, number)
                return redirect(url_for("erasing.case", number=instance.number))
            except NotFound as refused:
                problem = refused.message
    page = render_template("erasing/page.html", number=number, text=text, people=found, problem=problem)
    return (page, 404) if problem else page


@PAGES.route("/cases/<number>", methods=["GET", "POST"])
def case(number: str) -> Answer:
    """Say what would go with a case; on POST erase it."""
    with access.reading() as tx:
        instance, erasure = reports.erasure_of_case(tx, number)
    problem = ""
    if request.method == "POST":
        try:
            with access.transaction() as tx:
                acts.erase_case(tx, instance.id, request.form.get("reason", ""))
            flash(_("The personal data of %(number)s are erased.", number=instance.number), "good")
            return redirect(url_for("erasing.page"), 303)
        except (Unacceptable, Conflict) as refused:
            problem = refused.message
    back = url_for("instances.case", number=instance.number)
    return _page(instance.number, instance.title, back, erasure, problem)


@PAGES.route("/people/<person_id>", methods=["GET", "POST"])
def person(person_id: str) -> Answer:
    """Say what would go with a person; on POST erase him."""
    with access.reading() as tx:
        found, erasure = reports.erasure_of_person(tx, person_id)
    problem = ""
    if request.method == "POST":
        try:
            with access.transaction() as tx:
                acts.erase_person(tx, person_id, request.form.get("reason", ""))
            flash(_("What was known of this person is erased."), "good")
            return redirect(url_for("erasing.page"), 303)
        except (Unacceptable, Conflict) as refused:
            problem = refused.message
    active = _("The account is active: an administrator deactivates it first.") if found.active else ""
    return _page(found.name, found.login, url_for("erasing.page"), erasure, problem, person=True, obstacle=active)


def _page(title: str, sub: str, back: str, erasure: reports.Erasure, problem: str, **more: object) -> Answer:
    reason = request.form.get("reason", "")
    page = render_template(
        "erasing/preview.html",
        title=title,
        sub=sub,
        back=back,
        erasure=erasure,
        problem=problem,
        reason=reason,
        **{"person": False, "obstacle": "", **more},
    )
    return (page, 422) if problem else page
