import pytest

from bpmn.compiling import NotCompilable, compile_process
from bpmn.compiling.nodes import Guard
from tests.bpmn.compiling.drawing import draft_of, drawn

REFUSED = [
    ("start s\ncall c\ns -> c", "c", "nothing_called"),
    ("start s\nescalation c catch = x\ns -> c", "c", "not_supported"),
    ("start s\nservice c\ns -> c", "c", "no_operation"),
    ("start s\nrule c = unknown\ns -> c", "c", "unknown_decision"),
    ("start s\nscript c { import os }\ns -> c", "c", "not_python"),
    ("start s\nscript c { x := 3 }\ns -> c", "c", "script_line"),
    ("start s\nscript c { x = ( }\ns -> c", "c", "not_feel"),
    ("start s\nscript c { x == 1 }\ns -> c", "c", "not_python"),
    ("start s\nscript c { }\ns -> c", "c", "empty_script"),
    ("start s\ntimer c = tomorrow\ns -> c", "c", "timer_invalid"),
    ("start s\ntimer c\ns -> c", "c", "timer_unclear"),
    ("start s\ncycle c = R/PT0S\ns -> c", "c", "timer_invalid"),
    ("start s\nxor x\nend a\nend b\ns -> x\nf1: x -> a\nf2: x -> b [true]", "f1", "condition_missing"),
    ("start s\nxor x\nend a\ns -> x\nf1: x -> a [)]", "f1", "not_feel"),
    ("start s\nuser t loop\ns -> t", "t", "loop_without_end"),
    ("start s\nuser t each=l count=3\ns -> t", "t", "instances_unclear"),
    ("start s\nrace r\nuser t\ns -> r\nr -> t", "t", "not_an_event"),
    ("start s\nrace r\nreceive t times=2 = m\ns -> r\nr -> t", "t", "not_an_event"),
    ("start s\nrace r\nlink t catch = A\ns -> r\nr -> t", "t", "not_an_event"),
    ("start s\nend e\nuser t\ns -> e\nf1: e -> t", "f1", "flow_misplaced"),
    ("start s\nuser t\ntimer b on=t = PT1H\ns -> t\nf1: t -> b", "f1", "flow_misplaced"),
    ("start s\nxor x\ntimer b on=x = PT1H\ns -> x", "b", "not_attached"),
    ("start s\nuser t\nuser t\ns -> t", "t", "duplicate_id"),
    ("start s\nmessage m catch\ns -> m", "m", "no_message"),
    ("start s\nlink l throw = A\ns -> l", "l", "link_without_target"),
    ("sub q {\nuser a\nuser b\na -> b\nb -> a\n}", "q", "no_start"),
    ("start s\nuser t\ntimer b on=missing = PT1H\ns -> t", "b", "not_attached"),
    ("start s\nsub q {\nuser i\n}\ns -> q\nf1: i -> s", "f1", "leads_outside"),
]


@pytest.mark.parametrize(("text", "element_id", "code"), REFUSED, ids=[f"{code}-{at}" for _, at, code in REFUSED])
def test_what_cannot_be_run_as_drawn_is_refused_by_name(text, element_id, code):
    with pytest.raises(NotCompilable) as caught:
        drawn(text)
    assert (caught.value.element_id, caught.value.code) == (element_id, code)


def test_scripts_in_other_languages_are_refused():
    draft = draft_of(
        "start s\n<bpmn:scriptTask id='c' scriptFormat='groovy'><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>"
    )
    with pytest.raises(NotCompilable, match="groovy; only FEEL and Python"):
        compile_process(draft, "p")


def test_elements_may_be_named_as_spiffworkflow_names_its_own():
    compiled = drawn("start Start\nuser Root\nend End\nStart -> Root\nRoot -> End")
    assert set(compiled.spec.task_specs) == {"#root", "Start", "Root", "End"}


def test_an_unknown_process():
    with pytest.raises(KeyError):
        compile_process(draft_of("start s"), "other")


def test_specifications_are_those_of_spiffworkflow_and_connected():
    compiled = drawn("start s\nuser t\ntimer b on=t = PT1H\nsub q {\nuser i\n}\ns -> t\nt -> q\nb -> q")
    specs = compiled.spec.task_specs
    assert [spec.name for spec in specs["s"].outputs] == ["t#guard"]
    assert isinstance(specs["t#guard"], Guard)
    assert sorted(spec.name for spec in specs["q"].inputs) == ["b", "t"]
    assert compiled.spec.starts == ("s",)
    assert compiled.scopes["q"].starts == ("i",)
    assert compiled.element("i").scope_id == "q"


def test_names_with_spaces_are_known_to_expressions():
    compiled = drawn("start s\nscript c { total cost = 2 ; x = total cost * 2 }\ns -> c")
    assert "total cost" in compiled.names
