"""The floor of the web: a bare Flask view behind the same gunicorn that sends the same statements, and nothing else.

Each request is answered with what the real application answered to it, after its statements were sent again, with the
same values, in the same transactions, through the same doors: by SQLAlchemy, as the real application sends them, but
built beforehand; or, with the argument `text`, as the text they became, past SQLAlchemy's types and its cache.
"""

import os
import pickle
import sys
from dataclasses import dataclass, replace

from flask import Flask, Response

from engine.installation import Installation
from engine.settings import Settings
from tests.bench.recording import Recording, replay
from webui.serving import Server


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request's transactions, and what was answered."""

    transactions: tuple[Recording, ...]
    status: int
    body: bytes


Script = list[list[Exchange]]
"""What each person asks for, one request after the other."""


def application(installation: Installation, script: Script, *, built: bool = True) -> Flask:
    """The bare application: /person/number."""
    app = Flask("bare", static_folder=None)

    @app.route("/<int:person>/<int:number>", methods=["GET", "POST"])
    def again(person: int, number: int) -> Response:
        exchange = script[person][number]
        for transaction in exchange.transactions:
            replay(transaction, installation.database, built=built)
        return Response(exchange.body, exchange.status)

    return app


def main() -> None:
    """Serve what `http` recorded into the data folder until stopped."""
    settings = replace(Settings.read(os.environ), worker=False)
    script: Script = pickle.loads((settings.data / "script").read_bytes())  # noqa: S301 - the benchmark wrote it itself
    built = "text" not in sys.argv[1:]
    Server(settings, lambda installation: application(installation, script, built=built), lambda: None).run()


if __name__ == "__main__":
    main()
