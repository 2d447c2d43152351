"""The connector ``http/request``: asks a web service and gives its answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from urllib.parse import quote_plus, urljoin

from bpmn.vocabulary import Input, Outside
from engine.connectors.contract import Call, CallFailed, Connector, Grants, secret_of, text_of
from engine.connectors.exchanging import Deadline, Request, Response, Target, exchange, read_target
from forms.data import DataUnacceptable, Value, canonical, parse

SECONDS: Final = 20.0
MOST_SECONDS: Final = 30.0
"""A worker holds several calls at once: all must be over within its lease."""
REDIRECTS: Final = 5
HEADERS: Final = 50
HEADER_LENGTH: Final = 4_000

ERRORS: Final[Mapping[str, str]] = {
    "unreachable": "The host could not be found or reached, or its certificate was not trusted",
    "timeout": "No answer came in time",
    "client-error": "The answer was a status from 400 to 499",
    "server-error": "The answer was a status from 500 to 599",
    "unexpected-status": "The answer was another status than the expected ones",
    "bad-answer": "The answer was too large or could not be read",
}

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_OURS: Final = frozenset(
    {
        *("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"),
        *("keep-alive", "idempotency-key", "accept-encoding", "user-agent"),
    }
)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
MARKER: Final = re.compile(r"\{\{\s*secret:([^{}\s]{1,64})\s*\}\}")
"""How a header names a secret."""
"""How a header names a secret."""
_AGAIN: Final = frozenset({408, 425, 429})
"""Refusals that may be none the next time."""


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """A request as the diagram asks for it, secrets still by name."""

    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    seconds: float
    expected: tuple[str, ...]


def run(call: Call, grants: Grants) -> Mapping[str, Value]:
    """Make the request; gives status, headers and body. Raises CallFailed."""
    plan = _plan(call)
    target = read_target(_url(call))
    used: list[str] = []
    try:
        response = _follow(call, grants, plan, target, used)
        check_status(response, plan.expected, target.host)
        return _result(response, used)
    except CallFailed as failed:
        raise CallFailed(_hidden(failed.message, used), permanent=failed.permanent, code=failed.code) from None


def _follow(call: Call, grants: Grants, plan: _Plan, target: Target, used: list[str]) -> Response:
    """Send, and follow redirects of reading requests; each step is judged like the first."""
    deadline, first = Deadline(plan.seconds), target
    for _ in range(REDIRECTS + 1):
        same = target.origin == first.origin
        headers = _filled(call, grants, plan.headers, target, used) if same else {}
        headers |= {"Idempotency-Key": call.key, "Accept-Encoding": "identity", "User-Agent": "Keelson"}
        request = Request(method=plan.method, target=target, headers=headers, body=plan.body)
        response = exchange(request, grants, deadline)
        location = response.headers.get("location")
        if plan.method not in ("GET", "HEAD") or response.status not in (301, 302, 303, 307, 308) or not location:
            return response
        if str(response.status) in plan.expected:
            return response
        scheme = "https" if target.secure else "http"
        to = read_target(urljoin(f"{scheme}://{target.authority}{target.path}", location))
        if target.secure and not to.secure:
            raise CallFailed(f"{target.host} redirects to an address without encryption.", permanent=True)
        target = to
    raise CallFailed(f"{first.host} redirects more than {REDIRECTS} times.", permanent=True, code="unexpected-status")


def _url(call: Call) -> str:
    url = text_of(call, "url", required=True).partition("#")[0]
    query = call.arguments.get("query")
    if query is None:
        return url
    if not isinstance(query, dict):
        raise CallFailed("The parameter query is no context of names and values.", permanent=True)
    pairs = []
    for name, value in query.items():
        several = value if isinstance(value, list) else [] if value is None else [value]
        pairs += [f"{quote_plus(name)}={quote_plus(_plain(one))}" for one in several]
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(pairs)}" if pairs else url


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else canonical(value)


def _plan(call: Call) -> _Plan:
    method = text_of(call, "method").upper() or "GET"
    if method not in _METHODS:
        raise CallFailed(f"The method is none of {', '.join(sorted(_METHODS))}.", permanent=True)
    headers = _headers(call)
    body = call.arguments.get("body")
    content: bytes | None = None
    if body is not None:
        if method in ("GET", "HEAD"):
            raise CallFailed(f"A {method} request has no body.", permanent=True)
        content = (body if isinstance(body, str) else canonical(body)).encode()
        kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
        if "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = kind
    return _Plan(method=method, headers=headers, body=content, seconds=seconds_of(call), expected=_expected(call))


def _headers(call: Call) -> dict[str, str]:
    given = call.arguments.get("headers") or {}
    if not isinstance(given, dict) or len(given) > HEADERS:
        raise CallFailed(f"The parameter headers is no context of at most {HEADERS} names and values.", permanent=True)
    headers = {}
    for name, value in given.items():
        if value is None:
            continue
        text = _plain(value)
        if not _TOKEN.fullmatch(name) or len(text) > HEADER_LENGTH or not text.isprintable():
            raise CallFailed(f"The header {name[:50]!r} cannot be sent.", permanent=True)
        if name.lower() in _OURS or name.lower().startswith("proxy-"):
            raise CallFailed(f"The header {name} is set by Keelson.", permanent=True)
        headers[name] = text
    secret = text_of(call, "secret")
    if secret:
        if "authorization" in {name.lower() for name in headers}:
            raise CallFailed("Both the parameter secret and a header say who calls.", permanent=True)
        headers["Authorization"] = f"Bearer {{{{secret:{secret}}}}}"
    return headers


def seconds_of(call: Call) -> float:
    """Read how long a call may take. Raises CallFailed."""
    value = call.arguments.get("timeout")
    if value is None:
        return SECONDS
    if isinstance(value, bool) or not isinstance(value, Decimal) or not 0 < value <= Decimal(MOST_SECONDS):
        raise CallFailed(f"The parameter timeout is no number of seconds up to {MOST_SECONDS:g}.", permanent=True)
    return float(value)


def _expected(call: Call) -> tuple[str, ...]:
    value = call.arguments.get("expect")
    wanted = ["2xx"] if value is None else value if isinstance(value, list) else [value]
    texts = tuple(_plain(one).lower() for one in wanted)
    if not all(re.fullmatch(r"[1-5](\d\d|xx)", text) for text in texts):
        raise CallFailed("The parameter expect is no status like 404 or 2xx, and no list of them.", permanent=True)
    return texts


def _filled(call: Call, grants: Grants, headers: Mapping[str, str], target: Target, used: list[str]) -> dict[str, str]:
    """Put secrets in their places. Without encryption they go to hosts an operator allowed only."""

    def value(found: re.Match[str]) -> str:
        secret = secret_of(call, grants, found[1], target.host, target.port)
        open_road = not target.secure and not {target.host, f"{target.host}:{target.port}"} & grants.hosts
        if open_road:
            raise CallFailed(f"The secret {found[1]} is not sent without encryption; use https.", permanent=True)
        used.append(secret)
        return secret

    return {name: MARKER.sub(value, text) for name, text in headers.items()}


def check_status(response: Response, expected: tuple[str, ...], host: str) -> None:
    """Raise CallFailed for a status that is not expected; worth another try where it may be another one then."""
    status = str(response.status)
    if status in expected or f"{status[0]}xx" in expected:
        return
    code = {"4": "client-error", "5": "server-error"}.get(status[0], "unexpected-status")
    permanent = status[0] != "5" and response.status not in _AGAIN
    raise CallFailed(f"{host} answered with status {status}.", permanent=permanent, code=code)


def _result(response: Response, used: list[str]) -> dict[str, Value]:
    headers: dict[str, Value] = {
        name: _hidden(value[:HEADER_LENGTH], used)
        for name, value in list(response.headers.items())[:HEADERS]
        if name != "set-cookie"
    }
    return {"status": Decimal(response.status), "headers": headers, "body": _body(response, used)}


def _body(response: Response, used: list[str]) -> Value:
    if not response.content:
        return None
    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise CallFailed("The answer is compressed, which was not asked for.", permanent=True, code="bad-answer")
    kind, _, rest = response.headers.get("content-type", "").lower().partition(";")
    found = re.search(r"charset=\"?([\w-]{1,40})", rest)
    try:
        text = _hidden(response.content.decode(found[1] if found else "utf-8-sig"), used)
        is_json = kind.strip() == "application/json" or kind.strip().endswith("+json")
        return parse(text) if is_json else _kept(text)
    except (UnicodeError, LookupError, ValueError, RecursionError, DataUnacceptable):
        raise CallFailed("The answer cannot be read.", permanent=True, code="bad-answer") from None


def _kept(text: str) -> str:
    if "\0" in text:
        raise ValueError("process data holds no NUL")
    return text


def _hidden(text: str, used: list[str]) -> str:
    """A host that repeats what it was sent must not make a secret part of a case."""
    for secret in used:
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
            text = text.replace(form, "[secret]")
    return text


FACE: Final = Outside(
    id="http/request",
    title="HTTP request",
    inputs=(
        Input(id="url", title="URL", description="https://…", required=True),
        Input(id="method", title="Method", description="GET without one"),
        Input(id="query", title="Query", description="A context of names and values"),
        Input(id="headers", title="Headers", description="A context; {{secret:name}} stands for a secret"),
        Input(id="body", title="Body", description="Text is sent as it is, anything else as JSON"),
        Input(id="secret", title="Secret", description="Name of a secret, sent as a bearer token"),
        Input(id="timeout", title="Timeout", description="Seconds, at most 30; 20 without one"),
        Input(id="expect", title="Expected status", description="Like 404 or 2xx, or a list; 2xx without one"),
    ),
    outputs=("status", "headers", "body"),
    errors=ERRORS,
)
CONNECTOR: Final = Connector(face=FACE, run=run)
