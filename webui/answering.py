"""Forms of tasks and starts on a page: shown, typed into, kept half-filled, accepted.

A browser never sends a chosen file twice. So when a page is shown again (a row was added, an answer needs mending) its
files are stored and their names travel in the page, signed, in hidden inputs `_kept`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from flask import request
from itsdangerous import BadSignature
from markupsafe import Markup

from engine.acts import attaching
from engine.errors import Unavailable
from forms.answers import Answers, Raw, accept, apply_row_action, keep_uploads, typed
from forms.data import Value, canonical, parse
from forms.definition import FormDefinition
from forms.errors import Problem, RowActionUnknown
from forms.feel import Environment
from forms.files import FileAnswer, FileValue, Uploaded
from forms.rendering import render_form
from forms.scope import NEUTRAL, Choices
from webui import access
from webui.texts import TRANSLATIONS
from webui.texts import gettext as _

KEPT: Final = "_kept"
ROW: Final = "_row"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A form in the situation in which it is asked: the data around it, and what it offers to choose from."""

    form: FormDefinition
    context: Mapping[str, Value]
    environment: Environment = NEUTRAL
    choices: Choices = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a browser sent for a form: its fields, fresh uploads, and files that were sent with an earlier try."""

    raw: Raw
    files: Mapping[str, Sequence[Uploaded]]
    kept: Mapping[str, FileValue]


EMPTY = FormDefinition(id="none", title="", components=())
"""The form of a task that asks nothing."""


def posted() -> Posted:
    """Read the form of this request."""
    raw = request.form.to_dict(flat=False)
    files = {
        name: [Uploaded(one.filename or "", one.read(), one.mimetype) for one in sent if one.filename]
        for name, sent in request.files.to_dict(flat=False).items()
    }
    return Posted(raw=raw, files={name: sent for name, sent in files.items() if sent}, kept=_kept(raw))


def stored(raw: Raw) -> Posted:
    """Read a draft: the fields of an earlier post."""
    return Posted(raw=raw, files={}, kept=_kept(raw))


def settle(sent: Posted) -> Posted:
    """Store fresh uploads, so that the page can be shown again without losing them."""
    if not sent.files:
        return sent
    for uploads in sent.files.values():
        for upload in uploads:
            attaching.keep_file(access.installation(), upload.content)
    raw, fresh = keep_uploads(sent.raw, sent.files)
    kept = {**sent.kept, **fresh}
    raw[KEPT] = [access.signed(canonical(dict(value)), KEPT) for value in kept.values()]
    return Posted(raw=raw, files={}, kept=kept)


def row_action(question: Question, sent: Posted) -> Posted | None:
    """Carry out the add or remove button of a list, if one was pressed; an unknown one changes nothing."""
    action = next(iter(sent.raw.get(ROW, ())), "")
    if not action:
        return None
    settled = settle(sent)
    try:
        return replace(settled, raw=apply_row_action(question.form, settled.raw, action))
    except RowActionUnknown:
        return settled


def accepted(question: Question, sent: Posted) -> Answers:
    """Check the answers. Raises AnswersRejected."""
    answers = accept(
        question.form,
        sent.raw,
        files=sent.files,
        kept_files=sent.kept,
        context=question.context,
        environment=question.environment,
        choices=question.choices,
        zone=access.zone().key,
    )
    earlier = _earlier(answers.values, sent) if sent.kept else []
    return replace(answers, files=(*answers.files, *earlier)) if earlier else answers


def fields(question: Question, sent: Posted | None = None, problems: Sequence[Problem] = ()) -> Markup:
    """The fields of the form as HTML: as typed before, or as it begins."""
    values: Mapping[str, Value] = question.form.known(question.context)
    hidden = Markup("")
    if sent is not None:
        values = typed(
            question.form,
            sent.raw,
            files=sent.files,
            kept_files=sent.kept,
            context=question.context,
            environment=question.environment,
            choices=question.choices,
            zone=access.zone().key,
        )
        for token in sent.raw.get(KEPT, ()):
            hidden += Markup('<input type="hidden" name="{}" value="{}">').format(KEPT, token)
    shown = render_form(
        question.form,
        values=values,
        problems=problems,
        context=question.context,
        environment=question.environment,
        choices=question.choices,
        zone=access.zone().key,
        translate=TRANSLATIONS.gettext,
    )
    return hidden + shown


def without_tokens(raw: Raw) -> dict[str, list[str]]:
    """The fields worth keeping in a draft: not the page's own."""
    return {
        name: list(values)
        for name, values in raw.items()
        if name == KEPT or not (name.startswith("_") or name in {"csrf_token", "seen"})
    }


def _kept(raw: Raw) -> dict[str, FileValue]:
    kept: dict[str, FileValue] = {}
    for token in raw.get(KEPT, ()):
        try:
            value = parse(access.unsigned(token, KEPT))
        except (BadSignature, ValueError):
            continue
        if isinstance(value, dict) and isinstance(value.get("digest"), str):
            kept[value["digest"]] = value
    return kept


def _content(digest: str) -> bytes:
    """What `attaching.keep_file` stored; the digest comes from our own signed token."""
    path = access.installation().settings.data / "files" / digest[:2] / digest
    try:
        return path.read_bytes()
    except OSError:
        raise Unavailable(_("A file that was sent before can no longer be read. Choose it again.")) from None


def _earlier(values: Value, sent: Posted) -> list[FileAnswer]:
    """The files of an earlier try that the accepted answers name, with their content, recorded like fresh ones."""
    found: dict[str, FileAnswer] = {}

    def walk(value: Value) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            digest = value.get("digest")
            if isinstance(digest, str) and digest in sent.kept and digest not in found:
                content = _content(digest)
                upload = Uploaded(str(value.get("name", "")), content, str(value.get("type", "")))
                found[digest] = FileAnswer(path="", digest=digest, file=upload)
            for item in value.values():
                walk(item)

    walk(values)
    return list(found.values())
