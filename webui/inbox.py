"""My work: the tasks that wait for the person, and those offered to him."""

import hashlib
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.reports import ownership, worklist
from webui import access
from webui.texts import gettext as _

PAGES = Blueprint("inbox", __name__)
VIEWS = (("mine", _("Mine")), ("groups", _("Offered to me")), ("overdue", _("Overdue")), ("all", _("All")))
SORTS = (
    ("deadline", _("Deadline")),
    ("priority", _("Priority")),
    ("oldest", _("Oldest first")),
    ("newest", _("Newest first")),
)


def page_number() -> int:
    """The page asked for, from 1; anything odd is the first."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _query() -> worklist.WorkQuery:
    wanted = request.args.get("view", "mine")
    sort = request.args.get("sort", "deadline")
    return worklist.WorkQuery(
        view=wanted if wanted in dict(VIEWS) else "mine",
        text=request.args.get("text", "")[:200],
        process=request.args.get("process", ""),
        priority=request.args.get("priority", ""),
        sort=sort if sort in dict(SORTS) else "deadline",
        page=page_number(),
    )


def _address(query: worklist.WorkQuery, *, endpoint: str = "inbox.work", **other: Any) -> str:
    """The address of this list with something changed: filters, order and page are all in it."""
    standard: dict[str, Any] = {
        "view": "mine",
        "text": "",
        "process": "",
        "priority": "",
        "sort": "deadline",
        "page": 1,
    }
    values = {name: getattr(query, name) for name in standard} | other
    chosen = {name: value for name, value in values.items() if value != standard[name]}
    return url_for(endpoint, **chosen)


@PAGES.get("/")
def home() -> AnyResponse:
    """Work is where everybody begins."""
    return redirect(url_for("inbox.work"))


@PAGES.get("/work")
def work() -> str:
    """The list, with filters, order and page in the address."""
    query = _query()
    with access.reading() as tx:
        found = worklist.my_work(tx, query)
        vacancies = ownership.known_vacancies(tx)
    return render_template(
        "inbox/work.html",
        vacancies=vacancies,
        query=query,
        work=found,
        views=VIEWS,
        sorts=SORTS,
        address=lambda **other: _address(query, **other),
        rows_url=_address(query, endpoint="inbox.rows"),
    )


@PAGES.get("/work/rows")
def rows() -> Response:
    """Only the rows, for the page to refresh itself; 304 while nothing changed."""
    query = _query()
    with access.reading() as tx:
        found = worklist.my_work(tx, query)
    html = render_template("inbox/rows.html", query=query, work=found, address=lambda **other: _address(query, **other))
    response = Response(html)
    # Remaining times change by the minute and are repainted by the browser; tokens differ each time. Neither is news.
    news = [
        (row.task_id, row.title, row.assignee, row.priority, row.urgency, row.follow_up_at, row.look_again, _state(row))
        for row in found.rows
    ]
    response.set_etag(hashlib.sha256(f"{news}{query}{found.total}".encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _state(row: worklist.WorkRow) -> str | None:
    return row.deadline.state if row.deadline else None
