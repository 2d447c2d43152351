"""The floor of the web: a bare Flask view behind the same gunicorn that sends the same statements, and little else.

Who asks has signed in, by a name in Flask's session, and every post brings a token that Flask-WTF checks. Then the
statements of a request are sent again as the real application sent them: as SQLAlchemy built them, though built before,
with the same values, in the same transactions, through the same doors. What is answered is what the real application
answered, with a token of its own. With the argument `barest` there is no session and no token, and the statements are
sent as the text they became, past SQLAlchemy's types and its cache.
"""

import os
import pickle
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from flask import Flask, Response, abort, redirect, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf

from engine.installation import Installation
from engine.settings import Settings
from tests.bench.recording import Recording, replay
from webui.serving import Server

TOKEN: Final = "token-of-the-page"
"""What stands in a recorded page in place of its token."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request's transactions, and what was answered."""

    transactions: tuple[Recording, ...]
    status: int
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Round:
    """A page opened, or none, and the completion after it."""

    look: Exchange | None
    complete: Exchange


Script = list[list[Round]]
"""What each person asks for, one round after the other."""


def application(installation: Installation, script: Script, *, barest: bool = False) -> Flask:
    """The bare application: /person/number."""
    app = Flask("bare", static_folder=None)
    token: Callable[[], str] = (lambda: TOKEN) if barest else _guard(app)

    @app.get("/<int:person>/<int:number>")
    def look(person: int, number: int) -> Response:
        exchange = script[person][number].look
        return abort(404) if exchange is None else _again(exchange, token())

    @app.post("/<int:person>/<int:number>")
    def complete(person: int, number: int) -> Response:
        response = _again(script[person][number].complete, "")
        response.headers["Location"] = f"/{person}/{number + 1}"
        return response

    def _again(exchange: Exchange, made: str) -> Response:
        for transaction in exchange.transactions:
            replay(transaction, installation.database, built=not barest)
        return Response(exchange.body.replace(TOKEN.encode(), made.encode()), exchange.status)

    return app


def _guard(app: Flask) -> Callable[[], str]:
    """Let nobody ask who has not signed in, and nothing change without the token of a page; gives what makes these."""
    app.config.update(SECRET_KEY=secrets.token_hex(), SESSION_REFRESH_EACH_REQUEST=False, WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)

    @app.before_request
    def known() -> None:
        if request.endpoint != "sign_in" and "person" not in session:
            abort(403)

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> Response:
        if request.method == "POST":
            session["person"] = request.form["login"]
            return redirect("/", 303)  # type: ignore[return-value]
        return Response(f'<input type="hidden" name="csrf_token" value="{generate_csrf()}">')

    return generate_csrf


def main() -> None:
    """Serve what `http` recorded into the data folder until stopped."""
    settings = replace(Settings.read(os.environ), worker=False)
    script: Script = pickle.loads((settings.data / "script").read_bytes())  # noqa: S301 - the benchmark wrote it itself
    barest = "barest" in sys.argv[1:]
    Server(settings, lambda installation: application(installation, script, barest=barest), lambda: None).run()


if __name__ == "__main__":
    main()
