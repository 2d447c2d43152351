"""The one catalogue of English texts of forms: problems of answers, defects of form files, and words on the page.

A code becomes words by `words(code, parameters)`. Another language is a `translate` callable that gets the English
template (``Use at most {maximum} characters.``) and gives it in that language, as gettext does; parameters are put
in afterwards. A code with a field kind behind a dot (``required.select``) is preferred for fields of that kind.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from forms.data import Value, number_text

Translate: TypeAlias = Callable[[str], str]

TEXTS: Mapping[str, str] = {
    # Problems of answers: what is wrong and how to mend it.
    "required": "Enter an answer.",
    "required.checkbox": "Tick this box to go on.",
    "required.radio": "Choose one answer.",
    "required.select": "Choose one answer.",
    "required.checklist": "Choose at least one answer.",
    "required.taglist": "Choose at least one answer.",
    "required.datetime": "Enter a date or time.",
    "required.filepicker": "Add a file.",
    "wrong_type": "This is not the kind of answer the question asks for.",
    "not_a_number": "Enter a number, such as 12 or 3.5.",
    "decimal_comma": "Write the number with a point and without separators: {suggestion}.",
    "number_too_long": "Enter a number of at most {maximum} digits.",
    "too_small": "Enter {minimum} or more.",
    "too_large": "Enter {maximum} or less.",
    "too_many_decimals": "Use at most {digits} digits after the point.",
    "not_whole": "Enter a whole number.",
    "not_a_step": "Enter a multiple of {increment}; the nearest are {lower} and {upper}.",
    "too_short": "Use at least {minimum} characters; there are {length}.",
    "too_long": "Use at most {maximum} characters; there are {length}.",
    "pattern_mismatch": "This does not have the form that is asked for.",
    "not_an_email": "Enter a mail address, such as name@example.org.",
    "not_a_phone": "Enter an international phone number, such as +4930664040900.",
    "not_a_choice": "Choose one of the answers offered.",
    "chosen_twice": "Choose each answer only once.",
    "not_a_date": "Enter a date, such as 2026-11-30.",
    "not_a_time": "Enter a time, such as 14:30.",
    "not_a_moment": "Enter a date and a time, such as 2026-11-30 14:30.",
    "no_such_time": "The clocks are put forward over this time: choose one that exists.",
    "in_the_past": "Choose a date or time that has not passed.",
    "unacceptable_characters": "Remove characters that cannot be stored or shown.",
    "file_too_large": "{name} is larger than {maximum}. Choose a smaller file.",
    "too_many_files": "Add at most {maximum} files.",
    "wrong_file_type": "{name} is not a file of the kind asked for ({accept}).",
    "file_unknown": "A file that was added before is no longer here. Add it again.",
    "too_many_rows": "Enter at most {maximum} rows.",
    "rows_missing": "The rows did not arrive in order. Check them and send again.",
    "given_twice": "This was sent more than once. Enter one answer.",
    "unknown_field": "The form has no field “{name}”.",
    "too_much": "More was sent than a form can hold.",
    "unacceptable_data": "The answers are not data that can be stored: {reason}.",
    # Words on the page.
    "page.optional": "(optional)",
    "page.choose": "Choose …",
    "page.none": "No choice",
    "page.no_answer": "no answer",
    "page.no_options": "There is nothing to choose from.",
    "page.problem_one": "One answer needs attention",
    "page.problem_many": "{count} answers need attention",
    "page.add_row": "Add a row",
    "page.add_row_label": "Add a row: {label}",
    "page.remove_row": "Remove",
    "page.remove_row_label": "Remove row {number} of {label}",
    "page.rows": "Rows",
    "page.row": "Row {number}",
    "page.no_rows": "No rows yet.",
    "page.keep_file": "Keep {name}",
    "page.file_limit": "At most {size} per file.",
    "page.files_limit": "At most {count} files, {size} each.",
    "page.personal": "personal data",
    "page.yes": "Yes",
    "page.no": "No",
    # Defects of form files.
    "form.not_json": "This is not JSON: {reason}.",
    "form.too_large": "The file is larger than {maximum} bytes.",
    "form.not_a_form": "This is not a form: it has no list “components”.",
    "form.not_a_schema": "This is no JSON Schema of a form: it has no “properties”.",
    "form.schema_keyword": "“{keyword}” of JSON Schema is not read here. Draw the form as a .form file.",
    "form.wrong_type": "“{name}” must be {expected}.",
    "form.type_missing": "The component has no type.",
    "form.type_unknown": "There is no component “{type}”.",
    "form.type_refused": "The component “{type}” is not accepted. {instead}",
    "form.key_missing": "The {type} has no key.",
    "form.key_unfit": "The key “{key}” must be one name of letters, digits and underscores, starting with a letter.",
    "form.key_dotted": "The key “{key}” has a dot. Put the field into a group with the path “{path}” instead.",
    "form.key_taken": "The key “{key}” is used twice.",
    "form.key_reserved": "The key “{key}” is used by the page itself. Choose another.",
    "form.path_missing": "The dynamic list has no path.",
    "form.too_deep": "Groups and lists are nested deeper than {maximum} levels.",
    "form.too_many": "The form has more than {maximum} components.",
    "form.expression_unfit": "The expression cannot be read: {reason}.",
    "form.expression_expected": "Write an expression with “=” in front.",
    "form.template_unfit": "Only {{{{ expression }}}} is filled in; loops and conditions in texts are not.",
    "form.pattern_unfit": "The pattern cannot be used: {reason}. Look-around and back-references are not available.",
    "form.validation_type": "“{name}” is no check of a text. Use email or phone, or a pattern.",
    "form.options_missing": "There is nothing to choose from: give values, a values key, or the property “choices”.",
    "form.options_ambiguous": "Give the choices in one way only: {names}.",
    "form.option_twice": "The value “{value}” is offered twice.",
    "form.subtype_unknown": "“{subtype}” is no kind of date. Use date, time or datetime.",
    "form.bounds_crossed": "“{low}” is larger than “{high}”.",
    "form.readonly_expression": "Whether a field is read-only must be true or false. Use two fields with conditions.",
    "form.readonly_in_list": "A field in a dynamic list cannot be read-only.",
    "form.size_unfit": "“{value}” is no size. Write a number of bytes, or as in “20 MB”.",
    "form.default_unfit": "The default value does not fit the field.",
}

INSTEAD: Mapping[str, str] = {
    "expression": "Compute the value in the diagram (a script task with FEEL) or in a decision table.",
    "html": "Use a text component.",
    "iframe": "Use a text component with a link.",
    "image": "Use a text component with a link to the picture.",
    "table": "Use a dynamic list.",
    "documentPreview": "Files are listed with the answers; use a file picker to ask for them.",
}


def same(text: str) -> str:
    """Translate into English: give the text back."""
    return text


def words(code: str, parameters: Mapping[str, Value], translate: Translate = same) -> str:
    """Give the text of `code` with its parameters put in; a problem's own `message` (from the form) wins."""
    own = parameters.get("message")
    if isinstance(own, str) and own:
        return own
    template = TEXTS.get(f"{code}.{parameters.get('kind')}") or TEXTS.get(code) or code
    shown = {name: number_text(value) if isinstance(value, Decimal) else value for name, value in parameters.items()}
    return translate(template).format_map(_Gaps(shown))


class _Gaps(dict[str, Value]):
    """Parameters of a text; one that is missing stays visible as its name rather than failing the page."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def size_text(size: int | Decimal) -> str:
    """Write a number of bytes as people say it: ``20 MB``, ``1.4 MB``, ``300 bytes``."""
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{number_text(round(Decimal(size) / factor, 1))} {unit}"
    return f"{size} bytes"
