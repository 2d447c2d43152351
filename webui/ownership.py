"""Ownership: who answers for what, and what nobody answers for."""

from flask import Blueprint, render_template, request, url_for

from engine.ownership import Owned, Subject
from engine.reports import ownership as reports
from webui import access

PAGES = Blueprint("ownership", __name__, url_prefix="/ownership")

LISTS = ("vacant", "mine", *Subject)


@PAGES.get("")
def page() -> str:
    """What has no owner, what is one's own, and everything by kind."""
    with access.reading() as tx:
        view = reports.ownership(tx)
    show = request.args.get("show", "")
    show = show if show in LISTS else "vacant" if view.vacant else "mine" if view.mine else Subject.PROCESS
    lists = {"vacant": view.vacant, "mine": view.mine, **{each.value: view.of(each) for each in Subject}}
    return render_template("ownership/page.html", view=view, show=show, lists=lists, address=address)


def address(one: Owned) -> str:
    """The page of what is owned; "" where it has none."""
    match one.subject:
        case Subject.PROCESS:
            return url_for("authoring.process", process_id=one.id)
        case Subject.SERVICE:
            return url_for("records.service", service_id=one.id)
        case _:
            return ""
