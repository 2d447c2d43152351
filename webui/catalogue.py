"""Start a request: what can be started, and the form that starts it."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engine.acts import drafting, starting
from engine.errors import StepFailed, Unacceptable
from engine.reports import catalogue
from forms.answers import Answers
from forms.errors import AnswersRejected, Problem
from webui import access, answering
from webui.answering import Posted, Question
from webui.areas import FEW, by_area
from webui.once import Answer
from webui.texts import gettext as _

PAGES = Blueprint("catalogue", __name__, url_prefix="/start")


@PAGES.get("")
def page() -> str:
    """What the person may start, by area; some of it where words are looked for."""
    words = request.args.get("text", "")[:200]
    with access.reading() as tx:
        found = catalogue.startable(tx)
    return render_template("catalogue/list.html", areas=by_area(found, words), words=words, searching=len(found) > FEW)


def _form(process_id: str) -> catalogue.StartForm:
    with access.reading() as tx:
        return catalogue.start_form(tx, process_id)


def _question(view: catalogue.StartForm) -> Question:
    return Question(
        form=view.form or answering.EMPTY, context=view.context, environment=view.environment, choices=view.choices
    )


@PAGES.get("/<process_id>")
def form(process_id: str) -> str:
    """The form that starts the process, as far as it was filled in before."""
    view = _form(process_id)
    return _page(view, answering.stored(view.draft) if view.draft else None)


@PAGES.post("/<process_id>")
def start(process_id: str) -> AnyResponse | tuple[str, int]:
    """Start a case and say its number."""
    sent = answering.posted()
    view = _form(process_id)
    question = _question(view)
    rows = answering.row_action(question, sent)
    if rows is not None:
        return _page(view, rows), 200
    try:
        answers = answering.accepted(question, sent)
        number = access.once(lambda answer: _start(process_id, answers, answer))
    except AnswersRejected as rejected:
        return _page(view, answering.settle(sent), problems=rejected.problems), 422
    except (StepFailed, Unacceptable) as refused:
        return _page(view, answering.settle(sent), refused=refused), 422
    link = Markup('<a href="{}">{}</a>').format(url_for("instances.case", number=number), number)
    flash(Markup("{} {}").format(_("Your request is on its way:"), link), "good")
    return redirect(url_for("instances.case", number=number), 303)


def _start(process_id: str, answers: Answers, answer: Answer) -> str:
    with access.transaction() as tx:
        return answer(tx, starting.start_case(tx, process_id, answers).number)


@PAGES.post("/<process_id>/draft")
def draft(process_id: str) -> Response:
    """Keep the half-filled form for this person."""
    sent = answering.posted()
    with access.transaction() as tx:
        drafting.keep_draft(tx, f"start:{process_id}", answering.without_tokens(sent.raw))
    return Response(status=204)


@PAGES.post("/<process_id>/fields")
def fields(process_id: str) -> str:
    """The fields for what was typed so far."""
    sent = answering.posted()
    question = _question(_form(process_id))
    return answering.fields(question, answering.row_action(question, sent) or answering.settle(sent))


def _page(view: catalogue.StartForm, sent: Posted | None, problems: Sequence[Problem] = (), **more: object) -> str:
    return render_template(
        "catalogue/start.html",
        view=view,
        fields=answering.fields(_question(view), sent, problems),
        restored=sent is not None and request.method == "GET",
        problems=problems,
        **{"refused": None, **more},
    )
