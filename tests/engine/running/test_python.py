"""Python of diagrams at run time: where it stands, what it sees and sets, and how it fails."""

from dataclasses import replace
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine.errors import StepFailed
from engine.model.step import DataChanged
from engine.running.python import NOWHERE
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT, Play


def script(text, language="python"):
    return (
        f"<bpmn:scriptTask id='c' scriptFormat={quoteattr(language)}>"
        f"<bpmn:script>{escape(text).replace(chr(10), '&#10;')}</bpmn:script></bpmn:scriptTask>"
    )


def around(kind, before="", after=""):
    parts = [("preScript", before), ("postScript", after)]
    inner = "".join(f"<spiffworkflow:{tag}>{escape(text)}</spiffworkflow:{tag}>" for tag, text in parts if text)
    return f"<bpmn:{kind} id='u'><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:{kind}>"


def condition(flow, target, text):
    return (
        f"<bpmn:sequenceFlow id='{flow}' sourceRef='g' targetRef='{target}'>"
        f"<bpmn:conditionExpression>{escape(text)}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )


@pytest.mark.parametrize("language", ["python", "text/x-python", "Python3", " application/python "])
def test_a_script_sets_what_it_changes(language):
    text = "total = 0\nfor line in lines:\n    total += line['price']\nlines.append({'price': total})\nsame = kept"
    data = {"lines": [{"price": Decimal("0.1")}, {"price": Decimal("0.2")}], "kept": True}
    play = Play(drawn(f"start s\n{script(text, language)}\nuser t\ns -> c\nc -> t"), data)
    assert play.live.data["total"] == Decimal("0.3")
    assert play.live.data["lines"] == [*data["lines"], {"price": Decimal("0.3")}]
    changed = [step.name for step in play.all if isinstance(step, DataChanged)]
    assert sorted(changed) == ["kept", "line", "lines", "lines", "same", "total"]  # two came with the start


def test_a_script_without_a_format_is_python_where_it_is_no_list_of_assignments():
    play = Play(
        drawn(f"start s\n{script('if n > 1:' + chr(10) + '    m = n', '')}\nuser t\ns -> c\nc -> t"), {"n": Decimal(2)}
    )
    assert play.live.data["m"] == 2


def test_scripts_before_and_after_an_activity():
    lines = f"start s\n{around('userTask', 'seen = n + 1', 'n = answer * 2')}\nuser t\ns -> u\nu -> t"
    play = Play(drawn(lines), {"n": Decimal(1)})
    assert play.live.data["seen"] == 2
    play.do("u", answer=Decimal(5))
    assert play.live.data["n"] == 10


def test_scripts_around_run_once_for_each_instance_where_the_repetition_says_so():
    loop = "<bpmn:multiInstanceLoopCharacteristics spiffworkflow:scriptsOnInstances='true'>"
    loop += "<bpmn:loopDataInputRef>[x for x in items if x &gt; 1]"
    loop += "</bpmn:loopDataInputRef><bpmn:inputDataItem id='item'/></bpmn:multiInstanceLoopCharacteristics>"
    activity = around("task", "n = n + item").replace("</bpmn:task>", f"{loop}</bpmn:task>")
    play = Play(
        drawn(f"start s\n{activity}\nuser t\ns -> u\nu -> t"),
        {"n": Decimal(0), "items": [Decimal(1), Decimal(2), Decimal(3)]},
    )
    assert play.live.data["n"] == 5


@pytest.mark.parametrize(("n", "reached"), [(Decimal(3), "a"), (Decimal(30), "b"), (Decimal(300), "d")])
def test_conditions(n, reached):
    ways = condition("f", "a", "n < 10 and kind in ['x', 'y']") + condition("h", "b", "10 <= n < 100")
    play = Play(
        drawn(
            f"start s\n<bpmn:exclusiveGateway id='g' default='i'/>\nuser a\nuser b\nuser d\n{ways}\ns -> g\ni: g -> d"
        ),
        {"n": n, "kind": "x"},
    )
    assert list(play.open.values()) == [reached]


def test_timers_are_texts_or_timedeltas():
    for text in ('"PT4H"', "timedelta(hours=hours)", "datetime.now() + timedelta(hours=4)"):
        timing = f"<bpmn:timeDuration>{escape(text)}</bpmn:timeDuration>"
        event = f"<bpmn:intermediateCatchEvent id='w'><bpmn:timerEventDefinition>{timing}"
        event += "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
        play = Play(
            drawn(f"start s\nscript c {{ hours = 4 }}\n{event}\nend e\ns -> c\nc -> w\nw -> e"), {"hours": Decimal(4)}
        )
        (timer,) = play.live.waiting().timers
        assert timer.due.isoformat() == "2027-01-31T16:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("x = 1\ny = x / 0", "python_failed", "in line 2: A number is divided by 0."),
        ("y = nothing", "python_failed", "The name nothing is not set."),
        ("while True:\n    x = 1", "python_limit", "steps"),
        ("x = 'a' * 10 ** 9", "python_limit", "characters"),
        ("case['number'] = 1", "reserved_name", "case"),
    ],
)
def test_what_fails_names_the_element_and_the_line(text, code, said):
    at = replace(AT, names={"case": {"number": "INC-1"}})
    play = Play(drawn(f"start s\nuser t\n{script(text)}\nend e\ns -> t\nt -> c\nc -> e"), at=at, again=False)
    with pytest.raises(StepFailed) as caught:
        play.do("t")
    assert (caught.value.element_id, caught.value.code) == ("c", code)
    assert said in str(caught.value)


def test_nothing_runs_where_nobody_vouched():
    at = replace(AT, python=NOWHERE)
    compiled = drawn(f"start s\nuser t\n{script('x = 1')}\nend e\ns -> t\nt -> c\nc -> e")
    play = Play(compiled, at=at)
    with pytest.raises(StepFailed, match="Nobody vouched"):
        play.do("t")
