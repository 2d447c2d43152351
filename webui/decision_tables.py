"""Decision tables of a version on a page of their own: edited cell by cell, checked while one types, tried out."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask import Blueprint, Response, abort, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bpmn.decisions import DecisionFailed, DecisionModel, DecisionTable, Trace, evaluate, read_decisions
from bpmn.decisions.model import Decision, InputData, KnowledgeModel
from bpmn.decisions.reading_tables import RULES
from bpmn.decisions.sheets import NEW, Column, Row, Sheet, new_file, read_sheet, tables_in, write_sheet
from bpmn.errors import BpmnError, DecisionsUnreadable
from bpmn.vocabulary import FUNCTIONS
from engine.acts import publishing
from engine.errors import Conflict, StaleRevision, Unacceptable
from engine.live import environment
from engine.reports import processes as reports
from forms.data import Value, canonical
from forms.feel import FUNCTION_NAMES, FeelSyntaxError, UnaryTests, parse_expression, parse_unary_tests
from webui import access
from webui.authoring import DIAGRAM_BYTES, told, version_of
from webui.decision_files import files_of
from webui.texts import gettext as _

PAGES = Blueprint("decision_tables", __name__, url_prefix="/versions/<publication_id>")

PLACE: Final = "/files/<name>/tables/<key>"
TYPES: Final = (
    *("string", "number", "boolean", "date", "time", "date and time"),
    *("days and time duration", "years and months duration"),
)


@PAGES.get(PLACE)
def page(publication_id: str, name: str, key: str) -> str:
    """A decision table: to be edited in a draft, to be read and tried in every version."""
    view = version_of(publication_id)
    content = _file(view, name)
    titles = tables_in(content, name)
    if key not in titles:
        abort(404)
    return render_template(
        "authoring/table.html",
        view=view,
        name=name,
        title=titles[key],
        key=key,
        sheet=asdict(read_sheet(content, name, key)),
        types=TYPES,
    )


@PAGES.post("/tables")
def add(publication_id: str) -> AnyResponse | tuple[str, int]:
    """Begin a new table in a file of its own."""
    title = " ".join(request.form.get("title", "").split())[:80]
    seen = request.form.get("seen", "")
    view = version_of(publication_id)
    key = "_".join("".join(letter if letter.isalnum() else " " for letter in title.casefold()).split())
    if not key or not key[0].isalpha() or f"{key}.dmn" in view.files:
        raise Conflict(_("Give the table a name of its own that begins with a letter."))
    with access.transaction() as tx:
        files = {f"{key}.dmn": new_file(key, title)}
        publishing.save_draft(tx, publication_id, files, int(seen) if seen.isdecimal() and len(seen) < 10 else -1)
    return redirect(url_for(".page", publication_id=publication_id, name=f"{key}.dmn", key=key), 303)


@PAGES.post(f"{PLACE}/look")
def look(publication_id: str, name: str, key: str) -> Response:
    """What is wrong with the table as it is in the browser, what it asks for, and what it says to `inputs`."""
    document = _document()
    with access.reading() as tx:
        view = reports.publication(tx, publication_id)
        surroundings = environment(tx)
    try:
        sheet = _sheet(document.get("sheet"))
        content = write_sheet(_file(view, name), name, key, sheet)
    except (ValueError, DecisionsUnreadable) as refused:
        return _json(422, message=str(refused))
    try:
        model = read_decisions(content, name, files_of({**view.files, name: content})).sound()
    except DecisionsUnreadable as refused:
        return _json(200, faults=list(_faults(refused, sheet)))
    asks = list(_asks(model, key))
    given = document.get("inputs")
    answer: dict[str, Any] = {"faults": [], "asks": asks}
    if isinstance(given, dict) and any(given.values()):
        try:
            inputs = {one["name"]: _value(str(given.get(one["name"], "")), one["type"]) for one in asks}
            found = evaluate(model, key, inputs, surroundings)
            answer["result"] = _told(found.trace, sheet, found.value)
        except DecisionFailed as refused:
            numbers = refused.parameters.get("rules", "") if refused.decision == key else ""
            answer["result"] = {"failure": refused.message, "matched": [int(one) for one in numbers.split(", ") if one]}
        except ValueError as refused:
            answer["result"] = {"failure": str(refused), "matched": []}
    return _json(200, **answer)


@PAGES.put(PLACE)
def save(publication_id: str, name: str, key: str) -> Response:
    """Save the table into the draft; `If-Match` says which revision was being edited."""
    document = _document()
    tag = request.headers.get("If-Match", "").strip('"')
    view = version_of(publication_id)
    try:
        content = write_sheet(_file(view, name), name, key, _sheet(document.get("sheet")))
        with access.transaction() as tx:
            seen = int(tag) if tag.isdecimal() and len(tag) < 10 else -1
            revision = publishing.save_draft(tx, publication_id, {name: content}, seen)
    except StaleRevision as refused:
        return _json(412, message=refused.message)
    except Conflict as refused:
        return _json(409, message=refused.message)
    except (BpmnError, Unacceptable) as refused:
        return _json(422, message=told(refused))
    except ValueError as refused:
        return _json(422, message=str(refused))
    return _json(200, version=revision, sheet=asdict(read_sheet(content, name, key)))


def _file(view: reports.PublicationView, name: str) -> bytes:
    content = view.files.get(name)
    if content is None or not name.endswith(".dmn"):
        abort(404)
    return content


def _document() -> dict[str, Any]:
    content = request.get_data(cache=False)
    if len(content) > DIAGRAM_BYTES:
        abort(413)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        abort(400)
    return document if isinstance(document, dict) else {}


# --- the sheet as the browser sends it


def _sheet(document: Any) -> Sheet:
    """The sheet; raises ValueError where it is none."""
    match document:
        case {"hit_policy": str(policy), "aggregation": str(aggregation), "rules": list(rules), **rest}:
            if len(rules) > RULES:
                raise ValueError(f"there are more than {RULES} rules")
            return Sheet(
                id=_text(rest.get("id")),
                hit_policy=policy,
                aggregation=aggregation,
                inputs=tuple(map(_column, _list(rest.get("inputs")))),
                outputs=tuple(map(_column, _list(rest.get("outputs")))),
                notes=_texts(rest.get("notes")),
                rules=tuple(map(_row, rules)),
            )
    raise ValueError("this is no decision table")


def _column(document: Any) -> Column:
    if not isinstance(document, dict):
        raise ValueError("this is no column")
    texts = {name: _text(document.get(name)) for name in ("label", "text", "type", "values", "default")}
    return Column(at=_place(document), **texts)


def _row(document: Any) -> Row:
    if not isinstance(document, dict):
        raise ValueError("this is no rule")
    return Row(at=_place(document), cells=_texts(document.get("cells")), notes=_texts(document.get("notes")))


def _place(document: Mapping[str, Any]) -> int:
    at = document.get("at")
    return at if isinstance(at, int) else NEW


def _text(value: Any) -> str:
    """A text that XML can hold, as it is kept: without white space around it."""
    return "".join(one for one in value if one in "\t\n" or one >= " ").strip() if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


# --- what the page tells


def _faults(refused: DecisionsUnreadable, sheet: Sheet) -> Iterator[dict[str, Any]]:
    """Every wrong place; those of this table with rule (from 1, or none) and column (from 0, outputs after inputs)."""
    for one in (refused, *refused.others):
        kind, _, number = str(one.parameters.get("position", "")).partition(" ")
        if one.parameters.get("table") != sheet.id or not number:
            yield {"message": one.message}
            continue
        column = int(number) + (len(sheet.inputs) if kind == "output" else 0)
        yield {"message": str(one.parameters["reason"]), "rule": one.parameters.get("rule"), "column": column}


def _asks(model: DecisionModel, key: str) -> Iterator[dict[str, Any]]:
    """The names a table reads from outside, with type and the values it knows."""
    element = model.find(key)
    types: dict[str, tuple[str, list[str]]] = {}
    for one in model.used.values():
        if isinstance(one, InputData) and not one.imports:
            types[one.variable] = (_base(one.type.name), _choices(one.type.allowed))
    for one in (*model.decisions.values(), *model.used.values()):
        if isinstance(one, Decision | KnowledgeModel) and isinstance(one.logic, DecisionTable):
            for column in one.logic.inputs:
                known = types.get(column.expression.text, ("", []))
                choices = known[1] or _choices(column.allowed)
                types[column.expression.text] = (known[0] or _base(column.type_name), choices)
    if isinstance(element, KnowledgeModel):
        names = [name for name, _ in element.parameters]
    else:
        names = sorted(model.names_read(key) - FUNCTIONS - FUNCTION_NAMES) if element else []
    for name in names:
        kind, choices = types.get(name, ("", []))
        if kind == "boolean":
            choices = ["true", "false"]
        yield {"name": name, "type": kind, "choices": choices}


def _base(name: str) -> str:
    bare = name.rpartition(":")[2]
    return bare if bare in TYPES else ""


def _choices(allowed: UnaryTests | str | None) -> list[str]:
    """The values that allowed values list one by one."""
    try:
        tests = parse_unary_tests(allowed) if isinstance(allowed, str) and allowed else allowed
    except FeelSyntaxError:
        return []
    found = tests.constants if isinstance(tests, UnaryTests) else None
    return [one if isinstance(one, str) else canonical(one) for one in found or () if isinstance(one, str | Decimal)]


def _value(text: str, kind: str) -> Value:
    """What somebody typed, as the type of the name wants it; without one as FEEL, else as text. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if kind == "number":
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise ValueError(_("“%(text)s” is not a number.", text=text)) from None
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError(_("“%(text)s” is neither true nor false.", text=text))
        return text == "true"
    if kind:
        return text.strip('"')
    try:
        expression = parse_expression(text)
    except FeelSyntaxError:
        return text
    return text if expression.names else expression.evaluate({}).value


def _told(trace: Trace, sheet: Sheet, value: Value) -> dict[str, Any]:
    own = next((one for one in trace.required if one.decision == sheet.id), trace)
    return {
        "value": canonical(value),
        "matched": [rule.number for rule in own.matched],
        "problems": list(trace.problems),
        "required": [
            {
                "name": one.name,
                "rules": [rule.number for rule in one.matched],
                "outputs": [canonical(row) for row in one.outputs],
            }
            for one in trace.required
            if one is not own
        ],
    }


def _json(status: int, **document: Any) -> Response:
    return Response(json.dumps(document), status, mimetype="application/json")
