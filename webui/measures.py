"""Measures: what every process measures and promises, by period, and the cases behind a figure."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from flask import Blueprint, render_template, request
from markupsafe import Markup

from bpmn.measures import Kind, Measure, ServiceLevel
from engine.acts import measuring
from engine.reports import measures as reports
from engine.reports import periods
from engine.transaction import Transaction
from forms.feel import DaysTime
from forms.feel.temporal import read_duration
from webui import access
from webui.texts import gettext as _
from webui.texts import ngettext

PAGES = Blueprint("measures", __name__, url_prefix="/measures")

AT_ONCE = 300
"""Of how many cases a page takes the figures itself; the worker does the others."""
WIDTH, HEIGHT = 120, 28

View = TypeVar("View")


@PAGES.get("")
def page() -> str:
    """Every process with its measures in a period."""
    process_id = request.args.get("process", "")[:128]
    view = _counted(lambda tx: reports.measures(tx, _period(tx), process_id))
    lists: dict[str, Callable[[reports.MeasureRow], bool]] = {
        "": lambda row: True,
        "off": lambda row: row.reached is False,
        "on": lambda row: row.reached is True,
    }
    words = {"": _("All"), "off": _("Off target"), "on": _("On target")}
    rows = [row for process in view.processes for row in process.rows]
    show = request.args.get("show", "") if request.args.get("show", "") in lists else ""
    shown = [(process, [row for row in process.rows if lists[show](row)]) for process in view.processes]
    return render_template(
        "measures/page.html",
        view=view,
        process_id=process_id,
        show=show,
        shown=[(process, found) for process, found in shown if found or (not show and process_id)],
        tabs=[(key, words[key], sum(map(wanted, rows))) for key, wanted in lists.items()],
        spark=spark,
        within=within,
    )


@PAGES.get("/<process_id>/<measure_id>")
def measure(process_id: str, measure_id: str) -> str:
    """One measure: its trend, and the cases behind the figure of the period."""
    view = _counted(lambda tx: reports.measure(tx, process_id, measure_id, _period(tx)))
    return render_template("measures/measure.html", view=view, spark=spark)


def _period(tx: Transaction) -> periods.Period:
    return periods.period_of(tx, request.args.get("period", "")[:16], request.args.get("length", "")[:16])


def _counted(ask: Callable[[Transaction], View]) -> View:
    """Ask, after cases that moved a moment ago were counted."""
    with access.reading() as tx:
        waiting = measuring.waits(tx)
    if waiting:
        with access.transaction() as tx:
            measuring.count_cases(tx, AT_ONCE)
    with access.reading() as tx:
        return ask(tx)


@PAGES.app_template_global()
def named(period: periods.Period) -> str:
    """A period in words: a month, a quarter, a year."""
    if period.length is periods.Length.YEAR:
        return str(period.year)
    if period.length is periods.Length.QUARTER:
        return _("Quarter %(n)s of %(year)s", n=(period.month + 2) // 3, year=period.year)
    months = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"),
        _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    return f"{months[period.month - 1]} {period.year}"


@PAGES.app_template_global()
def spoken(measure: Measure, value: Decimal | None) -> str:
    """A figure as people say it: shares in per cent, durations in hours or days."""
    if value is None:
        return "—"
    if measure.kind is Kind.SHARE:
        return _("%(n)s %%", n=_short(value * 100))
    if measure.unit == "%":
        return _("%(n)s %%", n=_short(value))
    if measure.unit == "hours":
        return _("%(n)s h", n=_short(value))
    if measure.unit == "days":
        return _("%(n)s d", n=_short(value / 24))
    return f"{_short(value)} {measure.unit}".strip()


def _short(value: Decimal) -> str:
    digits = 0 if value == value.to_integral_value() or abs(value) >= 100 else 1
    return f"{value:,.{digits}f}".replace(",", "\u202f")


def within(level: ServiceLevel) -> str:
    """The time a service level promises, in words; working days and hours."""
    length = read_duration(level.within) if level.within else None
    if not isinstance(length, DaysTime):
        return ""
    hours = length.nanoseconds / 3_600_000_000_000
    if hours >= 24 and hours % 24 == 0:
        return ngettext("within 1 working day", "within %(num)d working days", int(hours // 24))
    if hours == int(hours):
        return ngettext("within 1 working hour", "within %(num)d working hours", int(hours))
    return ngettext("within 1 minute of working time", "within %(num)d minutes of working time", int(hours * 60))


def spark(figures: Sequence[reports.Figure]) -> Markup:
    """The trend as a small line, for the eye only: the figures stand beside or behind it as text."""
    known = [(place, figure.value) for place, figure in enumerate(figures) if figure.value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(value for _n, value in known), max(value for _n, value in known)
    span = high - low or Decimal(1)
    step = Decimal(WIDTH - 4) / (len(figures) - 1)
    points = [(2 + step * n, HEIGHT - 4 - (value - low) / span * (HEIGHT - 8)) for n, value in known]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2.5"/></svg>'
    ).format(WIDTH, HEIGHT, WIDTH, HEIGHT, line, *points[-1])
