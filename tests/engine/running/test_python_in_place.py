"""What scripts change inside lists and objects: kept and journaled as if every value had been made anew."""

import random
from dataclasses import replace
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine.model.step import DataChanged
from engine.running import restore, start
from engine.running.apart import Apart
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT, outline

DATA = {
    "items": [Decimal(3), Decimal("1.50"), Decimal(2)],
    "d": {"x": {"y": Decimal(1), "z": [True, None, "a"]}},
    "rows": [{"n": Decimal(2), "tags": ["b"]}, {"n": Decimal(1), "tags": []}],
    "one": Decimal(1),
    "flag": True,
}
LINES = (
    "items.append(1)",
    "items.sort()",
    "items.reverse()",
    "items += [4, 5]",
    "items.insert(0, 9)\nitems.remove(9)",
    "if items:\n    items.pop()",
    "items.extend(items[:2])",
    "if len(items) > 1:\n    del items[0]",
    'd["x"]["y"] = 2',
    'd["x"]["y"] += one',
    'd["x"]["z"].append("c")',
    'd["w"] = d["x"]\nd["w"]["y"] = 7',
    'd.update({"w": {"v": [1]}})',
    'd.pop("w", None)',
    'rows[0]["tags"].append("q")',
    'rows[0], rows[1] = rows[1], rows[0]\nrows[0]["n"] += 1',
    "for row in rows:\n    row['n'] = row['n'] * 2",
    "shared = items\nshared.append(8)",
    "shared = d['x']['z']\nrows[0]['tags'] = shared\nshared.append('both')",
    "one, flag = flag, one",
    "one = True\nflag = 1",
    "one = 1.0",
    "other = [items, items]\nother[0].append(0)",
    "kept = items\nkept = [x for x in kept]",
    "items = items",
)


def process(lines):
    """A task and a script, by turns."""
    text = "start s\nuser t0\ns -> t0\n"
    for number, line in enumerate(lines):
        text += f"<bpmn:scriptTask id='c{number}' scriptFormat='python'>"
        text += f"<bpmn:script>{escape(line).replace(chr(10), '&#10;')}</bpmn:script></bpmn:scriptTask>\n"
        text += f"user t{number + 1}\nt{number} -> c{number}\nc{number} -> t{number + 1}\n"
    return drawn(text)


def step(live, at=AT):
    return live.complete(live.waiting().tasks[0].token, {}, at)


@pytest.mark.parametrize("seed", range(12))
def test_a_case_that_stays_in_memory_is_the_one_restored_at_every_step(seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable on purpose
    lines = draw.choices(LINES, k=15)
    compiled = process(lines)
    warm, begun = start(compiled, DATA, AT)
    cold = restore(compiled, warm.save())
    journaled = {step.name: step.new for step in begun if isinstance(step, DataChanged)}
    for line in lines:
        before = warm.data
        steps = step(warm)
        assert outline(step(cold)) == outline(steps), line
        saved = warm.save()
        # What is saved piece by piece, with the pieces of earlier saves, is what would be saved at once.
        cold = restore(compiled, cold.save())
        assert restore(compiled, saved).data == cold.data == warm.data, line
        assert list(restore(compiled, saved).data) == list(warm.data)
        for change in steps:
            if isinstance(change, DataChanged):
                assert (change.old, change.was_set) == (before.get(change.name), change.name in before), line
                journaled[change.name] = change.new
        assert written(journaled) == written(warm.data), line


def written(data):
    """With what tells true from 1."""
    return {name: repr(value).replace("1.0'", "1'") for name, value in data.items()}


def test_what_two_names_shared_in_a_script_is_apart_afterwards():
    compiled = process(["shared = items\nshared.append(8)", "shared.append(9)"])
    live, _ = start(compiled, DATA, AT)
    first, second = step(live), step(live)
    changed = [{each.name for each in steps if isinstance(each, DataChanged)} for steps in (first, second)]
    assert changed == [{"items", "shared"}, {"shared"}]
    assert live.data["items"] == [*DATA["items"], Decimal(8)]
    assert live.data["shared"] == [*DATA["items"], Decimal(8), Decimal(9)]


def test_a_truth_value_is_another_value_than_a_number():
    live, _ = start(process(["one = True\nd['x']['y'] = True"]), DATA, AT)
    steps = step(live)
    assert {each.name for each in steps if isinstance(each, DataChanged)} == {"one", "d"}
    assert live.data["one"] is True
    assert live.data["d"]["x"]["y"] is True


def test_scripts_run_apart_change_the_same():
    compiled = process(LINES)
    apart = Apart(workers=1)
    try:
        here, _ = start(compiled, DATA, AT)
        there, _ = start(compiled, DATA, AT)
        for line in LINES:
            assert outline(step(there, replace(AT, python=apart))) == outline(step(here)), line
            assert there.data == here.data, line
    finally:
        apart.close()
