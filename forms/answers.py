"""Take answers to a form: from a posted page or from a document, checked by the JSON Schema derived from the form.

What is accepted has a key for each question that is shown: null, false or an empty list where nothing was answered.
Questions that are hidden for these answers have no key, so that earlier values under their names stay as they were;
so have read-only fields of the first level, while those inside a group keep the value the context has there.

`zone` is the IANA name of the time zone in which dates without an offset are meant. `kept_files` are earlier uploads
(of a draft) that these answers may name by digest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.arranging import Arranging
from forms.checking import check, check_not_passed, rules_of
from forms.data import DataUnacceptable, Value, normalise
from forms.definition import Component, FilesField, FormDefinition, Path, path_text
from forms.errors import AnswersRejected
from forms.feel import NEUTRAL, Environment
from forms.files import FileAnswer, FileValue, Uploaded
from forms.filling import complete, editable, still_in_groups
from forms.moments import zone_of
from forms.posted import Files, Raw, apply_row_action, document_of, keep_uploads
from forms.refusals import Refusals
from forms.schema import DIALECT, draw
from forms.scope import Choices, Scope, scope_of, shown_values

__all__ = [
    "Answers",
    "Raw",
    "accept",
    "accept_document",
    "apply_row_action",
    "json_schema",
    "keep_uploads",
    "typed",
]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Accepted answers: process data, the top-level names that hold personal data, and the files to be stored."""

    values: dict[str, Value]
    personal: frozenset[str]
    files: tuple[FileAnswer, ...] = ()


def accept(
    definition: FormDefinition,
    raw: Raw,
    *,
    files: Files | None = None,
    kept_files: Mapping[str, FileValue] | None = None,
    context: Mapping[str, Value],
    environment: Environment = NEUTRAL,
    choices: Choices | None = None,
    zone: str = "UTC",
) -> Answers:
    """Take the answers of a posted page. Raises AnswersRejected with every problem and what was typed."""
    refusals = Refusals()
    document, uploads = document_of(definition, raw, files or {}, refusals)
    taking = _Taking(definition, context, environment, choices or {}, zone)
    return taking.take(document, kept_files or {}, uploads, refusals)


def accept_document(
    definition: FormDefinition,
    document: object,
    *,
    kept_files: Mapping[str, FileValue] | None = None,
    context: Mapping[str, Value],
    environment: Environment = NEUTRAL,
    choices: Choices | None = None,
    zone: str = "UTC",
) -> Answers:
    """Take answers given as data (REST, tests, scenarios), by the same rules. Raises AnswersRejected."""
    refusals = Refusals()
    taking = _Taking(definition, context, environment, choices or {}, zone)
    return taking.take(_as_data(document, refusals), kept_files or {}, {}, refusals)


def typed(
    definition: FormDefinition,
    raw: Raw,
    *,
    files: Files | None = None,
    kept_files: Mapping[str, FileValue] | None = None,
    context: Mapping[str, Value],
    environment: Environment = NEUTRAL,
    choices: Choices | None = None,
    zone: str = "UTC",
) -> dict[str, Value]:
    """Give what was typed as values to keep (drafts) or to show again (live refresh), whatever it is; never raises."""
    refusals = Refusals()
    document, uploads = document_of(definition, raw, files or {}, refusals)
    taking = _Taking(definition, context, environment, choices or {}, zone)
    return taking.arranged(document, _known(kept_files or {}, uploads), refusals)


def json_schema(
    definition: FormDefinition,
    context: Mapping[str, Value],
    *,
    values: Mapping[str, Value] | None = None,
    environment: Environment = NEUTRAL,
    choices: Choices | None = None,
) -> dict[str, Value]:
    """Give the JSON Schema 2020-12 of the part of the form that is shown for `values`, as process data."""
    given = complete(definition.components, values or {}, context)
    scope = scope_of(definition, given, context=context, environment=environment, choices=choices or {})
    drawn = draw(definition.components, scope.answers, scope)
    return {"$schema": DIALECT, "title": definition.title, **drawn.schema}


class _Taking:
    """One form in one context, taking answers."""

    def __init__(
        self,
        definition: FormDefinition,
        context: Mapping[str, Value],
        environment: Environment,
        choices: Choices,
        zone: str,
    ) -> None:
        self.definition = definition
        self.context = context
        self.environment = environment
        self.choices = choices
        self.zone = zone_of(zone)

    def scope(self, given: Mapping[str, Value]) -> Scope:
        values = complete(self.definition.components, given, self.context)
        return scope_of(
            self.definition, values, context=self.context, environment=self.environment, choices=self.choices
        )

    def arranged(
        self, document: Mapping[str, Value], files: Mapping[str, FileValue], refusals: Refusals
    ) -> dict[str, Value]:
        """Give the document in the shape of the form, read-only fields left out."""
        seen = Scope(
            context=self.context,
            answers={**complete(self.definition.components, {}, self.context), **document},
            beside={},
            environment=self.environment,
            choices=self.choices,
        )
        arranging = Arranging(scope=seen, zone=self.zone, files=files, refusals=refusals)
        return editable(self.definition.components, arranging.level(self.definition.components, document, ()))

    def take(
        self,
        document: Mapping[str, Value],
        kept_files: Mapping[str, FileValue],
        uploads: Mapping[str, Uploaded],
        refusals: Refusals,
    ) -> Answers:
        parts = self.definition.components
        noted = Refusals()
        given = self.arranged(document, _known(kept_files, uploads), noted)
        scope = self.scope(given)
        values = editable(parts, shown_values(parts, scope.answers, scope))
        rules = rules_of(self.definition, scope.answers, scope)
        noted.move_into(refusals, rules.parts)
        check(rules, values, refusals)
        check_not_passed(rules, values, self.environment.now, self.zone, refusals)
        if refusals:
            raise AnswersRejected(refusals.ordered(rules.parts), given)
        return Answers(
            values=still_in_groups(parts, values, self.context),
            personal=self.definition.personal & values.keys(),
            files=tuple(_fresh(rules.parts, values, uploads)),
        )


def _known(kept: Mapping[str, FileValue], uploads: Mapping[str, Uploaded]) -> dict[str, FileValue]:
    return {**kept, **{digest: upload.value for digest, upload in uploads.items()}}


def _as_data(document: object, refusals: Refusals) -> dict[str, Value]:
    try:
        data = normalise(document)
    except DataUnacceptable as error:
        reason = f"{error.path.removeprefix('$.')} {error.reason}"
        refusals.add((), "unacceptable_data", reason=reason.encode("utf-8", "replace").decode())
        return {}
    if not isinstance(data, dict):
        refusals.add((), "wrong_type")
        return {}
    return data


def _fresh(
    parts: Mapping[Path, Component], values: Mapping[str, Value], uploads: Mapping[str, Uploaded]
) -> Iterator[FileAnswer]:
    for path, part in parts.items():
        if isinstance(part, FilesField):
            found: Value = values
            for step in path:
                found = found[step]
            for value in found:
                digest = value["digest"]
                if digest in uploads:
                    yield FileAnswer(path=path_text(path), digest=digest, file=uploads[digest])
