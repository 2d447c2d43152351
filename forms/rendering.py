"""Write a form as accessible HTML that works without JavaScript, and answers to be read.

The page brings the ``<form method="post" enctype="multipart/form-data" novalidate>``, its CSRF field and its buttons.
Its first button must be the one that completes the task, placed first in the form (visually hidden if need be): Enter
presses the first button, and the buttons that add and remove rows are among the fields. Those are named ``_row``;
their value goes to `apply_row_action`. Names that begin with ``_``, ``csrf_token`` and
``seen`` are the page's own.

Inputs marked ``data-refresh`` are read by conditions: a page with JavaScript may post the form when one changes, and
show what `render_form` gives for `answers.typed`. The classes are Bootstrap's, and ``hint``, ``optional``, ``choices``,
``still``, ``group``, ``list-row``, ``form-prose``, ``answers``, ``answer``, ``personal`` for the style sheet.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from forms.data import Value
from forms.definition import FormDefinition
from forms.errors import Problem
from forms.feel import NEUTRAL, Environment
from forms.filling import complete
from forms.moments import zone_of
from forms.plain_templates import PlainTemplates
from forms.posted import path_of
from forms.scope import Choices, scope_of
from forms.showing import Showing, field_id
from forms.telling import Telling
from forms.wording import Translate, same, words


@lru_cache(maxsize=16)
def _templates(translate: Translate) -> PlainTemplates:
    """The templates with the words of one language, so that the shapes they share are read once for all pages."""
    templates = PlainTemplates(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )

    def text(code: str, **parameters: Value) -> str:
        return words(code, parameters, translate)

    templates.globals["t"] = text
    templates.globals["frame"] = templates.get_template("frame.html").module
    return templates


def render_form(
    definition: FormDefinition,
    *,
    values: Mapping[str, Value] | None = None,
    problems: Sequence[Problem] = (),
    context: Mapping[str, Value],
    environment: Environment = NEUTRAL,
    choices: Choices | None = None,
    zone: str = "UTC",
    translate: Translate = same,
) -> Markup:
    """Give the fields of a form, filled with `values` (as accepted, or as typed) or else their defaults."""
    start = complete(definition.components, values or {}, context, defaults=True)
    scope = scope_of(definition, start, context=context, environment=environment, choices=choices or {})
    telling = _telling(zone, translate, None)
    showing = Showing(
        definition=definition,
        errors={problem.path: words(problem.code, problem.parameters, translate) for problem in problems},
        zone=zone_of(zone),
        translate=translate,
        still=telling.content,
    )
    return _render("bands.html", translate, bands=showing.bands(definition.components, scope.answers, scope, ()))


def render_answers(
    definition: FormDefinition,
    *,
    values: Mapping[str, Value],
    context: Mapping[str, Value] | None = None,
    environment: Environment = NEUTRAL,
    choices: Choices | None = None,
    zone: str = "UTC",
    translate: Translate = same,
    file_url: Callable[[Mapping[str, Value]], str] | None = None,
) -> Markup:
    """Give answers to be read, with the labels of the form as it was; `file_url` links a file value."""
    known = context or {}
    given = complete(definition.components, values, known)
    scope = scope_of(definition, given, context=known, environment=environment, choices=choices or {})
    blocks = _telling(zone, translate, file_url).blocks(definition.components, scope.answers, scope)
    return _render("answers.html", translate, blocks=blocks)


def render_problems(problems: Sequence[Problem], *, translate: Translate = same) -> Markup:
    """Give the summary of problems for the top of the page, with a link to each field; empty without problems."""
    if not problems:
        return Markup()
    count = len(problems)
    title = words("page.problem_one" if count == 1 else "page.problem_many", {"count": count}, translate)
    items = [
        {
            "id": field_id(problem.path),
            "label": _label(problem, translate),
            "message": words(problem.code, problem.parameters, translate),
        }
        for problem in problems
    ]
    return _render("problems.html", translate, title=title, problems=items)


def _label(problem: Problem, translate: Translate) -> str:
    """Give the label of a problem's field, with the row where the field stands in a list; empty without a field."""
    label = str(problem.parameters.get("label", ""))
    rows = [step for step in path_of(problem.path) or () if isinstance(step, int)]
    if not label or not rows:
        return label
    return f"{label} ({', '.join(words('page.row', {'number': row + 1}, translate) for row in rows)})"


def _telling(zone: str, translate: Translate, file_url: Callable[[Mapping[str, Value]], str] | None) -> Telling:
    template = _templates(translate).get_template("answer.html")
    return Telling(zone=zone_of(zone), translate=translate, template=template, file_url=file_url)


def _render(name: str, translate: Translate, **given: object) -> Markup:
    template = _templates(translate).get_template(name)
    return Markup(template.render(given))  # noqa: S704 - made by escaping templates
