"""Sign in and out, one-time links for passwords and for the first administrator."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response

from engine.acts import signing_in
from engine.errors import LinkInvalid, NotAllowed, Unacceptable
from engine.model.person import SYSTEM
from webui import access
from webui.texts import gettext as _

PAGES = Blueprint("sign_in", __name__)
TRIES: Final = tuple(parse_many("10 per minute; 100 per hour"))
"""How often one address may try to sign in, or to use a link."""


def _limited(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 429 to an address that tries too often."""

    @wraps(view)
    def counted(*args: Any, **given: Any) -> Any:
        memory = access.installation().memory
        tries = memory.get("tries") or memory.setdefault("tries", FixedWindowRateLimiter(MemoryStorage()))
        for limit in TRIES:
            if not tries.hit(limit, view.__name__, request.remote_addr or ""):
                abort(429)
        return view(*args, **given)

    return counted


def local(target: str | None) -> str | None:
    """The address if it is a page of this installation, else None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return None
    return target


@PAGES.get("/sign-in")
@access.open_to_all
def page() -> Response | str:
    """Ask for login and password; somebody signed in goes on."""
    target = local(request.args.get("next"))
    if access.signed_in():
        return redirect(target or url_for("inbox.home"))
    return _page(next_page=target)


@PAGES.post("/sign-in")
@access.open_to_all
@_limited
def sign_in() -> Response | tuple[str, int]:
    """Check login and password; all failures read the same."""
    login = request.form.get("login", "").strip()
    target = local(request.form.get("next"))
    try:
        person = signing_in.sign_in(access.installation(), login, request.form.get("password", ""))
    except NotAllowed as refused:
        return _page(next_page=target, login=login, problem=refused.message), 422
    access.let_in(person.id)
    return onward(target)


def onward(target: str | None = None) -> Response:
    """Where to go after signing in: to what was typed before the session ran out, else to the page asked for."""
    if "kept" in session:
        return redirect(url_for("me.kept", next=target) if target else url_for("me.kept"), 303)
    return redirect(target or url_for("inbox.home"), 303)


@PAGES.post("/sign-out")
@access.open_to_all
def out() -> Response:
    """End the session of this browser."""
    access.let_out()
    flash(_("You are signed out."), "good")
    return redirect(url_for("sign_in.page"), 303)


@PAGES.get("/link/<token>")
@access.open_to_all
def link(token: str) -> str:
    """Show what a one-time link is for; opening it does not use it up."""
    with access.reading(SYSTEM) as tx:
        opened = signing_in.open_link(tx, token)
    return render_template("sign_in/link.html", link=opened, token=token, typed={}, problems={})


@PAGES.post("/link/<token>")
@access.open_to_all
@_limited
def use_link(token: str) -> Response | tuple[str, int]:
    """Set the password, and for the first administrator the account; then sign in."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "login", "email")}
    password = request.form.get("password", "")
    problems: dict[str, str] = {}
    if password != request.form.get("again", ""):
        problems["again"] = _("The two passwords differ. Type the same one twice.")
    with access.reading(SYSTEM) as tx:
        opened = signing_in.open_link(tx, token)
    if not problems:
        try:
            hashed = signing_in.hash_password(password)
            with access.transaction(SYSTEM) as tx:
                person = signing_in.use_link(tx, token, password_hash=hashed, **_account(opened.purpose, typed))
        except LinkInvalid:
            raise
        except Unacceptable as refused:
            problems[str(refused.parameters.get("field", ""))] = refused.message
        else:
            access.let_in(person.id)
            flash(_("Welcome, %(name)s. Your password is set.", name=person.name), "good")
            return onward()
    return render_template("sign_in/link.html", link=opened, token=token, typed=typed, problems=problems), 422


def _account(purpose: str, typed: dict[str, str]) -> dict[str, str]:
    return typed if purpose == signing_in.FIRST_ADMINISTRATOR else {}


def _page(*, next_page: str | None, login: str = "", problem: str = "") -> str:
    return render_template(
        "sign_in/page.html", next_page=next_page, login=login, problem=problem, kept="kept" in session
    )
