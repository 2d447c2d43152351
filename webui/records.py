"""Services with their targets, and working hours."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import records as acts
from engine.errors import StaleRevision, Unacceptable
from engine.model.record import CalendarRecord, Service, Target
from engine.permissions import Action, may
from engine.reports import records as reports
from webui import access, typed, words
from webui.texts import gettext as _

PAGES = Blueprint("records", __name__)

DAYS = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
CLOCKS = ("response", "resolution")


@PAGES.get("/services")
def services() -> str:
    """The service catalogue."""
    with access.reading() as tx:
        found, may_change = reports.services(tx), may(tx.actor, Action.MANAGE_RECORDS)
    return render_template("records/services.html", services=found, may_change=may_change)


@PAGES.get("/services/new")
def service_new() -> str:
    """Ask for a new service."""
    return _service_page(None)


@PAGES.get("/services/<service_id>")
def service(service_id: str) -> str:
    """One service with its targets per priority."""
    return _service_page(service_id)


@PAGES.post("/services/new")
def service_add() -> Response | tuple[str, int]:
    """Add a service."""
    return _save_service(None)


@PAGES.post("/services/<service_id>")
def service_save(service_id: str) -> Response | tuple[str, int]:
    """Change a service."""
    return _save_service(service_id)


@PAGES.post("/targets/<service_id>")
@PAGES.post("/targets", defaults={"service_id": ""})
def targets_save(service_id: str) -> Response | tuple[str, int]:
    """Replace the targets of a service; without one, those of every service that has none of its own."""
    try:
        rows = _targets(service_id)
        with access.transaction() as tx:
            acts.save_targets(tx, service_id, rows)
    except Unacceptable as refused:
        return _targets_page(service_id, problems=_problems(refused)), 422
    flash(_("The targets are saved. Clocks that run already keep theirs."), "good")
    if service_id:
        return redirect(url_for("records.service", service_id=service_id), 303)
    return redirect(url_for("records.service_defaults"), 303)


@PAGES.get("/targets")
def service_defaults() -> str:
    """Targets of every service that has none of its own."""
    return _targets_page("")


def _targets_page(service_id: str, **more: Any) -> str:
    if service_id:
        return _service_page(service_id, **more)
    with access.reading() as tx:
        rows = reports.targets(tx, "")
    return render_template(
        "records/targets.html", grid=_grid(rows), priorities=PRIORITIES, clocks=CLOCKS, **_more(more)
    )


def _more(more: Mapping[str, Any]) -> dict[str, Any]:
    return {"typed": request.form if request.method == "POST" else {}, "problems": {}, **more}


def _grid(rows: Any) -> dict[tuple[str, str], tuple[str, bool]]:
    return {(row.priority, row.clock): (words.budget(row.budget_seconds), row.around_the_clock) for row in rows}


def _targets(service_id: str) -> list[Target]:
    rows = []
    for priority in PRIORITIES:
        for clock in CLOCKS:
            name = f"{priority}-{clock}"
            seconds = typed.span_seconds(request.form.get(name, ""), name)
            if seconds is not None:
                always = request.form.get(f"{name}-always") == "on"
                rows.append(
                    Target(
                        service_id=service_id,
                        priority=priority,
                        clock=clock,
                        budget_seconds=seconds,
                        around_the_clock=always,
                    )
                )
    return rows


def _service_page(service_id: str | None, **more: Any) -> str:
    with access.reading() as tx:
        view = reports.service(tx, service_id)
    return render_template(
        "records/service.html",
        view=view,
        service=view.row.service if view.row else None,
        grid=_grid(view.targets),
        priorities=PRIORITIES,
        clocks=CLOCKS,
        **_more(more),
    )


def _save_service(service_id: str | None) -> Response | tuple[str, int]:
    given = {
        name: request.form.get(name, "").strip()
        for name in ("title", "description", "owner_id", "calendar_id", "support_group")
    }
    wanted = Service(
        id=service_id or typed.slug(given["title"]),
        title=given["title"],
        description=given["description"],
        owner_id=given["owner_id"] or None,
        calendar_id=given["calendar_id"],
        support_group=given["support_group"] or None,
        active=service_id is None or request.form.get("active") == "on",
        version=0,
    )
    try:
        with access.transaction() as tx:
            saved = acts.save_service(tx, wanted, seen=_seen())
    except StaleRevision as refused:
        return _service_page(service_id, problems={"": refused.message}), 409
    except Unacceptable as refused:
        return _service_page(service_id, problems=_problems(refused)), 422
    flash(_("%(title)s is saved.", title=saved.title), "good")
    return redirect(url_for("records.service", service_id=saved.id), 303)


@PAGES.get("/working-hours")
def calendars() -> str:
    """All working hours."""
    with access.reading() as tx:
        found = reports.calendars(tx)
    return render_template("records/calendars.html", calendars=found, days=DAYS)


@PAGES.get("/working-hours/new")
def calendar_new() -> str:
    """Ask for new working hours."""
    return _calendar_page(None)


@PAGES.get("/working-hours/<calendar_id>")
def calendar(calendar_id: str) -> str:
    """One week, its zone and its holidays."""
    return _calendar_page(calendar_id)


@PAGES.post("/working-hours/new")
def calendar_add() -> Response | tuple[str, int]:
    """Add working hours."""
    return _save_calendar(None)


@PAGES.post("/working-hours/<calendar_id>")
def calendar_save(calendar_id: str) -> Response | tuple[str, int]:
    """Change working hours; clocks that run keep those they began with."""
    return _save_calendar(calendar_id)


def _calendar_page(calendar_id: str | None, **more: Any) -> str:
    with access.reading() as tx:
        found = reports.calendar(tx, calendar_id) if calendar_id else None
        reports.calendars(tx)
    return render_template("records/calendar.html", calendar=found, days=DAYS, shown=_shown(found), **_more(more))


def _shown(record: CalendarRecord | None) -> dict[str, str]:
    """The record as its form shows it; what was typed goes over it."""
    value: dict[str, Any] = dict(record.value) if record is not None and isinstance(record.value, dict) else {}
    week, holidays = value.get("week") or {}, value.get("holidays") or {}
    shown = {
        "title": record.title if record else "",
        "zone": str(value.get("zone") or access.installation().settings.zone),
        "country": str(holidays.get("country") or ""),
        "subdivision": str(holidays.get("subdivision") or ""),
        "extra": "\n".join(holidays.get("extra") or ()),
        "except": "\n".join(holidays.get("except") or ()),
    }
    for day, _label in DAYS:
        shown[day] = ", ".join(f"{begin}-{end}" for begin, end in week.get(day) or ())
    if record is None:
        shown |= dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
    if request.method == "POST":
        shown |= {name: request.form.get(name, "") for name in shown}
    return shown


def _save_calendar(calendar_id: str | None) -> Response | tuple[str, int]:
    form = request.form
    try:
        value = {
            "zone": form.get("zone", "").strip(),
            "week": {day: typed.hours(form.get(day, ""), day) for day, _label in DAYS},
            "holidays": {
                "country": form.get("country", "").strip().upper() or None,
                "subdivision": form.get("subdivision", "").strip().upper() or None,
                "extra": form.get("extra", "").split(),
                "except": form.get("except", "").split(),
            },
        }
        wanted = CalendarRecord(
            id=calendar_id or typed.slug(form.get("title", "")), title=form.get("title", ""), value=value, version=0
        )
        with access.transaction() as tx:
            saved = acts.save_calendar(tx, wanted, seen=_seen())
    except StaleRevision as refused:
        return _calendar_page(calendar_id, problems={"": refused.message}), 409
    except Unacceptable as refused:
        return _calendar_page(calendar_id, problems=_problems(refused)), 422
    flash(_("%(title)s is saved.", title=saved.title), "good")
    return redirect(url_for("records.calendars"), 303)


def _seen() -> int:
    text = request.form.get("seen", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _problems(refused: Unacceptable) -> dict[str, str]:
    return {str(refused.parameters.get("field", "")): refused.message}
