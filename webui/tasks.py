"""A task: its form, its facts, and what can be done with it."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engine import offering
from engine.acts import claiming, completing, drafting
from engine.errors import Conflict, EngineError, NotAllowed, StepFailed, Unacceptable
from engine.reports import worklist
from forms.errors import AnswersRejected, Problem
from webui import access, answering, typed
from webui.addresses import address
from webui.answering import Posted, Question
from webui.once import Answer
from webui.refusals import keep_refusal, refusal_of
from webui.sign_in import local
from webui.texts import gettext as _

PAGES = Blueprint("tasks", __name__, url_prefix="/tasks")


def _open(task_id: str) -> worklist.OpenTask:
    with access.reading() as tx:
        return worklist.open_task(tx, task_id)


def _question(view: worklist.AskedTask) -> Question:
    return Question(
        form=view.form or answering.EMPTY, context=view.context, environment=view.environment, choices=view.choices
    )


@PAGES.get("/<task_id>")
def page(task_id: str) -> str:
    """Show the task: the form as far as it was filled in before."""
    view = _open(task_id)
    sent = answering.stored(view.draft) if view.draft else None
    return _page(view, sent)


@PAGES.post("/<task_id>")
def complete(task_id: str) -> AnyResponse | tuple[str, int]:
    """Complete the task, or carry out a list button of its form; what was typed is never lost."""
    sent = answering.posted()
    try:
        try:
            return redirect(access.once(lambda answer: _complete(task_id, sent, answer)), 303)
        except _ShowAgain as shown:
            return _page(_open(task_id), shown.sent, problems=shown.problems), 422 if shown.problems else 200
    except (Conflict, StepFailed, NotAllowed) as refused:
        return _conflict(task_id, sent, refused)


class _ShowAgain(Exception):
    """The form is shown again: a row was added or removed, or answers need mending."""

    def __init__(self, sent: Posted, problems: Sequence[Problem] = ()) -> None:
        self.sent = sent
        self.problems = problems


def _complete(task_id: str, sent: Posted, answer: Answer) -> str:
    """Complete the task and give the address to go on to."""
    with access.reading() as tx:
        asked = worklist.asked_task(tx, task_id)
    question = _question(asked)
    rows = answering.row_action(question, sent)
    if rows is not None:
        raise _ShowAgain(rows)
    # Whoever was slower hears that first, not that a field is missing.
    offering.check_open(asked.task, seen=_seen())
    offering.check_may_complete(access.actor(), asked.task)
    try:
        answers = answering.accepted(question, sent)
    except AnswersRejected as rejected:
        raise _ShowAgain(answering.settle(sent), rejected.problems) from rejected
    with access.transaction() as tx:
        task = completing.complete_task(tx, task_id, answers, _seen()).next_task
        target = answer(tx, address("inbox.work") if task is None else address("tasks.page", task_id=task.id))
    flash(_("Done: %(title)s.", title=asked.task.title), "good")
    return target


@PAGES.post("/<task_id>/draft")
def draft(task_id: str) -> Response:
    """Keep the half-filled form for this person."""
    sent = answering.posted()
    with access.transaction() as tx:
        drafting.keep_draft(tx, f"task:{task_id}", answering.without_tokens(sent.raw))
    return Response(status=204)


@PAGES.post("/<task_id>/fields")
def fields(task_id: str) -> str:
    """The fields for what was typed so far: conditions and list rows are worked out anew."""
    sent = answering.posted()
    with access.reading() as tx:
        question = _question(worklist.asked_task(tx, task_id))
    return answering.fields(question, answering.row_action(question, sent) or answering.settle(sent))


@PAGES.post("/<task_id>/claim")
def claim(task_id: str) -> AnyResponse:
    """Take the task; from a list one stays there."""
    with access.transaction() as tx:
        claiming.claim(tx, task_id)
    target = local(request.form.get("next"))
    if target is not None:
        link = Markup('<a href="{}">{}</a>').format(url_for("tasks.page", task_id=task_id), _("Open it"))
        flash(Markup("{} {}").format(_("The task is yours."), link), "good")
    return redirect(target or url_for("tasks.page", task_id=task_id), 303)


@PAGES.post("/<task_id>/give-back")
def give_back(task_id: str) -> AnyResponse:
    """Give the task back to its group."""
    with access.transaction() as tx:
        claiming.release(tx, task_id)
    flash(_("You gave the task back to its group."), "good")
    return redirect(url_for("tasks.page", task_id=task_id), 303)


@PAGES.get("/<task_id>/assign")
def assign_page(task_id: str) -> str:
    """Ask whom to hand the task to, and why."""
    return _assigning(task_id, typed={}, problem="")


@PAGES.post("/<task_id>/assign")
def assign(task_id: str) -> AnyResponse | tuple[str, int]:
    """Hand the task to somebody who can be offered it, with a reason."""
    given = {name: request.form.get(name, "") for name in ("person", "reason")}
    try:
        with access.transaction() as tx:
            claiming.assign(tx, task_id, given["person"] or None, given["reason"])
    except Unacceptable as refused:
        return _assigning(task_id, typed=given, problem=refused.message), 422
    flash(_("The task was handed over."), "good")
    return redirect(url_for("tasks.page", task_id=task_id), 303)


def _assigning(task_id: str, **values: object) -> str:
    with access.reading() as tx:
        view = worklist.open_task(tx, task_id)
        if not view.may_assign:
            raise NotAllowed(_("You may not hand this task over."), task_id=task_id)
        people = worklist.assignable(tx, view.task)
    return render_template("tasks/assign.html", view=view, assignable=people, **values)


@PAGES.route("/<task_id>/due", methods=["GET", "POST"])
def due(task_id: str) -> AnyResponse | str | tuple[str, int]:
    """Ask when the task is due and looked at again, how urgent it is, and why that changes."""
    view = _open(task_id)
    if not view.may_schedule:
        raise NotAllowed(_("You may not change when this task is due."), task_id=task_id)
    zone = access.zone()
    if request.method == "GET":
        dates = {"due": view.task.due_at, "follow_up": view.task.follow_up_at}
        given = {name: typed.local_moment(date, zone) for name, date in dates.items()}
        given["priority"] = str(view.task.priority)
        return render_template("tasks/due.html", view=view, typed=given, problem="", field="")
    given = {name: request.form.get(name, "") for name in ("due", "follow_up", "priority", "reason")}
    try:
        wanted = {name: typed.moment(given[name], zone, name) for name in ("due", "follow_up")}
        with access.transaction() as tx:
            claiming.reschedule(
                tx,
                task_id,
                due_at=wanted["due"],
                follow_up_at=wanted["follow_up"],
                priority=_number(given["priority"]),
                reason=given["reason"],
                seen=_seen(),
            )
    except Unacceptable as refused:
        field = str(refused.parameters.get("field", ""))
        page = render_template("tasks/due.html", view=view, typed=given, problem=refused.message, field=field)
        return page, 422
    flash(_("The dates and the priority of the task are as you said."), "good")
    return redirect(url_for("tasks.page", task_id=task_id), 303)


def _seen() -> int:
    return _number(request.form.get("seen", ""))


def _number(text: str) -> int:
    """A whole number that was sent; -1 where it is none."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _conflict(task_id: str, sent: Posted, refused: EngineError) -> tuple[str, int]:
    """Explain what happened meanwhile, with what was typed: in the form while it is open, else to read and copy."""
    refusal = refusal_of(refused)
    keep_refusal(refused)
    try:
        view = _open(task_id)
    except Conflict:
        lines = [
            (name.replace("_", " "), value)
            for name, values in answering.without_tokens(sent.raw).items()
            for value in values
            if value.strip() and name != answering.KEPT
        ]
        page = render_template("tasks/ended.html", refusal=refusal, refused=refused, typed=lines)
        return page, refusal.status
    return _page(view, answering.settle(sent), refusal=refusal, refused=refused), refusal.status


def _page(view: worklist.OpenTask, sent: Posted | None, problems: Sequence[Problem] = (), **more: object) -> str:
    values = {"refusal": None, "refused": None, "problems": problems, **more}
    return render_template(
        "tasks/page.html",
        view=view,
        fields=answering.fields(_question(view), sent, problems),
        restored=sent is not None and request.method == "GET",
        **values,
    )
