"""The change calendar, and the impact of a configuration item."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for

from bpmn.records import SERVICE
from engine.reports.change_calendar import calendar
from engine.reports.impact import Impact, Node, impact
from engine.schedule import ITEM
from webui import access, shell
from webui.records import DAYS
from webui.texts import gettext as _

PAGES = Blueprint("schedule", __name__)

MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August")),
    *(_("September"), _("October"), _("November"), _("December")),
)
FIRST_YEAR, LAST_YEAR = 2000, 2999
COLUMN: int = 12
"""How many records one column of the drawing holds; the list beside it holds all."""
WIDE, HIGH, ACROSS, DOWN = 160, 44, 44, 14
"""Size of a box of the drawing, and the room between boxes, in units of the drawing."""


@PAGES.get("/change-calendar")
def page() -> str:
    """Changes and freezes of a month or week, with what stands in whose way."""
    zone = access.zone()
    today = shell.now().astimezone(zone).date()
    by_week = request.args.get("view") == "week"
    with access.reading() as tx:
        view = calendar(tx, _day(request.args.get("at", ""), today), zone, by_week=by_week)
    month = f"{MONTHS[view.first.month - 1]} {view.first.year}"
    days = [label for _day_id, label in DAYS]
    return render_template("schedule/calendar.html", view=view, today=today, zone=zone, month=month, days=days)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


@dataclass(frozen=True, kw_only=True)
class Box:
    """A record in the drawing of an impact."""

    node: Node
    x: int
    y: int
    url: str | None
    here: bool


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The drawing of an impact: boxes and lines from what fails to what that hits."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int
    left_out: int


@PAGES.get("/impact/<key>")
def impact_page(key: str) -> str:
    """What fails when an item fails, and what it rests on: drawn, and as lists."""
    with access.reading() as tx:
        view = impact(tx, key)
    return render_template("schedule/impact.html", view=view, drawing=_drawn(view), item=ITEM, service=SERVICE)


def _drawn(view: Impact) -> Drawing:
    own = Node(key=view.record.key, title=view.record.title, type=ITEM, state=view.record.state, steps=0, via="")
    columns: dict[int, list[Node]] = defaultdict(list)
    for node in (own, *view.rests_on, *view.hits):
        columns[node.steps].append(node)
    shown = {steps: nodes[:COLUMN] for steps, nodes in sorted(columns.items())}
    height = max(len(nodes) for nodes in shown.values()) * (HIGH + DOWN) - DOWN
    boxes: dict[str, Box] = {}
    for column, (steps, nodes) in enumerate(shown.items()):
        top = (height - (len(nodes) * (HIGH + DOWN) - DOWN)) // 2
        for row, node in enumerate(nodes):
            address = url_for("schedule.impact_page", key=node.key) if node.type == ITEM and steps else None
            boxes[node.key] = Box(
                node=node, x=column * (WIDE + ACROSS), y=top + row * (HIGH + DOWN), url=address, here=not steps
            )
    lines = [_line(boxes[begin], boxes[end]) for begin, end in view.edges if begin in boxes and end in boxes]
    return Drawing(
        boxes=tuple(boxes.values()),
        lines=tuple(lines),
        width=len(shown) * (WIDE + ACROSS),
        height=height,
        left_out=sum(map(len, columns.values())) - len(boxes),
    )


def _line(begin: Box, end: Box) -> str:
    """The path from the right of what fails to the left of what that hits; around, where it leads back."""
    x, y = begin.x + WIDE, begin.y + HIGH // 2
    to_x, to_y = end.x, end.y + HIGH // 2
    if to_x > x:
        middle = (x + to_x) // 2
        return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x - 6} {to_y}"
    side = max(x, to_x + WIDE) + ACROSS // 2
    return f"M{x} {y}C{side} {y} {side} {to_y} {to_x + WIDE + 6} {to_y}"
