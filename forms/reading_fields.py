"""Read one field of a form file: what all fields have, then the rules of its kind."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypedDict

from forms.data import Value, canonical
from forms.definition import (
    FILE_COUNT,
    FILE_SIZE,
    Bound,
    CheckboxField,
    Choice,
    ChoiceField,
    Feel,
    Field,
    FieldKind,
    FilesField,
    MomentField,
    NumberField,
    Source,
    Subtype,
    TextField,
)
from forms.node import Node
from forms.patterns import PatternUnacceptable, compile_pattern

_FREE = frozenset({FieldKind.TEXTFIELD, FieldKind.TEXTAREA, FieldKind.FILES})
_FORMATS = frozenset({"", "email", "phone"})
_SUBTYPES = {subtype.value: subtype for subtype in Subtype}
_UNITS: Mapping[str, int] = {"": 1, "b": 1, "bytes": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


class _Common(TypedDict):
    id: str
    kind: FieldKind
    key: str
    label: str
    description: str
    required: bool
    readonly: bool
    personal: bool
    prefilled: bool
    default: Value
    prefix: str
    suffix: str


def read_field(node: Node, kind: FieldKind, key: str) -> Field:
    """Give the field; problems are noted on the node."""
    appearance = node.inner("appearance")
    common = _Common(
        id=node.text("id"),
        kind=kind,
        key=key,
        label=node.text("label") or node.text("dateLabel") or node.text("timeLabel") or key,
        description=node.text("description"),
        required=node.inner("validate").flag("required"),
        readonly=_still(node, "readonly") or _still(node, "disabled"),
        personal=_personal(node, kind),
        prefilled=_prefilled(node, kind),
        default=node.get("defaultValue"),
        prefix=appearance.text("prefixAdorner"),
        suffix=appearance.text("suffixAdorner"),
    )
    return _READERS[kind](node, common)


def _still(node: Node, name: str) -> bool:
    if isinstance(node.get(name), str):
        node.problem(name, "readonly_expression")
        return False
    return node.flag(name)


def _personal(node: Node, kind: FieldKind) -> bool:
    written = node.own("personal")
    if written not in {"", "true", "false"}:
        node.problem("properties.personal", "wrong_type", name="personal", expected="“true” or “false”")
    return written == "true" or (written != "false" and kind in _FREE)


def _prefilled(node: Node, kind: FieldKind) -> bool:
    written = node.own("prefilled")
    if written not in {"", "true", "false"}:
        node.problem("properties.prefilled", "wrong_type", name="prefilled", expected="“true” or “false”")
    return written != "false" and kind is not FieldKind.FILES


def _read_text(node: Node, common: _Common) -> TextField:
    rules = node.inner("validate")
    pattern = rules.text("pattern")
    if pattern:
        try:
            compile_pattern(pattern)
        except PatternUnacceptable as error:
            rules.problem("pattern", "pattern_unfit", reason=str(error))
            pattern = ""
    checked = rules.text("validationType")
    if checked not in _FORMATS:
        rules.problem("validationType", "validation_type", name=checked)
    shortest, longest = _bounds(node, rules, "minLength", "maxLength")
    _default_is(node, str)
    return TextField(
        **common,
        min_length=shortest,
        max_length=longest,
        pattern=pattern,
        pattern_message=rules.text("patternErrorMessage"),
        format=checked,
    )


def _read_number(node: Node, common: _Common) -> NumberField:
    minimum, maximum = _bounds(node, node.inner("validate"), "min", "max")
    increment = node.number("increment")
    if increment is not None and increment <= 0:
        node.problem("increment", "wrong_type", name="increment", expected="a number above 0")
        increment = None
    common["default"] = node.number("defaultValue")
    return NumberField(
        **common,
        minimum=minimum,
        maximum=maximum,
        digits=node.whole("decimalDigits", least=0, most=20),
        increment=increment,
    )


def _bounds(node: Node, rules: Node, low: str, high: str) -> tuple[Bound, Bound]:
    lowest, highest = rules.bound(low), rules.bound(high)
    if isinstance(lowest, Decimal) and isinstance(highest, Decimal) and lowest > highest:
        rules.problem(low, "bounds_crossed", low=low, high=high)
    node.expressions.extend(rules.expressions)
    return lowest, highest


def _default_is(node: Node, kind: type) -> None:
    value = node.get("defaultValue")
    if value is not None and not isinstance(value, kind):
        node.problem("defaultValue", "default_unfit")


def _read_checkbox(node: Node, common: _Common) -> CheckboxField:
    _default_is(node, bool)
    return CheckboxField(**common)


def _read_choice(node: Node, common: _Common) -> ChoiceField:
    own = node.own("choices")
    given = {
        Source.INSTALLATION: bool(own),
        Source.VALUES: isinstance(node.get("values"), list) and bool(node.get("values")),
        Source.KEY: bool(node.text("valuesKey")),
        Source.EXPRESSION: bool(node.text("valuesExpression")),
    }
    sources = [source for source, present in given.items() if present]
    if not sources:
        node.problem("values", "options_missing")
        return ChoiceField(**common, source=Source.VALUES)
    if len(sources) > 1 and not own:
        node.problem(sources[1], "options_ambiguous", names=", ".join(sources))
    source = sources[0]
    reference: Feel | str = own
    if source is Source.KEY:
        reference = node.text("valuesKey")
    elif source is Source.EXPRESSION:
        reference = node.feel("valuesExpression") or ""
    values = _choices(node) if source is Source.VALUES else ()
    _check_default(node, common, values)
    return ChoiceField(**common, source=source, values=values, reference=reference)


def _check_default(node: Node, common: _Common, values: tuple[Choice, ...]) -> None:
    default = common["default"]
    several = common["kind"] in {FieldKind.CHECKLIST, FieldKind.TAGLIST}
    if default in (None, "", []):
        common["default"] = None
        return
    if several != isinstance(default, list):
        node.problem("defaultValue", "default_unfit")
        return
    offered = {token(choice.value) for choice in values}
    if values and any(token(item) not in offered for item in (default if several else [default])):
        node.problem("defaultValue", "default_unfit")


def _choices(node: Node) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    seen: set[str] = set()
    for index, item in enumerate(node.get("values")):
        choice = as_choice(item)
        if choice is None:
            node.problem(f"values[{index}]", "wrong_type", name="values", expected="a label and a value")
        elif token(choice.value) in seen:
            node.problem(f"values[{index}]", "option_twice", value=token(choice.value))
        else:
            seen.add(token(choice.value))
            choices.append(choice)
    return tuple(choices)


def as_choice(item: Value) -> Choice | None:
    """Give a choice from an item of `values` or of a list in the data: an object with value and label, or a value."""
    value = item.get("value") if isinstance(item, Mapping) else item
    label = item.get("label") if isinstance(item, Mapping) else None
    if not isinstance(value, str | Decimal | bool) or value == "":
        return None
    return Choice(value=value, label=label if isinstance(label, str) and label else token(value))


def token(value: Value) -> str:
    """Write the value of a choice as it stands in HTML: text as it is, others as JSON."""
    return value if isinstance(value, str) else canonical(value)


def _read_moment(node: Node, common: _Common) -> MomentField:
    written = node.text("subtype") or Subtype.DATE.value
    if written not in _SUBTYPES:
        node.problem("subtype", "subtype_unknown", subtype=written)
    subtype = _SUBTYPES.get(written, Subtype.DATE)
    _default_is(node, str)
    return MomentField(
        **common,
        subtype=subtype,
        no_past=node.flag("disallowPassedDates"),
        interval=node.whole("timeInterval", least=1, most=720),
        utc=node.text("timeSerializingFormat") == "utc_normalized",
    )


def _read_files(node: Node, common: _Common) -> FilesField:
    if isinstance(node.get("multiple"), str):
        node.problem("multiple", "wrong_type", name="multiple", expected="true or false")
    several = node.get("multiple") is True
    count = FILE_COUNT if several else 1
    written = node.own("maxFiles")
    if written and several:
        if written.isascii() and written.isdigit() and 0 < int(written[:6]) <= 1000:
            count = int(written[:6])
        else:
            node.problem("properties.maxFiles", "wrong_type", name="maxFiles", expected="a whole number from 1 to 1000")
    common["default"] = None
    return FilesField(**common, accept=node.text("accept"), max_size=_size(node), max_count=count)


def _size(node: Node) -> int:
    written = node.own("maxSize")
    if not written:
        return FILE_SIZE
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    unit = written[len(digits) :].strip().lower()
    if unit in _UNITS and digits.isascii() and digits.isdigit() and int(digits[:12]) > 0:
        return int(digits[:12]) * _UNITS[unit]
    node.problem("properties.maxSize", "size_unfit", value=written)
    return FILE_SIZE


_READERS: Mapping[FieldKind, Callable[[Node, _Common], Field]] = {
    FieldKind.TEXTFIELD: _read_text,
    FieldKind.TEXTAREA: _read_text,
    FieldKind.NUMBER: _read_number,
    FieldKind.CHECKBOX: _read_checkbox,
    FieldKind.RADIO: _read_choice,
    FieldKind.SELECT: _read_choice,
    FieldKind.CHECKLIST: _read_choice,
    FieldKind.TAGLIST: _read_choice,
    FieldKind.DATETIME: _read_moment,
    FieldKind.FILES: _read_files,
}
