"""Registers: lists of records, the page of one, and the forms by which people keep them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bpmn.records import RETIRED, SERVICE
from engine.acts import registering
from engine.errors import StaleRevision, Unacceptable
from engine.model.register import Record, Wanted
from engine.reports import record_history, registers
from forms.errors import AnswersRejected, Problem
from forms.rendering import render_answers
from webui import access, answering
from webui.answering import Posted, Question
from webui.inbox import page_number
from webui.once import Answer
from webui.texts import TRANSLATIONS
from webui.texts import gettext as _

PAGES = Blueprint("registers", __name__, url_prefix="/records")

OWN: Final = ("_title", "_owner", "_state")
"""What the page asks beside the form of the type."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet takes for a formula."""


@PAGES.get("")
def overview() -> str:
    """Every register the person may read."""
    with access.reading() as tx:
        lines = registers.overview(tx)
    return render_template("registers/overview.html", lines=lines)


def _query() -> registers.RecordQuery:
    return registers.RecordQuery(
        text=request.args.get("text", "")[:200],
        state=request.args.get("state", "")[:64],
        mine=request.args.get("mine") == "1",
        sort=request.args.get("sort", "title"),
        down=request.args.get("down") == "1",
        page=page_number(),
    )


@PAGES.get("/<record_type>")
def listed(record_type: str) -> AnyResponse | str:
    """The records of one type."""
    if record_type == SERVICE:
        return redirect(url_for("records.services"))
    query = _query()
    with access.reading() as tx:
        found = registers.find_records(tx, record_type, query)

    def address(endpoint: str = "registers.listed", **other: Any) -> str:
        values: dict[str, Any] = {**_asked(query), "page": query.page, **other}
        given = {name: value for name, value in values.items() if value not in {"", 1, "title"}}
        return url_for(endpoint, record_type=record_type, **given)

    filtered = bool(query.text or query.state or query.mine)
    return render_template(
        "registers/list.html", found=found, query=query, address=address, filtered=filtered, retired=RETIRED
    )


def _asked(query: registers.RecordQuery) -> dict[str, str]:
    return {
        "text": query.text,
        "state": query.state,
        "mine": "1" if query.mine else "",
        "sort": query.sort,
        "down": "1" if query.down else "",
    }


@PAGES.get("/<record_type>.csv")
def export(record_type: str) -> Response:
    """The records that fit, with all their fields, as a table; no cell is taken for a formula."""
    out = io.StringIO()
    with access.reading() as tx:
        write = csv.writer(out).writerow
        for line in registers.exported(tx, record_type, _query()):
            write([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in line])
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{record_type}.csv"'
    return response


@PAGES.get("/<record_type>/<key>")
def record(record_type: str, key: str) -> AnyResponse | str:
    """One record: what it holds, its history, what it is related to."""
    return _page(record_type, key)


def _page(record_type: str, key: str, problem: str = "") -> str:
    with access.reading() as tx:
        view = record_history.record_view(tx, record_type, key)
    values = view.record.values
    answers = render_answers(
        view.type.form,
        values=values,
        context=values,
        environment=view.environment,
        choices=view.choices,
        zone=access.zone().key,
        translate=TRANSLATIONS.gettext,
    )
    groups = registers.grouped(view.related)
    return render_template("registers/record.html", view=view, answers=answers, groups=groups, problem=problem)


@PAGES.get("/<record_type>/new")
def new(record_type: str) -> str:
    """Ask for a new record."""
    return _form_page(_form(record_type, None))


@PAGES.get("/<record_type>/<key>/edit")
def edit(record_type: str, key: str) -> str:
    """Ask what is to change."""
    with access.reading() as tx:
        registering.record_to_edit(tx, record_type, key)
    return _form_page(_form(record_type, key))


@PAGES.post("/<record_type>/new")
def add(record_type: str) -> AnyResponse | tuple[str, int]:
    """Add a record."""
    return _saved(record_type, None)


@PAGES.post("/<record_type>/<key>/edit")
def save(record_type: str, key: str) -> AnyResponse | tuple[str, int]:
    """Save a new version of the record."""
    return _saved(record_type, key)


@PAGES.post("/<record_type>/fields")
def fields(record_type: str) -> str:
    """The fields for what was typed so far: conditions and list rows are worked out anew."""
    sent, question = answering.posted(), _question(_form(record_type, request.args.get("key")))
    return answering.fields(question, answering.row_action(question, sent) or answering.settle(sent))


@PAGES.post("/<record_type>/<key>/retire")
def retire(record_type: str, key: str) -> AnyResponse | tuple[str, int]:
    """Use the record no longer."""
    try:
        with access.transaction() as tx:
            registering.retire_record(tx, record_type, key, request.form.get("reason", ""), seen=_seen())
    except StaleRevision as refused:
        return _page(record_type, key, refused.message), 409
    except Unacceptable as refused:
        return _page(record_type, key, refused.message), 422
    flash(_("%(key)s is retired. It stays here, with its history.", key=key), "good")
    return redirect(url_for("registers.record", record_type=record_type, key=key), 303)


@PAGES.post("/<record_type>/<key>/restore")
def restore(record_type: str, key: str) -> AnyResponse | tuple[str, int]:
    """Use a retired record again."""
    try:
        with access.transaction() as tx:
            registering.restore_record(tx, record_type, key, seen=_seen())
    except StaleRevision as refused:
        return _page(record_type, key, refused.message), 409
    except (Unacceptable, AnswersRejected) as refused:
        return _page(record_type, key, str(refused)), 422
    flash(_("%(key)s is in use again.", key=key), "good")
    return redirect(url_for("registers.record", record_type=record_type, key=key), 303)


def _form(record_type: str, key: str | None) -> registers.RecordForm:
    with access.reading() as tx:
        return registers.record_form(tx, record_type, key)


def _question(view: registers.RecordForm) -> Question:
    return Question(form=view.form, context=view.values, environment=view.environment, choices=view.choices)


def _saved(record_type: str, key: str | None) -> AnyResponse | tuple[str, int]:
    sent = answering.posted()
    view = _form(record_type, key)
    question = _question(view)
    rows = answering.row_action(question, sent)
    if rows is not None:
        return _form_page(view, rows), 200
    given = {name: request.form.get(name, "").strip() for name in OWN}
    try:
        values = answering.accepted(question, sent).values
        wanted = Wanted(values=values, title=given["_title"], owner_id=given["_owner"] or None, state=given["_state"])
        saved = access.once(lambda answer: _save(record_type, key, wanted, answer))
    except AnswersRejected as rejected:
        return _form_page(view, answering.settle(sent), problems=rejected.problems), 422
    except StaleRevision as refused:
        return _form_page(view, answering.settle(sent), refused=_words(refused), stale=True), 409
    except Unacceptable as refused:
        return _form_page(view, answering.settle(sent), refused=_words(refused)), 422
    flash(_("%(key)s is saved.", key=saved), "good")
    return redirect(url_for("registers.record", record_type=record_type, key=saved), 303)


def _save(record_type: str, key: str | None, wanted: Wanted, answer: Answer) -> str:
    with access.transaction() as tx:
        return answer(tx, registering.save_record(tx, record_type, key, wanted, seen=_seen()).key)


def _words(refused: Unacceptable | StaleRevision) -> tuple[str, str]:
    field = str(refused.parameters.get("field", ""))
    return (f"_{field}" if f"_{field}" in OWN else ""), refused.message


def _seen() -> int:
    text = request.form.get("seen", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _form_page(
    view: registers.RecordForm, sent: Posted | None = None, problems: Sequence[Problem] = (), **more: object
) -> str:
    values = {"refused": None, "stale": False, **more}
    return render_template(
        "registers/form.html",
        view=view,
        own=_own(view.record, sent),
        fields=answering.fields(_question(view), sent, problems),
        problems=problems,
        **values,
    )


def _own(record: Record | None, sent: Posted | None) -> Mapping[str, str]:
    """What the page's own fields hold: what was typed, else what the record has."""
    if sent is not None:
        return {name: next(iter(sent.raw.get(name, ())), "") for name in (*OWN, "seen")}
    actor = access.actor().person_id or ""
    if record is None:
        return {"_title": "", "_owner": actor, "_state": "", "seen": "0"}
    state = "" if record.retired else record.state
    return {"_title": record.title, "_owner": record.owner_id or "", "_state": state, "seen": str(record.version)}
