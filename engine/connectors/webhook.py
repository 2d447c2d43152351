"""The connector ``webhook/post``: posts JSON to a subscriber, signed so that he knows who sent it.

The signature follows Standard Webhooks 1.0: HMAC-SHA256 over ``id.timestamp.body``, in base64, with the version in
front. The id stays the same at every attempt; the timestamp is that of the attempt.
"""

import base64
import hmac
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bpmn.vocabulary import Input, Outside
from engine.connectors import http
from engine.connectors.contract import Call, CallFailed, Connector, Grants, secret_of, text_of
from engine.connectors.exchanging import Deadline, Request, exchange, read_target
from forms.data import Value, canonical


def run(call: Call, grants: Grants) -> Mapping[str, Value]:
    """Post the body; gives the status. Raises CallFailed."""
    target = read_target(text_of(call, "url", required=True).partition("#")[0])
    name = text_of(call, "secret", required=True)
    secret = secret_of(call, grants, name, target.host, target.port)
    if "body" not in call.arguments:
        raise CallFailed("The parameter body of webhook/post is missing.", permanent=True)
    body = canonical(call.arguments["body"]).encode()
    timestamp = str(int(call.at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Keelson",
        "Idempotency-Key": call.key,
        "Webhook-Id": call.key,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": signature(secret, call.key, timestamp, body),
    }
    request = Request(method="POST", target=target, headers=headers, body=body)
    response = exchange(request, grants, Deadline(http.seconds_of(call)))
    http.check_status(response, ("2xx",), target.host)
    return {"status": Decimal(response.status)}


def signature(secret: str, key: str, timestamp: str, body: bytes) -> str:
    """Sign a body; a secret of the form ``whsec_…`` is base64, any other is taken as its UTF-8 bytes."""
    encoded = secret.removeprefix("whsec_")
    try:
        material = base64.b64decode(encoded, validate=True) if encoded != secret else secret.encode()
    except ValueError:
        raise CallFailed("The secret begins with whsec_ and is no base64 behind it.", permanent=True) from None
    digest = hmac.digest(material, f"{key}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


FACE: Final = Outside(
    id="webhook/post",
    title="Webhook",
    inputs=(
        Input(id="url", title="URL", description="https://…", required=True),
        Input(id="body", title="Body", description="What is told, sent as JSON", required=True),
        Input(id="secret", title="Secret", description="Name of the secret that signs", required=True),
        Input(id="timeout", title="Timeout", description="Seconds, at most 30; 20 without one"),
    ),
    outputs=("status",),
    errors={code: words for code, words in http.ERRORS.items() if code != "bad-answer"}
    | {"bad-answer": "The answer was too large"},
)
CONNECTOR: Final = Connector(face=FACE, run=run)
