"""Try it: the scenarios of a version played, each with what came otherwise than expected and its way on the diagram."""

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, Response, abort, json, render_template, request

from engine.rehearsing.outcome import Rehearsal
from engine.rehearsing.testing import Tested, files_to_play, played
from forms.data import Value, canonical
from webui import access
from webui.authoring import version_of
from webui.texts import gettext as _

PAGES = Blueprint("rehearsals", __name__, url_prefix="/versions/<publication_id>")


@PAGES.get("/scenarios")
def page(publication_id: str) -> str:
    """Play the scenarios of a version, for a bounded time, and show one of them on the diagram."""
    wanted = request.args.get("scenario", "")
    tested = _played(publication_id, wanted)
    failing = (name for name, one in tested.items() if one is not None and not one.passed)
    name = wanted if wanted in tested else next(failing, next(iter(tested), ""))
    view = version_of(publication_id)
    diagram = view.draft.diagram if view.draft else None

    def title(element_id: str | None) -> str:
        element = diagram.find(element_id) if diagram else None
        return element.title if element else element_id or _("The case")

    def said(value: Value) -> str:
        if isinstance(value, list):
            return ", ".join(title(one) if isinstance(one, str) else canonical(one) for one in value) or "—"
        return value if isinstance(value, str) else canonical(value)

    return render_template(
        "authoring/scenarios.html",
        view=view,
        tested=tested,
        name=name,
        chosen=tested.get(name),
        title=title,
        said=said,
    )


@PAGES.get("/scenarios/<name>/path.json")
def path(publication_id: str, name: str) -> Response:
    """The way of one scenario over the diagram, as the browser reads it."""
    chosen = _played(publication_id, name).get(name)
    if chosen is None or chosen.rehearsal is None:
        abort(404)
    return Response(json.dumps(drawing(chosen.rehearsal)), mimetype="application/json")


def drawing(rehearsal: Rehearsal) -> Mapping[str, object]:
    """What was taken, how often, and where the rehearsal stands at its end."""
    entered = Counter(str(told["element"]) for told in rehearsal.trace if told["event"] == "entered")
    here = [str(place["element"]) for place in (*rehearsal.waiting, *rehearsal.incidents) if place["element"]]
    return {"taken": [*rehearsal.entered, *rehearsal.flows], "here": here, "counts": entered, "entries": []}


def _played(publication_id: str, first: str) -> Mapping[str, Tested | None]:
    with access.reading() as tx:
        files = files_to_play(tx, publication_id)
    return played(access.installation(), files, first=first)
