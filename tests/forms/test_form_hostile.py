"""Whatever is sent: answers or a refusal, never another exception; what was accepted comes back the same."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.answers import Answers, accept, accept_document, apply_row_action, json_schema, typed
from forms.data import canonical, normalise
from forms.errors import AnswersRejected, RowActionUnknown
from forms.files import Uploaded
from forms.reading import read_form
from forms.rendering import render_answers, render_form, render_problems

COMPONENTS: list[dict[str, Any]] = [
    {"type": "textfield", "key": "t", "label": "T", "validate": {"pattern": "[a-z]", "maxLength": "=n"}},
    {"type": "number", "key": "n", "label": "N", "decimalDigits": 3, "increment": 0.005, "validate": {"min": -5}},
    {"type": "checkbox", "key": "b", "label": "B"},
    {"type": "select", "key": "s", "label": "S", "values": ["a", "b", 1]},
    {"type": "checklist", "key": "c", "label": "C", "values": ["a", "b"], "conditional": {"hide": '=s = "a"'}},
    {"type": "datetime", "key": "d", "label": "D", "subtype": "datetime", "disallowPassedDates": True},
    {"type": "filepicker", "key": "f", "label": "F", "multiple": True},
    {"type": "group", "path": "g", "label": "G", "components": [{"type": "datetime", "key": "d", "label": "D"}]},
    {"type": "dynamiclist", "path": "l", "label": "L", "components": [
        {"type": "textarea", "key": "t", "label": "T", "conditional": {"hide": "=not(b)"}},
        {"type": "checkbox", "key": "b", "label": "B"},
        {"type": "dynamiclist", "path": "k", "label": "K", "components": [{"type": "number", "key": "n"}]},
    ]},
]  # fmt: skip
FORM = read_form(json.dumps({"components": COMPONENTS}).encode(), "any.form")
SITUATION: dict[str, Any] = {"context": {"n": Decimal(3)}, "zone": "America/New_York"}

_steps = st.sampled_from(["t", "n", "b", "s", "d", "f", "g", "l", "k", "[0]", "[1]", "[7]", "", "_row", "é", "\0"])
_names = st.one_of(
    st.sampled_from(["t", "n", "b", "s", "c", "d", "f", "g.d", "l[0].t", "l[0].b", "l[1].b", "l[0].k[0].n", "l[0]"]),
    st.lists(_steps, max_size=5).map(".".join).map(lambda name: name.replace(".[", "[")),
    st.text(max_size=12),
)
_texts = st.one_of(
    st.sampled_from(["", "a", "1", "true", "2026-11-30", "2026-11-30T10:00", "12,5", "-0", "9" * 40, "\ud800"]),
    st.text(st.characters(), max_size=12),
    st.decimals(allow_nan=True).map(str),
    st.datetimes().map(str),
)
_raw = st.dictionaries(_names, st.lists(_texts, max_size=3), max_size=8)
_uploads = st.builds(Uploaded, st.text(st.characters(), max_size=8), st.binary(max_size=4), st.text(max_size=8))
_files = st.dictionaries(_names, st.lists(_uploads, max_size=2), max_size=2)
_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=6) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=10,
)
_quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _stored(value: Any) -> None:
    assert normalise(value) == value
    assert canonical(value)


def _outcome(take: Callable[[], Answers]) -> Answers | AnswersRejected:
    try:
        return take()
    except AnswersRejected as rejected:
        return rejected


@_quick
@given(_raw, _files)
def test_any_post_is_accepted_or_refused(raw: Any, files: Any) -> None:
    outcome = _outcome(lambda: accept(FORM, raw, files=files, **SITUATION))
    if isinstance(outcome, AnswersRejected):
        _stored(outcome.answers)
        shown = render_form(FORM, values=outcome.answers, problems=outcome.problems, **SITUATION)
        assert (shown + render_problems(outcome.problems)).encode()
        return
    _stored(outcome.values)
    kept = {one.digest: one.file.value for one in outcome.files}
    assert accept_document(FORM, outcome.values, kept_files=kept, **SITUATION).values == outcome.values
    assert render_answers(FORM, values=outcome.values, zone="America/New_York").encode()


@_quick
@given(_raw, _files)
def test_what_was_typed_can_always_be_kept(raw: Any, files: Any) -> None:
    kept = typed(FORM, raw, files=files, **SITUATION)
    _stored(kept)
    assert render_form(FORM, values=kept, **SITUATION).encode()


@_quick
@given(_data)
def test_any_document_is_accepted_or_refused(document: Any) -> None:
    outcome = _outcome(lambda: accept_document(FORM, document, **SITUATION))
    if isinstance(outcome, AnswersRejected):
        _stored(outcome.answers)
        return
    _stored(outcome.values)
    assert canonical(json_schema(FORM, {}, values=outcome.values))


@_quick
@given(
    _raw,
    st.text(st.characters(), max_size=12)
    | st.builds("{}:{}:{}".format, st.sampled_from(["add", "remove"]), _names, _texts),
)
def test_any_row_action_is_done_or_refused(raw: Any, action: str) -> None:
    try:
        changed = apply_row_action(FORM, raw, action)
    except RowActionUnknown:
        return
    assert sum(map(len, changed.values())) <= sum(map(len, raw.values())) + 1


_answers = st.fixed_dictionaries(
    {
        "t": st.none() | st.just("abc"),
        "n": st.none() | st.integers(3, 10**6).map(lambda number: Decimal(number) * Decimal("0.005") + 3),
        "b": st.booleans(),
        "s": st.sampled_from([None, "a", "b", Decimal(1)]),
        "c": st.lists(st.sampled_from(["a", "b"]), unique=True).map(sorted),
        "g": st.fixed_dictionaries({"d": st.none() | st.dates().map(str)}),
        "l": st.lists(
            st.fixed_dictionaries(
                {
                    "t": st.none() | st.text("ab \n<&\"'", max_size=8).map(lambda text: text.strip() or None),
                    "b": st.booleans(),
                    "k": st.lists(st.fixed_dictionaries({"n": st.decimals(-999, 999, places=2)}), max_size=2),
                }
            ),
            max_size=3,
        ),
    }
)


@_quick
@given(_answers)
def test_accepted_answers_survive_the_page(posted: Callable[[str], Any], given_answers: Any) -> None:
    values = accept_document(FORM, given_answers, **SITUATION).values
    raw = posted(render_form(FORM, values=values, **SITUATION))
    assert accept(FORM, raw, **SITUATION).values == values


def test_posts_are_bounded() -> None:
    for raw in (
        {f"n{number}": [""] for number in range(6_000)},
        {"t": [""] * 2_000},
        {"t": ["a" * 3_000_000]},
        {"l" + "[0].k" * 300: ["1"]},
        {"." * 400: ["1"]},
        {"l[" + "9" * 400 + "]": ["1"]},
    ):
        with pytest.raises(AnswersRejected) as raised:
            accept(FORM, raw, **SITUATION)
        assert len(raised.value.problems) <= 200
        assert all(len(problem.path) <= 100 for problem in raised.value.problems)


def test_deep_documents_are_refused() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    for document in ({"t": deep}, {"l": [{"k": [{"n": deep}]}]}, deep):
        with pytest.raises(AnswersRejected):
            accept_document(FORM, document, **SITUATION)
