"""What the editors of decisions exchange with the server: JSON of theirs as texts and lists, and answers of ours."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, abort, json, request

from bpmn.decisions.boxes import NEW
from engine.reports import processes as reports
from webui.authoring import DIAGRAM_BYTES

MEMBERS: Final = 2_000
"""Most members of one list that are taken from a browser."""


def decision_file(view: reports.PublicationView, name: str) -> bytes:
    """A file of decisions of a version; any other is not found."""
    content = view.files.get(name)
    if content is None or not name.endswith(".dmn"):
        abort(404)
    return content


def document() -> dict[str, Any]:
    """The object that was sent; what is none is empty."""
    content = request.get_data(cache=False)
    if len(content) > DIAGRAM_BYTES:
        abort(413)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        abort(400)
    return found if isinstance(found, dict) else {}


def place(sent: Mapping[str, Any]) -> int:
    """Where something stands in the file; NEW where it does not."""
    at = sent.get("at")
    return at if isinstance(at, int) else NEW


def words(value: Any) -> str:
    """A text that XML can hold, as it is kept: without white space around it."""
    return "".join(one for one in value if one in "\t\n" or one >= " ").strip() if isinstance(value, str) else ""


def line(value: Any) -> str:
    """A text in one line."""
    return words(value).replace("\n", " ")


def members(value: Any) -> list[Any]:
    """A list; what is none is empty."""
    return value[:MEMBERS] if isinstance(value, list) else []


def as_json(status: int, **answer: Any) -> Response:
    """An answer to a script."""
    return Response(json.dumps(answer), status, mimetype="application/json")
