"""Ad-hoc sub-processes, what data associations copy, and calls of global tasks."""

import pytest

from bpmn.compiling import NotCompilable, compile_process
from bpmn.draft import Draft
from bpmn.reading import read_diagram
from engine.errors import StepFailed
from tests.bpmn.compiling.drawing import drawn, xml
from tests.engine.running.playing import Play


def ad_hoc(inside: str, words: str = "", until: str = "", beside: str = "") -> str:
    condition = f"<bpmn:completionCondition>={until}</bpmn:completionCondition>" if until else ""
    return f"""
        start s
        <bpmn:adHocSubProcess id="h" {words}>
        {condition}
        {inside}
        </bpmn:adHocSubProcess>
        user after
        end e
        {beside}
        s -> h
        h -> after
        after -> e
    """


FREE = "user a\n user b\n user c\n b -> c"


def test_each_is_done_once_where_nothing_says_until_when() -> None:
    case = Play(drawn(ad_hoc(FREE)))
    assert case.tasks == ["a", "b"]
    case.do("b")
    assert case.tasks == ["a", "c"]
    case.do("c")
    assert case.tasks == ["a"]
    case.do("a")
    assert case.tasks == ["after"]


def test_what_is_done_is_open_again_until_the_condition_holds() -> None:
    case = Play(drawn(ad_hoc(FREE, until="enough")))
    for _ in range(2):
        case.do("a")
        assert case.tasks == ["a", "b"]
    case.do("b")
    assert case.tasks == ["a", "b", "c"]
    case.do("a", enough=True)
    assert case.tasks == ["after"], "the rest is cancelled"
    assert case.path.count("a") == 3


def test_what_runs_may_be_awaited() -> None:
    case = Play(drawn(ad_hoc(FREE, 'cancelRemainingInstances="false"', until="enough")))
    case.do("b")
    case.do("a", enough=True)
    assert case.tasks == ["c"], "what was begun goes on, nothing new begins"
    case.do("c")
    assert case.tasks == ["after"]


@pytest.mark.parametrize("until", ["", "enough"])
def test_one_thing_at_a_time(until: str) -> None:
    case = Play(drawn(ad_hoc(FREE, 'ordering="Sequential"', until=until)))
    assert case.tasks == ["a", "b"]
    case.do("b")
    assert case.tasks == ["c"]
    case.do("c")
    assert case.tasks == (["a", "b"] if until else ["a"])
    case.do("a", enough=True)
    assert case.tasks == ["after"]


def test_events_at_the_border_of_what_is_free_and_around() -> None:
    inside = FREE + "\n message m on=a = stop\n task undo\n m -> undo"
    case = Play(drawn(ad_hoc(inside, until="enough", beside="timer late on=h = PT1H\n late -> e")))
    case.deliver("stop")
    assert "undo" in case.path
    case.fire("late")
    assert case.live.completed


@pytest.mark.parametrize("words", ["", 'ordering="Sequential"'])
def test_a_task_that_was_interrupted_can_be_begun_again(words: str) -> None:
    """Found by chance: with nothing left to do and the condition not true, the case failed."""
    inside = "user a\n message m on=a = stop\n user undo\n m -> undo"
    case = Play(drawn(ad_hoc(inside, words, until="enough")))
    case.deliver("stop")
    assert case.tasks == (["undo"] if words else ["a", "undo"])
    case.do("undo")
    assert case.tasks == ["a"]
    case.do("a", enough=True)
    assert case.tasks == ["after"]


@pytest.mark.parametrize("words", ["", 'ordering="Sequential"'])
def test_what_an_event_sub_process_interrupts_does_not_begin_again(words: str) -> None:
    event = "sub v event {\n message m start = stop\n user undo\n end ve\n m -> undo\n undo -> ve\n }"
    case = Play(drawn(ad_hoc(f"user a\n user b\n {event}", words, until="enough")))
    case.do("a")
    case.deliver("stop")
    assert case.tasks == ["undo"]
    case.do("undo")
    assert case.tasks == ["after"]


def test_a_case_is_moved_and_gone_back_to_in_it() -> None:
    text = ad_hoc(FREE, until="enough")
    case = Play(drawn(text))
    case.do("a")
    saved = case.live.save()
    case.do("b")
    case.migrate(drawn(text))
    case.back(saved)
    assert case.tasks == ["a", "b"]
    case.do("a", enough=True)
    assert case.tasks == ["after"]


WORK = "script a { n = n + 1 }\n script b { m = n }\n script c { k = n }\n b -> c"


@pytest.mark.parametrize("words", ["", 'ordering="Sequential"'])
def test_what_needs_nobody_is_done_once(words: str) -> None:
    case = Play(drawn(ad_hoc(WORK, words)), {"n": 0})
    assert sorted(each for each in case.path if each in "abc") == ["a", "b", "c"]
    assert case.live.data == {"n": 1, "m": 1, "k": 1}
    assert case.tasks == ["after"]


def test_what_needs_nobody_comes_one_by_one_and_before_the_tasks_of_people() -> None:
    inside = "user first\n user two count=2\n receive r = paid\n script k { n = 1 }"
    case = Play(drawn(ad_hoc(inside, 'ordering="Sequential"')))
    assert case.tasks == ["two", "two"]
    assert "r" not in case.path
    case.do("two")
    case.do("two")
    assert case.tasks == []
    case.deliver("paid")
    assert case.live.data["n"] == 1
    assert case.tasks == ["first"]


def test_the_condition_ends_what_needs_nobody_too() -> None:
    case = Play(drawn(ad_hoc(WORK, 'ordering="Sequential"', until="n > 0")), {"n": 0})
    assert case.live.data == {"n": 1}
    assert case.tasks == ["after"]


def test_a_condition_that_nothing_left_can_make_true_is_a_failure() -> None:
    with pytest.raises(StepFailed) as failed:
        Play(drawn(ad_hoc(WORK, until="n > 5")), {"n": 0})
    assert (failed.value.element_id, failed.value.code) == ("h", "not_complete")


@pytest.mark.parametrize("inside", ["catch a = stop", "user a\n end z\n a -> z"])
def test_what_nobody_can_begin_is_refused(inside: str) -> None:
    with pytest.raises(NotCompilable):
        drawn(ad_hoc(inside))


def associated(inputs: str, outputs: str, tag: str = "userTask", more: str = "") -> str:
    return f"""
        start s
        <bpmn:{tag} id="t">
        <bpmn:ioSpecification>
        <bpmn:dataInput id="in1" name="asked"/><bpmn:dataOutput id="out1" name="said"/>
        </bpmn:ioSpecification>
        <bpmn:dataInputAssociation>{inputs}<bpmn:targetRef>in1</bpmn:targetRef></bpmn:dataInputAssociation>
        <bpmn:dataOutputAssociation><bpmn:sourceRef>out1</bpmn:sourceRef>{outputs}</bpmn:dataOutputAssociation>
        {more}
        </bpmn:{tag}>
        user after
        end e
        <bpmn:dataObject id="d1" name="order"/>
        <bpmn:dataObjectReference id="r1" dataObjectRef="d1"><bpmn:dataState name="new"/></bpmn:dataObjectReference>
        <bpmn:dataStoreReference id="st" name="stock"/>
        s -> t
        t -> after
        after -> e
    """


SOURCE, TARGET = "<bpmn:sourceRef>r1</bpmn:sourceRef>", "<bpmn:targetRef>st</bpmn:targetRef>"


def test_data_are_copied_in_and_out() -> None:
    case = Play(drawn(associated(SOURCE, TARGET)), {"order": 7})
    token = next(iter(case.open))
    assert case.live.data_at(token) == {"order": 7, "asked": 7, "said": None}
    case.do("t", said="yes", asked=8)
    assert case.live.data == {"order": 7, "stock": "yes"}


def test_what_is_copied_may_be_computed() -> None:
    doubled = f"{SOURCE}<bpmn:transformation>=order * 2</bpmn:transformation>"
    given = "<bpmn:assignment><bpmn:from>=asked + 1</bpmn:from><bpmn:to>stock</bpmn:to></bpmn:assignment>"
    case = Play(drawn(associated(doubled, TARGET + given)), {"order": 7})
    case.do("t")
    assert case.live.data == {"order": 7, "stock": 15}


def test_an_association_that_names_no_input_is_a_picture() -> None:
    text = (
        associated(SOURCE, TARGET)
        .replace(">in1</bpmn:target", ">r1</bpmn:target")
        .replace(">out1</bpmn:s", ">r1</bpmn:s")
    )
    case = Play(drawn(text), {"order": 7})
    case.do("t", order=8)
    assert case.live.data == {"order": 8}


def test_instances_repeat_over_a_data_input() -> None:
    each = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>in1</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="one"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    case = Play(drawn(associated(SOURCE, TARGET, more=each)), {"order": ["x", "y"]})
    assert case.tasks == ["t", "t"]


GLOBALS = {
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalTask": "task",
    "globalScriptTask": "scriptTask",
}


@pytest.mark.parametrize("tag", GLOBALS)
def test_a_call_of_a_global_task_is_that_task(tag: str) -> None:
    script = "<bpmn:script>done = true</bpmn:script>" if tag == "globalScriptTask" else ""
    written = f'<bpmn:{tag} id="shared" name="Shared" scriptLanguage="FEEL">{script}</bpmn:{tag}>'
    content = xml("start s\n call c = shared\n end e\n s -> c\n c -> e")
    content = content.replace(b"<bpmn:process ", written.encode() + b"<bpmn:process ", 1)
    draft = Draft(files={}, diagram=read_diagram(content, "p.bpmn"))
    case = Play(compile_process(draft, "p"))
    assert case.compiled.element("c").kind == GLOBALS[tag]
    if case.tasks:
        case.do("c")
    assert case.live.completed
    assert case.live.data == ({"done": True} if tag == "globalScriptTask" else {})
