"""Forms that stand inside a diagram, as forms of Keelson: fields of the Camunda 7 family, and JSON of Camunda 8."""

import re
from typing import Any, Final

from lxml import etree

from bpmn.dialects.juel import holds_juel
from bpmn.dialects.subject import Subject, named, shown
from bpmn.source import Source
from forms.data import canonical
from forms.errors import FormUnreadable
from forms.reading import read_form

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_FIELDS: Final = {
    **dict.fromkeys(("string", "text", ""), "textfield"),
    **dict.fromkeys(("multi-line-text", "textarea"), "textarea"),
    **dict.fromkeys(("long", "integer", "int", "double", "decimal", "number", "float"), "number"),
    **dict.fromkeys(("boolean", "bool"), "checkbox"),
    "date": "datetime",
    "enum": "select",
}
"""The field of a form for each type of theirs."""


def keep(subject: Subject, source: Source, name: str, content: bytes, extension: str) -> bool:
    """Keep a form under a name; whether it can be read, which is noted otherwise."""
    try:
        read_form(content, f"{name}.form")
    except FormUnreadable as error:
        first = error.problems[0]
        remedy = "Draw the form anew, as a .form file."
        subject.open(extension, f"The form inside the diagram cannot be read: {first.where} {first.message}", remedy)
        return False
    source.forms[name] = content
    return True


def from_fields(subject: Subject, source: Source) -> bool:
    """Make a form of ``formData`` or of ``formProperty`` elements; whether there was one."""
    data = subject.parts("formData")
    fields = [field for part in data for field in subject.inside(part, "formField")]
    extension = "formData" if data else "formProperty"
    fields += subject.parts("formProperty")
    if data and not fields:
        subject.unused(extension, "It holds no field.")
    if any(named(part, "businessKey") for part in data):
        subject.unused(f"{extension} businessKey", "A case has a number of its own.")
    if not fields:
        return False
    components = [one for field in fields if (one := _component(subject, field, extension)) is not None]
    name = f"{subject.owner}-fields"
    form = {"type": "default", "id": name, "title": subject.node.get("name") or name, "components": components}
    if components and keep(subject, source, name, canonical(form).encode(), extension):
        subject.property("formRef", name)
        asked = ", ".join(str(one["key"]) for one in components)
        subject.mapped(extension, f"A form that asks for {asked}.")
    return True


def _component(subject: Subject, field: etree._Element, extension: str) -> dict[str, Any] | None:
    key, kind = named(field, "variable") or named(field, "id"), named(field, "type")
    type_ = _FIELDS.get(kind)
    if type_ is None or not key.isidentifier() or key.startswith("_"):
        remedy = "Give it a plain name and one of the types string, long, boolean, date and enum."
        subject.open(extension, f"The field {shown(key)} of the type {shown(kind)} is not asked.", remedy)
        return None
    default = named(field, "defaultValue") or named(field, "default")
    component: dict[str, Any] = {
        "type": type_,
        "key": key,
        "label": named(field, "label") or named(field, "name") or key,
        "validate": _validation(subject, field, extension),
    }
    if type_ == "select":
        component["values"] = [
            {"value": named(value, "id"), "label": named(value, "name") or named(value, "id")}
            for value in subject.inside(field, "value")
        ]
    if named(field, "writable") == "false":
        component["readonly"] = True
    _unread(subject, field, extension, key)
    number = _NUMBER.fullmatch(default) if type_ == "number" else None
    if default and (holds_juel(default) or type_ == "datetime" or (type_ == "number" and not number)):
        remedy = "Set a variable of that name before the task: the form begins with it."
        subject.open(extension, f"The field {key} does not begin with {shown(default)}.", remedy)
    elif number:
        component["defaultValue"] = float(default) if number[1] else int(default)
    elif default:
        component["defaultValue"] = default == "true" if type_ == "checkbox" else default
    return component


def _unread(subject: Subject, field: etree._Element, extension: str, key: str) -> None:
    """What a field may say beside, and is not looked at."""
    expression = named(field, "expression")
    if named(field, "readable") == "false":
        subject.open(
            f"{extension} readable", f"The field {key} is shown.", "Take it out of the form, or mark it hidden."
        )
    if expression:
        remedy = "Name the variable in the field, and compute it in a script task before or behind."
        subject.open(f"{extension} expression", f"The field {key} is not bound to {shown(expression)}.", remedy)
    if named(field, "datePattern"):
        subject.unused(f"{extension} datePattern", "Dates are written as whoever answers has set it.")
    if next(subject.inside(field, "properties"), None) is not None:
        subject.unused(f"{extension} properties", "Notes for the pages of another program.")


def _validation(subject: Subject, field: etree._Element, extension: str) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if named(field, "required") == "true" else {}
    for holder in subject.inside(field, "validation"):
        for rule in subject.inside(holder, "constraint"):
            name, limit = named(rule, "name"), named(rule, "config")
            if name == "required":
                rules["required"] = True
            elif name in ("min", "max", "minlength", "maxlength") and limit.isdecimal():
                rules[name.replace("length", "Length")] = int(limit)
            elif name == "readonly":
                continue
            else:
                remedy = "Check the answer behind the task, or in the form."
                subject.open(extension, f"The constraint {shown(name)} of {named(field, 'id')} is not checked.", remedy)
    return rules
