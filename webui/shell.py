"""What every page has around it: navigation, the person, and the words and shapes templates use."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, cast

from flask import Flask, render_template, request, url_for
from markupsafe import Markup, escape

from engine.errors import EngineError
from engine.permissions import Action, actions, may
from engine.reports.deadlines import DeadlineView
from engine.reports.incidents import count_open
from engine.reports.trace import TraceEntry
from engine.reports.worklist import count_mine
from engine.transaction import Transaction
from forms.errors import Problem
from forms.showing import field_id
from forms.wording import words as said
from webui import access, texts, words
from webui.addresses import address
from webui.assets import asset
from webui.folding import FoldedWords
from webui.texts import gettext as _
from webui.texts import mark

WARN_SHARE = 0.25
"""A deadline looks at risk when a quarter of its budget is left: that is when the warning is sent."""
BAD_SHARE = 0.1
BAD_AT_MOST = 3600.0


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of the navigation; `here` when the page belongs to it."""

    label: str
    icon: str
    url: str
    here: bool
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Section:
    """Entries of the navigation under a heading ("" for the first)."""

    title: str
    items: tuple[Item, ...]


_PLAN: tuple[tuple[str, tuple[tuple[str, str, str, Action, tuple[str, ...]], ...]], ...] = (
    ("", (
        (mark("My work"), "inbox", "inbox.work", Action.TAKE_PART, ("inbox.", "tasks.")),
        (mark("Start a request"), "plus-circle", "catalogue.page", Action.TAKE_PART, ("catalogue.",)),
        (mark("My requests"), "person-lines-fill", "instances.mine", Action.TAKE_PART, ("instances.mine",)),
    )),
    (mark("Service"), (
        (mark("Cases"), "lightning-charge", "instances.cases", Action.SEE_CASES, ("instances.",)),
        (mark("Records"), "archive", "registers.overview", Action.TAKE_PART, ("registers.", "schedule.impact_page")),
        (mark("Change calendar"), "calendar-week", "schedule.page", Action.SEE_CASES, ("schedule.page",)),
        (mark("Services"), "box-seam", "records.services", Action.MANAGE_RECORDS, ("records.service",)),
        (mark("Working hours"), "calendar3", "records.calendars", Action.MANAGE_RECORDS, ("records.calendar",)),
    )),
    (mark("Processes"), (
        (mark("Library"), "diagram-3", "authoring.library", Action.SEE_CASES,
         ("authoring.", "modeling.", "decision_tables.", "decision_elements.", "decision_types.", "form_files.",
          "migrating.")),
    )),
    (mark("Assurance"), (
        (mark("Measures"), "graph-up", "measures.page", Action.SEE_CASES, ("measures.",)),
        (mark("Ownership"), "person-exclamation", "ownership.page", Action.SEE_CASES, ("ownership.",)),
        (mark("Clauses"), "card-checklist", "clauses.page", Action.SEE_CASES, ("clauses.",)),
        (mark("History"), "clock-history", "audit.page", Action.TRACE, ("audit.",)),
        (mark("Across processes"), "link-45deg", "audit.across", Action.TRACE, ("audit.across",)),
    )),
    (mark("Installation"), (
        (mark("People"), "people", "people.page", Action.MANAGE_PEOPLE, ("people.",)),
        (mark("Data protection"), "eraser", "erasing.page", Action.ERASE, ("erasing.",)),
        (mark("Operations"), "activity", "operations.page", Action.OPERATE, ("operations.", "connections.")),
    )),
)  # fmt: skip


GAP: Final = "\ue000gap\ue000"
"""Where a kept frame is open; of characters that stand for nothing."""
FRAMES: Final = 512


def frame() -> tuple[Markup, ...]:
    """Navigation and tools around a page in three parts: before the token of who asks, before the page, after it."""
    actor = access.actor()
    counts = tuple(_count(question) if may(actor, action) else 0 for action, question in _COUNTS.values())
    given = (actor.roles, actor.name, request.endpoint or "", counts, request.script_root, asset("icons"))
    if request.endpoint == "instances.search":  # what people look for is not kept
        return _frame.__wrapped__(*given, request.args.get("q", ""))
    return _frame(*given, "")


@lru_cache(maxsize=FRAMES)
def _frame(
    roles: frozenset[str], name: str, endpoint: str, counts: tuple[int, ...], _root: str, _sprite: str, sought: str
) -> tuple[Markup, ...]:
    sections = _navigation(actions(roles), endpoint, dict(zip(_COUNTS, counts, strict=True)))
    text = render_template("shell/frame.html", sections=sections, name=name, sought=sought.replace(GAP, ""), gap=GAP)
    return tuple(map(Markup, text.split(GAP)))


def _navigation(allowed: Collection[Action], endpoint: str, counts: Mapping[str, int]) -> tuple[Section, ...]:
    """The sections in which these actions give something to do."""
    exact = {own for _title, plan in _PLAN for *_rest, owns in plan for own in owns if not own.endswith(".")}
    sections = []
    for title, plan in _PLAN:
        items = []
        for label, icon, target, action, owns in plan:
            here = endpoint in owns or (
                endpoint not in exact
                and any(endpoint.startswith(own) for own in owns if own.endswith((".", "service", "calendar")))
            )
            if action in allowed:
                item = Item(label=_(label), icon=icon, url=url_for(target), here=here, count=counts.get(target, 0))
                items.append(item)
        if items:
            sections.append(Section(title=_(title) if title else "", items=tuple(items)))
    return tuple(sections)


_COUNTS: Final[Mapping[str, tuple[Action, Callable[[Transaction], int]]]] = {
    "inbox.work": (Action.TAKE_PART, count_mine),
    "operations.page": (Action.OPERATE, count_open),
}
"""What waits behind an entry of the navigation: one's own tasks, incidents."""


def _count(question: Callable[[Transaction], int]) -> int:
    """How many there are; none on a page that tells that the store cannot be read."""
    try:
        with access.reading() as tx:
            return question(tx)
    except EngineError:
        return 0


def icon(name: str) -> Markup:
    """An icon of the sprite; always beside words, so hidden from screen readers."""
    return _drawn(asset("icons"), name)


@lru_cache(maxsize=512)
def _drawn(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(sprite, name)


def csrf_field() -> Markup:
    """The hidden input that every form which changes something brings."""
    return Markup(f'<input type="hidden" name="csrf_token" value="{escape(access.csrf_token())}">')  # noqa: S704 - all of it is escaped


def chip(tone: str, symbol: str, said: str) -> Markup:
    """Words in a coloured frame, with an icon before them or none."""
    before = f"{icon(symbol)} " if symbol else ""
    return Markup(f'<span class="chip {escape(tone)}">{before}{escape(said)}</span>')  # noqa: S704 - all of it is escaped


def back_link(url: str, label: str) -> Markup:
    """The arrow before a heading that leads to where one came from."""
    arrow = f'<a class="back" href="{escape(url)}" aria-label="{escape(label)}">{icon("arrow-left")}</a>'
    return Markup(arrow)  # noqa: S704 - all of it is escaped


def now() -> datetime:
    """The installation's clock: fake in tests, real otherwise."""
    return access.installation().clock()


def when(moment: datetime | None, form: str = "minute") -> Markup:
    """A moment as a `time` element in the person's zone, with UTC in its title; `form`: minute, exact, short or ago."""
    if moment is None:
        return Markup("—")
    zone, at = access.zone(), now()
    shown = {
        "minute": lambda: words.minute(moment, zone),
        "exact": lambda: words.exact(moment, zone),
        "clock": lambda: moment.astimezone(zone).strftime("%H:%M:%S"),
        "short": lambda: words.short(moment, at, zone),
        "ago": lambda: words.ago(moment, at),
    }[form]()
    title = (
        words.in_utc(moment) if form in {"minute", "exact"} else f"{words.exact(moment, zone)} ({words.in_utc(moment)})"
    )
    live = Markup(" data-relative") if form == "ago" else Markup("")
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(words.iso(moment), title, live, shown)


_CLOCKS = {"response": _("Respond"), "resolution": _("Resolve")}


_DRAWN_AS = {
    "arrow-right": "send",
    "check-circle": "check2-circle",
    "dot": "info-circle",
    "eraser": "dash-lg",
    "person-dash": "person-x",
    "slash-circle": "lock",
}


def entry_icon(name: str) -> str:
    """The icon of the sprite for what an entry asks for."""
    return _DRAWN_AS.get(name, name)


def clock_label(name: str) -> str:
    """A service-level clock as people call it."""
    return _CLOCKS.get(name, name.replace("_", " ").capitalize())


def deadline_chip(view: DeadlineView) -> words.DeadlineChip:
    """How a deadline looks now, and when the browser repaints it as time passes."""
    if view.state == "met":
        return words.DeadlineChip(
            tone="good", icon="check2", text=_("met in %(span)s", span=words.span(view.consumed_seconds))
        )
    if view.state == "cancelled":
        return words.DeadlineChip(tone="idle", icon="dash-lg", text=_("not needed"))
    if view.state == "paused":
        reason = view.paused_reason
        return words.DeadlineChip(
            tone="idle", icon="pause", text=_("paused, %(reason)s", reason=_lower(reason)) if reason else _("paused")
        )
    if view.state == "missed" or view.due_at is None:
        used = _(
            "missed: %(span)s of %(budget)s",
            span=words.span(view.consumed_seconds),
            budget=words.budget(view.budget_seconds),
        )
        return words.DeadlineChip(tone="bad", icon="exclamation-circle", text=used)
    left = (view.due_at - now()).total_seconds()
    marks = {
        "due_at": view.due_at,
        "warn_at": view.due_at - timedelta(seconds=view.budget_seconds * WARN_SHARE),
        "bad_at": view.due_at - timedelta(seconds=min(view.budget_seconds * BAD_SHARE, BAD_AT_MOST)),
    }
    if left < 0:
        return words.DeadlineChip(
            tone="bad", icon="exclamation-circle", text=_("%(span)s overdue", span=words.span(left)), **marks
        )
    said = _("%(span)s left", span=words.span(left))
    if now() >= marks["bad_at"]:
        return words.DeadlineChip(tone="bad", icon="exclamation-triangle", text=said, **marks)
    tone = "warn" if view.at_risk or now() >= marks["warn_at"] else "good"
    return words.DeadlineChip(tone=tone, icon="clock", text=said, **marks)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def problem_links(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """What there is to mend in the answers of a form, each with the id of its field."""
    links = []
    for problem in problems:
        label = str(problem.parameters.get("label") or "")
        told = said(problem.code, problem.parameters, texts.TRANSLATIONS.gettext)
        joined = " " if label.endswith(("?", ".", "!", ":")) else ": "
        message = f"{label}{joined}{told}" if label else told
        links.append((field_id(problem.path) if problem.path else "", message))
    return links


_STRONG = frozenset({"element", "clock", "number"})


def entry_sentence(entry: TraceEntry) -> Markup:
    """What an entry of a journal says, with what it is about made strong."""
    values = {
        name: Markup("<strong>{}</strong>").format(clock_label(value) if name == "clock" else value)
        if name in _STRONG and value
        else value
        for name, value in entry.parameters.items()
    }
    return escape(_(entry.template)).format(**values)


def pairs(nouns: Sequence[Any], words_of: str = "title") -> list[tuple[str, str]]:
    """Nouns as a list to choose from: id and words."""
    return [(noun.id, getattr(noun, words_of)) for noun in nouns]


def _context() -> dict[str, Any]:
    installation = access.installation()
    values: dict[str, Any] = {"demo": installation.settings.demo, "signed_in": False, "csrf_token": access.csrf_token}
    if access.signed_in():
        actor = access.actor()
        values |= {"signed_in": True, "actor": actor, "frame": frame}
        values |= {"may": lambda action: may(actor, Action[action])}
    return values


def attach(app: Flask) -> None:
    """Give templates the words, the icons and the shell."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    # The extension adds this method when it is loaded, which types cannot know.
    install = cast(Callable[..., None], getattr(environment, "install_gettext_callables"))  # noqa: B009
    install(texts.TRANSLATIONS.gettext, texts.TRANSLATIONS.ngettext, newstyle=True)
    environment.add_extension(FoldedWords)
    environment.trim_blocks = environment.lstrip_blocks = True
    app.add_template_global(icon)
    app.add_template_global(access.csrf_token, "csrf_token")
    app.add_template_global(csrf_field)
    app.add_template_global(chip)
    app.add_template_global(back_link)
    app.add_template_global(address, "url_for")
    app.add_template_global(lambda: secrets.token_urlsafe(12), "once")
    app.add_template_global(words.iso, "iso")
    app.add_template_global(lambda moment: words.day(moment, access.zone()), "day")
    app.add_template_global(lambda moment: words.exact(moment, access.zone()), "exact")
    app.add_template_global(deadline_chip)
    app.add_template_global(clock_label)
    app.add_template_global(problem_links)
    app.add_template_global(entry_sentence)
    app.add_template_global(entry_icon)
    app.add_template_global(pairs)
    app.add_template_global(when)
    app.add_template_filter(words.span, "span")
    app.add_template_filter(words.budget, "budget")
    app.add_template_filter(words.size, "size")
    app.add_template_filter(words.initials, "initials")
    app.add_template_filter(paragraphs, "paragraphs")
    app.context_processor(_context)


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs; blank lines divide them, line ends stay."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    lines = [Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks]
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
