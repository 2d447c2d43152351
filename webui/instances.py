"""Cases: lists, search, the page of one case, and what people do on it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, json, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engine.acts import attaching, commenting, messaging, steering
from engine.errors import StepFailed, Unacceptable
from engine.reports import cases as reports
from engine.reports import diagram as diagrams
from engine.reports import search as finding
from engine.reports import trace
from engine.reports.case_records import records_of
from engine.reports.catalogue import startable
from engine.reports.links import links_of
from engine.reports.steering import around
from forms.errors import AnswersRejected, Problem
from forms.rendering import render_answers
from webui import access, answering
from webui.answering import Posted, Question
from webui.areas import speaking_of
from webui.audit import drawing, number_asked
from webui.inbox import page_number
from webui.once import Answer
from webui.pictures import pictured
from webui.sign_in import local
from webui.texts import TRANSLATIONS
from webui.texts import gettext as _

PAGES = Blueprint("instances", __name__)


def _query(*, mine: bool) -> reports.CaseQuery:
    state = request.args.get("state", "")
    return reports.CaseQuery(
        text=request.args.get("text", "")[:200],
        process=request.args.get("process", ""),
        state=state if state in {"active", "suspended", "completed", "cancelled"} else "",
        mine=mine,
        page=page_number(),
    )


def _list(*, mine: bool) -> str:
    query = _query(mine=mine)
    with access.reading() as tx:
        found = reports.find_cases(tx, query)
    endpoint = "instances.mine" if mine else "instances.cases"

    def address(**other: Any) -> str:
        values: dict[str, Any] = {
            "text": query.text,
            "process": query.process,
            "state": query.state,
            "page": query.page,
        } | other
        return url_for(endpoint, **{name: value for name, value in values.items() if value not in {"", 1}})

    return render_template(
        "instances/list.html",
        query=query,
        found=found,
        address=address,
        mine=mine,
        here=url_for(endpoint),
        filtered=bool(query.text or query.process or query.state),
    )


@PAGES.get("/requests")
def mine() -> str:
    """What the person reported or asked for."""
    return _list(mine=True)


@PAGES.get("/cases")
def cases() -> str:
    """Every case the person may see."""
    return _list(mine=False)


@PAGES.get("/search")
def search() -> AnyResponse | str:
    """Find cases, records and requests; an exact number or key goes straight there."""
    text = request.args.get("q", "").strip()[:200]
    if not text:
        return render_template("instances/search.html", text="")
    with access.reading() as tx:
        found = finding.search(tx, text)
        requests = speaking_of(startable(tx), text)
    match found.at(text):
        case "case", number:
            return redirect(url_for("instances.case", number=number))
        case kind, key:
            return redirect(url_for("registers.record", record_type=kind, key=key))
    return render_template("instances/search.html", text=text, found=found, requests=requests)


def _view(number: str) -> reports.CaseView:
    with access.reading() as tx:
        return reports.case_by_number(tx, number)


@PAGES.get("/cases/<number>")
def case(number: str) -> str:
    """One case: facts, open tasks, the path on the diagram, what happened, and what one may do."""
    return _page(_view(number))


def _page(view: reports.CaseView, **more: object) -> str:
    with access.reading() as tx:
        history = trace.history(tx, view.instance, number_asked("until"))
        beside = around(tx, view.instance)
        linked = links_of(tx, view.instance)
        kept = records_of(tx, view.instance, view.forms.values(), view.data, view.answers)

    def file_url(value: Any) -> str:
        return url_for("instances.file", number=view.instance.number, digest=str(value.get("digest")))

    def answers_of(done: reports.AnsweredForm) -> Markup:
        if done.form is None:
            return Markup("")
        return render_answers(
            done.form,
            values=done.values,
            context=done.values,
            environment=view.environment,
            choices=view.choices,
            zone=access.zone().key,
            translate=TRANSLATIONS.gettext,
            file_url=file_url,
        )

    values = {"typed": {}, "problem": "", **more}
    return render_template(
        "instances/case.html",
        view=view,
        history=history,
        answers_of=answers_of,
        around=beside,
        links=linked,
        records=kept,
        **values,
    )


@PAGES.post("/cases/<number>/comments")
def comment(number: str) -> AnyResponse | tuple[str, int]:
    """Add a comment; from a task's page one goes back there."""
    view = _view(number)
    text = request.form.get("text", "")

    def say(answer: Answer) -> str:
        with access.transaction() as tx:
            commenting.comment(tx, view.instance.id, text)
            return answer(tx, "said")

    try:
        access.once(say)
    except Unacceptable as refused:
        return _page(view, typed={"text": text}, problem=refused.message), 422
    target = local(request.args.get("next")) or url_for("instances.case", number=number)
    return redirect(f"{target}#comments", 303)


@PAGES.get("/cases/<number>/messages/<element_id>")
def message_page(number: str, element_id: str) -> str:
    """Ask what a message's form asks, before it is sent."""
    return _message_page(_offer(number, element_id), None)


@PAGES.post("/cases/<number>/messages/<element_id>")
def send(number: str, element_id: str) -> AnyResponse | tuple[str, int]:
    """Send a message that the case offers to this person."""
    sent = answering.posted()
    view = _offer(number, element_id)
    question = _question(view)
    rows = answering.row_action(question, sent)
    if rows is not None:
        return _message_page(view, rows), 200
    try:
        answers = answering.accepted(question, sent)
        with access.transaction() as tx:
            messaging.send_offered_message(tx, view.instance.id, element_id, answers)
    except AnswersRejected as rejected:
        return _message_page(view, answering.settle(sent), problems=rejected.problems), 422
    except StepFailed as refused:
        return _message_page(view, answering.settle(sent), refused=refused), 422
    flash(_("Done: %(title)s.", title=view.offer.title), "good")
    return redirect(url_for("instances.case", number=view.instance.number), 303)


@PAGES.post("/cases/<number>/messages/<element_id>/fields")
def message_fields(number: str, element_id: str) -> str:
    """The fields of a message's form for what was typed so far."""
    sent = answering.posted()
    question = _question(_offer(number, element_id))
    return answering.fields(question, answering.row_action(question, sent) or answering.settle(sent))


def _offer(number: str, element_id: str) -> reports.OfferForm:
    with access.reading() as tx:
        return reports.offer_form(tx, number, element_id)


def _question(view: reports.OfferForm) -> Question:
    return Question(
        form=view.form or answering.EMPTY, context=view.context, environment=view.environment, choices=view.choices
    )


def _message_page(
    view: reports.OfferForm, sent: Posted | None, problems: Sequence[Problem] = (), **more: object
) -> str:
    return render_template(
        "instances/message.html",
        view=view,
        offer=view.offer,
        fields=answering.fields(_question(view), sent, problems),
        problems=problems,
        **{"refused": None, **more},
    )


@PAGES.get("/cases/<number>/cancel")
def cancel_page(number: str) -> str:
    """Ask why the case is cancelled."""
    return render_template("instances/cancel.html", view=_view(number), reason="", problem="")


@PAGES.post("/cases/<number>/cancel")
def cancel(number: str) -> AnyResponse | tuple[str, int]:
    """Cancel the case, with a reason."""
    view = _view(number)
    reason = request.form.get("reason", "")
    try:
        with access.transaction() as tx:
            steering.cancel_case(tx, view.instance.id, reason)
    except Unacceptable as refused:
        return render_template("instances/cancel.html", view=view, reason=reason, problem=refused.message), 422
    flash(_("%(number)s is cancelled.", number=view.instance.number), "good")
    return redirect(url_for("instances.case", number=number), 303)


@PAGES.get("/cases/<number>/files/<digest>")
def file(number: str, digest: str) -> Response:
    """Download a file of the case; never shown in the browser, whatever it says it is."""
    with access.reading() as tx:
        view = reports.case_by_number(tx, number)
        attachment, path = attaching.open_file(tx, view.instance.id, digest)
    return download(path, attachment.name)


def download(path: Path, name: str) -> Response:
    """A file to be saved: no browser may guess its type or run what is in it."""
    response = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@PAGES.get("/cases/<number>/diagram.bpmn")
def diagram(number: str) -> Response:
    """The diagram the case runs on."""
    with access.reading() as tx:
        content = diagrams.diagram_bytes(tx, reports.visible_instance(tx, number))
    return Response(pictured(content), mimetype="application/xml")


@PAGES.get("/cases/<number>/progress.json")
def progress(number: str) -> Response:
    """Where the case stands on its diagram, and what each entry of its list touched."""
    with access.reading() as tx:
        instance = reports.visible_instance(tx, number)
        way, history = trace.history_drawn(tx, instance, number_asked("until"))
    document = drawing(way, history.entries)
    return Response(json.dumps(document), mimetype="application/json")
