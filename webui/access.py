"""Who is asking, and the way into the engine: the only file that touches flask.g and flask.current_app.

Every view needs a signed-in person unless it is marked `open_to_all`; every change needs a CSRF token. A form posted
without a valid session or token, or while the database is away, is kept for its author (webui.kept) before it is
refused.
"""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request, session
from flask.sessions import SessionMixin
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine.acts import remembering
from engine.acts.signing_in import load_actor
from engine.errors import NotFound
from engine.installation import Installation
from engine.model.person import SYSTEM, Actor, Person
from engine.transaction import Transaction, begin
from engine.transaction import reading as begin_reading
from webui.kept import Kept, KeptInput
from webui.once import Answer
from webui.once import once as run_once
from webui.sessions import Session, Sessions, Signer
from webui.settings import SESSION_LIFETIME
from webui.words import zone_named

View = TypeVar("View", bound=Callable[..., Any])

EXTENSION: Final = "keelson"
WAS_HERE: Final = "keelson-was"
"""Cookie that remembers, signed, whose session this browser held last; gone after signing out."""
WAS_HERE_SECONDS: Final = 30 * 24 * 60 * 60
_WHO: Final = "_user_id"
"""Whose session it is, in the session."""
_UNKNOWN: Final[Any] = object()
"""Stands for whoever asks, before anybody looked."""
_CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignInNeeded(Exception):
    """Nobody is signed in and the page is not for everybody."""


class PageTooOld(Exception):
    """A change came without a valid token of its session: the page was open across a sign-in, or the post is forged."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A signed-in person, what he may act as, and the session of his browser."""

    person: Person
    actor: Actor
    session_id: str

    @property
    def mark(self) -> str:
        """Person, session count and session: raising the count ends every session of the person."""
        return f"{self.person.id}:{self.person.sessions}:{self.session_id}"


class _Parts(NamedTuple):
    installation: Installation
    kept: KeptInput


def attach(app: Flask, installation: Installation) -> None:
    """Tie the application to its installation and guard every view."""
    app.extensions[EXTENSION] = _Parts(installation, KeptInput(installation))
    app.session_interface = Sessions()
    CSRFProtect(app)
    app.before_request(_guard)
    app.after_request(_remember)


def open_to_all(view: View) -> View:
    """Mark a view that needs nobody signed in."""
    view.__dict__["open_to_all"] = True
    return view


def by_token(view: View) -> View:
    """Mark a view that systems outside call with a token: it looks at no session, which a page could borrow."""
    view.__dict__["by_token"] = True
    return open_to_all(view)


def installation() -> Installation:
    """The installation this application serves."""
    return cast("_Parts", current_app.extensions[EXTENSION]).installation


def visitor() -> Visitor | None:
    """The signed-in person, looked up once for each request; None for nobody."""
    found: Visitor | None = g.get("visitor", _UNKNOWN)
    if found is _UNKNOWN:
        found = g.visitor = _load(str(session.get(_WHO, "")))
    return found


def signed_in() -> bool:
    """Say whether a person is signed in."""
    return visitor() is not None


def actor() -> Actor:
    """The person who asks; raises SignInNeeded."""
    return _somebody().actor


def person() -> Person:
    """The account of the person who asks; raises SignInNeeded."""
    return _somebody().person


def _somebody() -> Visitor:
    found = visitor()
    if found is None:
        raise SignInNeeded
    return found


def zone() -> ZoneInfo:
    """The time zone of the person who asks; the installation's for nobody."""
    found = visitor()
    return zone_named(found.person.zone if found else installation().settings.zone)


def transaction(acting: Actor | None = None) -> AbstractContextManager[Transaction]:
    """One transaction of the engine for the person who asks: all of it is committed, or none."""
    return begin(installation(), acting or actor())


def reading(acting: Actor | None = None) -> AbstractContextManager[Transaction]:
    """A consistent view of the installation for the person who asks."""
    return begin_reading(installation(), acting or actor())


def csrf_token() -> str:
    """The token that a change of this session must bring; one for all forms of a page."""
    made: str | None = g.get("csrf_token")
    if made is not None:
        return made
    if "csrf_token" not in session:
        return str(generate_csrf())
    g.csrf_token = made = str(_tokens(str(current_app.config["SECRET_KEY"])).dumps(session["csrf_token"]))
    return made


@lru_cache(maxsize=8)
def _tokens(key: str) -> Signer:
    return Signer(key, salt="wtf-csrf-token")


def let_in(person_id: str) -> None:
    """Begin a session for the person; the token of a page opened before is no longer valid."""
    kept = session.get("kept")
    session.clear()
    if kept is not None:
        session["kept"] = kept
    session.permanent = True
    found = _find(person_id, None, secrets.token_urlsafe(16))
    if found is None:
        raise SignInNeeded
    session[_WHO] = found.mark
    g.visitor, g.remember = found, True


def let_out() -> None:
    """End the session of this browser, copies of its cookie included, and forget whose it was."""
    leaving = visitor()
    if leaving is not None:
        with begin(installation(), leaving.actor) as tx:
            remembering.remember(tx, _ended(leaving.session_id), "ended", lifetime=SESSION_LIFETIME)
    session.clear()
    g.visitor, g.forget = None, True


def once(act: Callable[[Answer], str]) -> str:
    """Run the act of this post once for its page (hidden input `_once`), and give the same answer to a second click."""
    token = request.form.get("_once", "")
    return run_once(installation(), f"{actor().person_id}:{request.path}:{token}" if token else "", act)


def signed(text: str, purpose: str) -> str:
    """The text with a signature that only this installation makes, for this person and purpose."""
    return str(_signer(f"{purpose}:{actor().person_id}").dumps(text))


def unsigned(token: str, purpose: str) -> str:
    """The text that was signed for this person and purpose; raises itsdangerous.BadSignature."""
    return str(_signer(f"{purpose}:{actor().person_id}").loads(token))


def go_on_without_database() -> None:
    """Answer the rest of this request as to nobody; what was posted is kept for the person whose session it is."""
    person_id = str(session.get(_WHO, "")).partition(":")[0]
    _keep_input(person_id or None)
    g.visitor = None


def keep_again(kept: Kept) -> None:
    """Keep what was given back and could not be used."""
    token = _kept().keep(kept)
    if token is not None:
        session["kept"] = token


def take_kept() -> Kept | None:
    """What this person had typed when the session ran out or the database was away, once."""
    person_id = actor().person_id
    token = session.pop("kept", None)
    if not isinstance(token, str) or person_id is None:
        return None
    return _kept().take(token, person_id)


def _kept() -> KeptInput:
    return cast("_Parts", current_app.extensions[EXTENSION]).kept


def _load(identity: str) -> Visitor | None:
    person_id, sessions, session_id = (*identity.split(":", 2), "", "")[:3]
    return _find(person_id, int(sessions), session_id) if sessions.isdecimal() and session_id else None


def _find(person_id: str, sessions: int | None, session_id: str) -> Visitor | None:
    with begin_reading(installation(), SYSTEM) as tx:
        found = load_actor(tx, person_id, sessions)
        if found is None or remembering.recall(tx, _ended(session_id)) is not None:
            return None
    person, actor = found
    return Visitor(person=person, actor=actor, session_id=session_id)


def _ended(session_id: str) -> str:
    return f"session:{session_id}"


def _guard() -> None:
    """Refuse who is not signed in, then a change without a valid token; keep what was typed in both cases."""
    if request.endpoint is None or request.endpoint == "static":
        return
    if _holds_nul():  # PostgreSQL cannot even compare such a text
        raise NotFound("There is no such address.")
    view = current_app.view_functions[request.endpoint]
    is_open = getattr(view, "open_to_all", False)
    if not is_open and not signed_in():
        _keep_input(_was_here())
        raise SignInNeeded
    if request.method in _CHANGES and not getattr(view, "by_token", False):
        try:
            current_app.extensions["csrf"].protect()
        except CSRFError as problem:
            if not is_open:
                _keep_input(actor().person_id)
            raise PageTooOld from problem


def _holds_nul() -> bool:
    return "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string


def _keep_input(person_id: str | None) -> None:
    sent_by_script = "X-CSRFToken" in request.headers
    if person_id is None or request.method != "POST" or sent_by_script:
        return
    files = tuple(name for name, sent in request.files.items(multi=True) if sent.filename)
    fields = request.form.to_dict(flat=False)
    token = _kept().keep(Kept(person_id=person_id, path=request.path, fields=fields, files=files))
    if token is not None:
        session["kept"] = token


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=f"keelson {purpose}")


def _was_here() -> str | None:
    cookie = request.cookies.get(WAS_HERE)
    if cookie is None:
        return None
    try:
        return str(_signer(WAS_HERE).loads(cookie, max_age=WAS_HERE_SECONDS))
    except BadSignature:
        return None


def _remember(response: Any) -> Any:
    """Keep the signed note of whose browser this is in step with the session."""
    if g.get("forget", False):
        response.delete_cookie(WAS_HERE, httponly=True, samesite="Lax")
    elif request.endpoint not in {None, "static"} and "visitor" in g and _is_due():
        found = visitor()
        if found is not None and _was_here() != found.person.id:
            response.set_cookie(
                WAS_HERE,
                _signer(WAS_HERE).dumps(found.person.id),
                max_age=WAS_HERE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            )
    return response


def _is_due() -> bool:
    # To check a signature at every answer costs more than the session's own.
    kept: SessionMixin = cast(Any, session)._get_current_object()
    old = isinstance(kept, Session) and kept.is_old
    return bool(old or g.get("remember", False) or WAS_HERE not in request.cookies)
