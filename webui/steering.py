"""What operators do to a case: each act a page that says what will happen, asks why, and then does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import steering as acts
from engine.errors import NotFound, StaleRevision, StepFailed, Unacceptable
from engine.model.instance import Instance
from engine.reports import cases, previews
from engine.reports import steering as reports
from engine.reports.previews import Preview
from engine.transaction import Transaction
from forms.data import DataUnacceptable, Value, canonical, parse
from webui import access, typed
from webui.shell import clock_label
from webui.texts import gettext as _

PAGES = Blueprint("steering", __name__, url_prefix="/cases/<number>/steer")

Answer = Response | str | tuple[str, int]
LONGEST_NAME = 200
LETTERS_A_ROW = 70


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An act in words: its title, what will happen, and its button."""

    title: str
    effects: tuple[str, ...]
    button: str
    done: str
    tone: str = "primary"


def _steering(number: str) -> reports.Steering:
    with access.reading() as tx:
        return reports.steering(tx, cases.visible_instance(tx, number))


def _page(instance: Instance, deed: Deed, template: str, status: int, more: Mapping[str, object]) -> tuple[str, int]:
    given = {name: request.form.get(name, "") for name in ("reason", "target", "budget", "new_name", "new_value")}
    values: dict[str, object] = {
        "typed": given,
        "problem": "",
        "field": "",
        "seen": None,
        "preview": None,
        "shown": None,
        "asks": False,
        "nothing": Preview(),
    }
    values |= more
    return render_template(template, instance=instance, deed=deed, **values), status


def _answer(
    instance: Instance,
    deed: Deed,
    act: Callable[[Transaction, str], object],
    template: str = "steering/act.html",
    **more: object,
) -> Answer:
    """Ask on GET; on POST do it and go back to the case, or say on the same page why it cannot be done."""
    if request.method == "GET":
        return _page(instance, deed, template, 200, more)
    try:
        with access.transaction() as tx:
            act(tx, request.form.get("reason", ""))
    except (Unacceptable, StepFailed) as refused:
        problem = {"problem": refused.message, "field": str(refused.parameters.get("field", ""))}
        return _page(instance, deed, template, 422, {**more, **problem})
    flash(deed.done, "good")
    return redirect(url_for("instances.case", number=instance.number), 303)


@PAGES.route("/suspend", methods=["GET", "POST"])
def suspend(number: str) -> Answer:
    """Let nothing but operators move the case."""
    instance = _steering(number).instance
    deed = Deed(
        title=_("Suspend %(number)s", number=instance.number),
        effects=(
            _("Its tasks take no answers; what people type is kept as drafts."),
            _("Messages and timers wait. What becomes due meanwhile is done once, when the case is resumed."),
            _("Deadlines go on: suspending is no pause of a service level."),
        ),
        button=_("Suspend the case"),
        done=_("%(number)s is suspended.", number=instance.number),
    )
    return _answer(instance, deed, lambda tx, reason: acts.suspend_case(tx, instance.id, reason))


@PAGES.route("/resume", methods=["GET", "POST"])
def resume(number: str) -> Answer:
    """Let a suspended case go on."""
    instance = _steering(number).instance
    deed = Deed(
        title=_("Resume %(number)s", number=instance.number),
        effects=(
            _("Its tasks take answers again."),
            _("Timers and messages that became due meanwhile are carried out now, each once."),
        ),
        button=_("Resume the case"),
        done=_("%(number)s goes on.", number=instance.number),
    )
    return _answer(instance, deed, lambda tx, reason: acts.resume_case(tx, instance.id, reason))


@PAGES.route("/skip/<task_id>", methods=["GET", "POST"])
def skip(number: str, task_id: str) -> Answer:
    """Let the case go on without the answers of a task."""
    view = _steering(number)
    task = next((each for each in view.tasks if each.id == task_id), None)
    if task is None:
        raise NotFound("This task is not open in this case.", task_id=task_id)
    deed = Deed(
        title=_("Skip %(title)s", title=task.title),
        effects=(
            _("“%(title)s” ends without answers, and drafts of them are dropped.", title=task.title),
            _("The case goes on from there; decisions that need its answers see none."),
            _("You can go back to it later."),
        ),
        button=_("Skip the task"),
        done=_("“%(title)s” was skipped.", title=task.title),
        tone="bad",
    )
    seen = _seen(task.version)
    preview = _preview(lambda tx: previews.preview_skip(tx, view.instance, task))
    return _answer(
        view.instance, deed, lambda tx, reason: acts.skip_task(tx, task_id, reason, seen), seen=seen, preview=preview
    )


@PAGES.route("/back/<task_id>", methods=["GET", "POST"])
def back(number: str, task_id: str) -> Answer:
    """Put the case back before a task that has ended."""
    view = _steering(number)
    point = next((each for each in view.back if each.task.id == task_id), None)
    if point is None:
        raise NotFound("What the case was like before this task is no longer kept.", task_id=task_id)
    deed = Deed(
        title=_("Go back to %(title)s", title=point.task.title),
        effects=(
            _("“%(title)s” is open again, with the data the case had before it.", title=point.task.title),
            _("Tasks, timers and messages that came after it are withdrawn."),
            _("Answers given since stay in the history. Mails that were sent stay sent; deadlines go on."),
        ),
        button=_("Go back"),
        done=_("The case is back at “%(title)s”.", title=point.task.title),
        tone="bad",
    )
    preview = _preview(lambda tx: previews.preview_back(tx, view.instance, task_id))
    return _answer(view.instance, deed, lambda tx, reason: acts.go_back_to(tx, task_id, reason), preview=preview)


@PAGES.route("/move/<token>", methods=["GET", "POST"])
def move(number: str, token: str) -> Answer:
    """Put the case on another element."""
    view = _steering(number)
    place = next((each for each in view.standing if each.token == token), None)
    if place is None:
        raise NotFound("The case does not stand there any more.", token=token)
    deed = Deed(
        title=_("Move on from %(title)s", title=place.title),
        effects=(
            _("“%(title)s” is withdrawn, with everything that runs inside it or waits beside it.", title=place.title),
            _("The case enters the element you choose, as if a flow had led there."),
            _("Other branches stay; one that waits at a join for this one has to be moved on as well."),
        ),
        button=_("Move the case"),
        done=_("%(number)s was moved.", number=view.instance.number),
        tone="bad",
    )
    target = request.form.get("target", "")
    more: dict[str, object] = {"targets": place.targets, "asks": True}
    if target in dict(place.targets):
        more["preview"] = _preview(lambda tx: previews.preview_move(tx, view.instance, token, target))
        more["shown"] = target
    if _asks_first(target) and target in dict(place.targets):
        return _page(view.instance, deed, "steering/move.html", 200, more)
    return _answer(
        view.instance,
        deed,
        lambda tx, reason: acts.redirect_case(tx, view.instance.id, token, target, reason),
        "steering/move.html",
        **more,
    )


@PAGES.route("/deadline/<clock_id>", methods=["GET", "POST"])
def deadline(number: str, clock_id: str) -> Answer:
    """Give a clock of the case another budget."""
    view = _steering(number)
    clock = dict(view.clocks).get(clock_id)
    if clock is None:
        raise NotFound("There is no such clock that still runs.", clock_id=clock_id)
    label = clock_label(clock.name)
    deed = Deed(
        title=_("Set the deadline: %(clock)s", clock=label),
        effects=(
            _("The clock gets another budget; what was used of it stays used."),
            _("A target that counts as missed counts as open again if the new budget is not used up."),
            _("A change of priority later reads the agreed target again."),
        ),
        button=_("Set the deadline"),
        done=_("The deadline was set: %(clock)s.", clock=label),
    )

    def act(tx: Transaction, reason: str) -> None:
        seconds = typed.span_seconds(request.form.get("budget", ""), "budget") or 0
        acts.set_deadline(tx, view.instance.id, clock_id, timedelta(seconds=seconds), reason)

    text = request.form.get("budget", "")
    more: dict[str, object] = {"clock": clock, "asks": True}
    try:
        seconds = typed.span_seconds(text, "budget") if text else None
    except Unacceptable:
        seconds = None
    if seconds:
        with access.reading() as tx:
            more["then"] = previews.preview_deadline(tx, view.instance, clock_id, timedelta(seconds=seconds))
        more["shown"] = text
        if _asks_first(text):
            return _page(view.instance, deed, "steering/deadline.html", 200, more)
    return _answer(view.instance, deed, act, "steering/deadline.html", **more)


def _asks_first(chosen: str) -> bool:
    """Whether what follows of what was chosen is still to be shown, before it is done."""
    return request.method == "POST" and request.form.get("shown", "") != chosen


def _preview(tried: Callable[[Transaction], Preview]) -> Preview:
    with access.reading() as tx:
        return tried(tx)


# --- data -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """A variable in the form: its name, its value as JSON, and what is wrong with what was typed."""

    name: str
    text: str
    removed: bool
    problem: str = ""

    @property
    def rows(self) -> int:
        """How high its field is."""
        return min(12, 1 + len(self.text) // LETTERS_A_ROW + self.text.count("\n"))


@PAGES.route("/data", methods=["GET", "POST"])
def data(number: str) -> Answer:
    """Correct variables of the case."""
    view = _steering(number)
    deed = Deed(
        title=_("Correct data of %(number)s", number=view.instance.number),
        effects=(
            _("What you change counts for everything that comes; what was decided before stays decided."),
            _("Old and new values are kept in the history."),
        ),
        button=_("Correct the data"),
        done=_("The data was corrected."),
    )
    rows = tuple(_row(name, value) for name, value in sorted(view.data.items()))
    broken = next((index for index, row in enumerate(rows, 1) if row.problem), None)
    seen = _seen(view.instance.version)

    def act(tx: Transaction, reason: str) -> None:
        if seen != view.instance.version:
            # Before anything that was typed is compared with values that nobody saw.
            raise StaleRevision(_("%(number)s moved on since you opened it.", number=view.instance.number))
        if broken is not None:
            row = rows[broken - 1]
            raise Unacceptable(f"{row.name}: {row.problem}", field=f"value-{broken}")
        values, removed = _changes(view.data)
        acts.correct_data(tx, view.instance.id, values, reason, seen=seen, removed=removed)

    return _answer(view.instance, deed, act, "steering/data.html", rows=rows, seen=seen)


def _row(name: str, value: Value) -> Row:
    text = request.form.get(f"value:{name}", canonical(value))
    removed = name in request.form.getlist("remove")
    try:
        _read(text, f"value:{name}")
    except Unacceptable as refused:
        return Row(name=name, text=text, removed=removed, problem="" if removed else refused.message)
    return Row(name=name, text=text, removed=removed)


def _changes(old: Mapping[str, Value]) -> tuple[dict[str, Value], list[str]]:
    removed = [name for name in request.form.getlist("remove") if name in old]
    values = {
        name: _read(text, "")
        for name in old
        if name not in removed
        and (text := request.form.get(f"value:{name}")) is not None
        and text != canonical(old[name])
    }
    name, text = request.form.get("new_name", "").strip(), request.form.get("new_value", "")
    if name or text.strip():
        if not name or len(name) > LONGEST_NAME:
            raise Unacceptable(_("A new variable needs a name."), field="new_name")
        if name in old:
            raise Unacceptable(_("There is a variable of that name already; change it above."), field="new_name")
        values[name] = _read(text, "new_value")
    return values, removed


def _read(text: str, field: str) -> Value:
    try:
        return parse(text)
    except (DataUnacceptable, ValueError):
        raise Unacceptable(_("This is no JSON. Text stands in quotes."), field=field) from None


def _seen(now: int) -> int:
    """The version the page was opened at."""
    text = request.form.get("seen", "")
    return now if request.method == "GET" else int(text) if text.isdecimal() and len(text) < 10 else -1
