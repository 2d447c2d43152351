"""The door for systems outside: ``POST /api/messages`` with a bearer token, told in JSON what became of it."""

from typing import Any, Final

from flask import Blueprint, Response, json, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from engine.acts import receiving
from engine.acts.routing import Went
from engine.errors import NotRecognised
from engine.model.person import SYSTEM
from forms.data import DataUnacceptable
from forms.data import parse as parse_data
from webui import access
from webui.refusals import Refusal, answer
from webui.texts import mark

PAGES = Blueprint("door", __name__, url_prefix="/api")

OCTETS: Final = 64 * 1024
"""Most octets of one message."""
RATE: Final = parse("120 per minute")
"""How many messages one token may send."""
TRIES: Final = parse("20 per minute")
"""How often one address may come without a good token."""

_TOLD: Final = {
    Went.TO_CASE: "A case that waited gets it.",
    Went.BEGAN: "A case begins with it.",
    Went.KEPT: "Nobody waits for it yet; it is kept until “keptUntil”.",
    Went.CAME_BEFORE: "A message with this id came before; this one goes nowhere.",
}


@PAGES.post("/messages")
@access.by_token
def message() -> Response:
    """Take a message, and say where it went."""
    if _too_often(TRIES, request.remote_addr or "", hit=False):
        return _refused(429, mark("Too many tries"), "Too many requests without a good token; wait a minute.")
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        with access.reading(SYSTEM) as tx:
            sender = receiving.recognise(tx, token)
    except NotRecognised:
        _too_often(TRIES, request.remote_addr or "")
        raise
    if _too_often(RATE, sender.id):
        return _refused(429, mark("Too many messages"), f"This sender may send {RATE}; send the rest later.")
    if request.mimetype != "application/json":
        return _refused(
            415, mark("Not JSON"), "Send the message as JSON, with the header Content-Type: application/json."
        )
    content = request.stream.read(OCTETS + 1)
    if len(content) > OCTETS:
        return _refused(
            413, mark("Too large"), f"A message has at most {OCTETS} octets. Send a link to what is larger."
        )
    try:
        document = parse_data(content)
    except DataUnacceptable as error:
        return _refused(400, mark("Not JSON"), f"The message cannot be read: {error}.")
    with access.transaction(SYSTEM) as tx:
        taken, went = receiving.receive(tx, token, document)
    known = {"id": taken.id, "went": went.value, "message": _TOLD[went]}
    if went is Went.KEPT:
        known["keptUntil"] = taken.expires_at.isoformat()
    return Response(json.dumps(known) + "\n", 200 if went is Went.CAME_BEFORE else 202, mimetype="application/json")


def _refused(status: int, title: str, detail: str) -> Response:
    return answer(Refusal(status=status, title=title), detail)


def _too_often(limit: Any, whom: str, *, hit: bool = True) -> bool:
    memory = access.installation().memory
    counted = memory.get("door") or memory.setdefault("door", FixedWindowRateLimiter(MemoryStorage()))
    return not (counted.hit if hit else counted.test)(limit, "door", whom)
