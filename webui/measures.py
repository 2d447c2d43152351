"""Measures: what every process measures and promises, by period, and the cases behind a figure."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from bpmn.measures import Kind, Measure, ServiceLevel
from engine import periods
from engine.acts import baselines, measuring
from engine.errors import Unacceptable
from engine.figures import Figure, MeasureRow
from engine.model.baseline import Baseline
from engine.reports import measures as reports
from engine.transaction import Transaction
from forms.feel import DaysTime
from forms.feel.temporal import read_duration
from webui import access
from webui.areas import by_area
from webui.texts import gettext as _
from webui.texts import ngettext

PAGES = Blueprint("measures", __name__, url_prefix="/measures")

AT_ONCE = 300
"""Of how many cases a page takes the figures itself; the worker does the others."""
WIDTH, HEIGHT = 120, 28
CHART_WIDTH, CHART_HEIGHT = 640, 160
FEW = 8
"""How many of the measures that miss their target the overview shows."""

View = TypeVar("View")


@PAGES.get("")
def page() -> str:
    """What misses its target and how each process stands; asked for a process, owner or list: its measures."""
    process_id, owner = request.args.get("process", "")[:128], request.args.get("owner", "")[:200]
    view = _counted(lambda tx: reports.measures(tx, _period(tx), process_id))
    processes = [each for each in view.processes if owner in ("", *each.owners)]
    chosen = _lists(process_id, owner)
    show = request.args.get("show", "") if request.args.get("show", "") in chosen else next(iter(chosen))
    rows = [(process, row) for process in processes for row in process.rows]
    words = {"": _("Overview"), "off": _("Off target"), "on": _("On target"), "all": _("All")}
    return render_template(
        "measures/page.html",
        view=view,
        process_id=process_id,
        owner=owner,
        show=show,
        missed=sorted((each for each in rows if each[1].reached is False), key=lambda each: -each[1].missed_by),
        areas=by_area(processes),
        shown=_shown(processes, chosen[show], whole=bool(process_id)),
        tabs=[
            (key, words[key], sum(wanted(row) for _p, row in rows) if key else None) for key, wanted in chosen.items()
        ],
        baseline=_baseline(processes),
        titles=_titles(view),
        owners=[(name, name) for name in sorted({name for each in view.processes for name in each.owners})],
        few=FEW,
        spark=spark,
        within=within,
    )


def _lists(process_id: str, owner: str) -> Mapping[str, Callable[[MeasureRow], bool]]:
    """The lists there are, the first of which is shown unasked: where little is asked for, it is all of that."""
    wanted: dict[str, Callable[[MeasureRow], bool]] = {
        "all": lambda row: True,
        "off": lambda row: row.reached is False,
        "on": lambda row: row.reached is True,
    }
    return wanted if process_id or owner else {"": lambda row: False, **wanted}


def _shown(
    processes: Sequence[reports.ProcessMeasures], wanted: Callable[[MeasureRow], bool], *, whole: bool
) -> list[tuple[reports.ProcessMeasures, list[MeasureRow]]]:
    shown = [(process, [row for row in process.rows if wanted(row)]) for process in processes]
    return [(process, found) for process, found in shown if found or whole]


def _baseline(processes: Sequence[reports.ProcessMeasures]) -> Baseline | None:
    """The baseline that is looked at beside a single process: the one asked for, else the newest."""
    kept = [each for each, _period in processes[0].baselines] if len(processes) == 1 else []
    asked = [each for each in kept if each.title == request.args.get("baseline")]
    return next(iter(asked or kept[-1:]), None)


def _titles(view: reports.MeasuresView) -> list[tuple[str, str]]:
    """The processes to choose from, by title."""
    return sorted(((each.process_id, each.title) for each in view.processes), key=lambda each: each[1].casefold())


@PAGES.get("/<process_id>/<measure_id>")
def measure(process_id: str, measure_id: str) -> str:
    """One measure: its trend, and the cases behind the figure of the period."""
    view = _counted(lambda tx: reports.measure(tx, process_id, measure_id, _period(tx)))
    return render_template("measures/measure.html", view=view, chart=chart)


@PAGES.post("/<process_id>/baseline")
def keep(process_id: str) -> Response:
    """Keep the figures of the period under a name."""
    with access.transaction() as tx:
        measuring.count_cases(tx, AT_ONCE)
    try:
        with access.transaction() as tx:
            kept = baselines.keep_baseline(tx, process_id, request.form.get("title", ""), _period(tx))
    except Unacceptable as refused:
        flash(refused.message, "bad")
        return _back(process_id)
    flash(_("Kept as the baseline “%(title)s”.", title=kept.title), "good")
    return _back(process_id)


@PAGES.post("/<process_id>/baseline/remove")
def remove(process_id: str) -> Response:
    """Keep a baseline no longer."""
    with access.transaction() as tx:
        baselines.remove_baseline(tx, process_id, request.form.get("title", ""))
    flash(_("The baseline is removed."), "good")
    return _back(process_id)


def _back(process_id: str) -> Response:
    period, length = request.args.get("period", "")[:16], request.args.get("length", "")[:16]
    return redirect(url_for("measures.page", process=process_id, period=period, length=length), 303)


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


def spark(figures: Sequence[Figure]) -> Markup:
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


def chart(row: MeasureRow) -> Markup:
    """The trend with the target as a dashed line, for the eye only: the figures stand below it as text."""
    known = [(place, figure.value) for place, figure in enumerate(row.figures) if figure.value is not None]
    if len(known) < 2:
        return Markup("")
    target = row.measure.target
    heights = [value for _n, value in known] + ([] if target is None else [target])
    low, high = min(heights), max(heights)
    span = high - low or Decimal(1)

    def across(place: int) -> Decimal:
        return 8 + Decimal(CHART_WIDTH - 16) / (len(row.figures) - 1) * place

    def down(value: Decimal) -> Decimal:
        return CHART_HEIGHT - 10 - (value - low) / span * (CHART_HEIGHT - 20)

    line = " ".join(f"{across(n):.1f},{down(value):.1f}" for n, value in known)
    aim = Markup("")
    if target is not None:
        y = f"{down(target):.1f}"
        aim = Markup('<line class="aim" x1="0" x2="{}" y1="{}" y2="{}"/>').format(CHART_WIDTH, y, y)
    dots = Markup("").join(
        Markup('<circle cx="{}" cy="{}" r="3.5"/>').format(f"{across(n):.1f}", f"{down(value):.1f}")
        for n, value in known
    )
    return Markup(
        '<svg class="spark chart" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}'
        '<polyline points="{}"/>{}</svg>'
    ).format(CHART_WIDTH, CHART_HEIGHT, aim, line, dots)
