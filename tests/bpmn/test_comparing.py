"""An edited process beside the one it came from: lost controls are named, drawing and words are not."""

import pytest

from bpmn import comparing
from bpmn.comparing import Weight, compare
from bpmn.draft import read_draft
from bpmn.library import shipped
from tests.bpmn.drawing import definitions, extended
from tests.bpmn.drawing import process as drawn
from tests.parts.counting import lines_run

CHANGE = dict(shipped()["change"])


def codes(found, weight=Weight.CONTROL):
    return [(each.code, each.element_id) for each in found if each.weight is weight]


def edited(*changes, file="change.bpmn"):
    """The change process with texts replaced in one of its files."""
    text = CHANGE[file].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_draft(CHANGE | {file: text.encode()})


REFERENCE = read_draft(CHANGE)


@pytest.mark.parametrize("process", sorted(shipped()))
def test_a_process_does_not_differ_from_itself(process):
    draft = read_draft(shipped()[process])
    assert compare(draft, draft) == ()


def test_what_is_only_drawn_or_worded_otherwise_is_no_difference():
    own = edited(('name="Screen the request"', 'name="Look at it"'), ('<dc:Bounds x="', '<dc:Bounds x="1'))
    assert compare(REFERENCE, own) == ()


def test_a_separation_of_duties_that_went_is_named_with_both_tasks():
    own = edited(('name="separateFrom" value="CHG_Plan"', 'name="separateFrom" value=""'))
    found = [each for each in compare(REFERENCE, own) if each.code == "duties-joined"]
    assert found
    assert all("Plan the change" in each.message for each in found)


def test_a_renamed_task_is_one_gone_and_one_added():
    own = edited(("CHG_Screen", "CHG_Other"))
    found = compare(REFERENCE, own)
    assert ("task-gone", None) in codes(found)
    assert ("added", "CHG_Other") in codes(found, Weight.ADDITION)
    assert [each.weight for each in found] == sorted((each.weight for each in found), key=list(Weight).index)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("process.toml", 'owner = "change_manager"', 'owner = ""', "owner-gone"),
        ("process.toml", '["8.5.1"]', "[]", "clauses-gone"),
        ("process.toml", 'id = "lead_time"', 'id = "other"', "measure-gone"),
        ("process.toml", 'title = "Assessment"', 'title = "Other"', "level-gone"),
        ("change.bpmn", "value='=working time(now(), duration(\"P5D\"), calendar)'", 'value=""', "due-gone"),
        ("change.bpmn", "2005 9.2, 2011 9.2, 2018 8.5.1.2", "2005 9.2", "clause-gone"),
        ("change.bpmn", "CHG_AssessLate", "CHG_Later", "timer-gone"),
        ("change.bpmn", 'id="CHG_Rejected"', 'id="CHG_No"', "end-gone"),
        ("screen.form", '"required": true', '"required": false', "answer-free"),
    ],
)
def test_what_kept_the_process_in_hand_and_is_gone_is_said(file, old, new, code):
    own = edited((old, new), file=file)
    assert code in {each.code for each in compare(REFERENCE, own) if each.weight is Weight.CONTROL}


def test_another_time_and_another_role_are_changes():
    old, new = 'name="role" value="change_manager"', 'name="role" value="service_desk"'
    time = 'xsi:type="bpmn:tFormalExpression">=working time(now(), duration("P3D"), calendar)<'
    found = codes(compare(REFERENCE, edited((old, new), (time, time.replace("P3D", "P30D")))), Weight.CHANGE)
    assert ("time-changed", "CHG_AssessLate") in found
    assert ("role-changed", "CHG_Screen") in found


def chained(many, apart):
    """A draft with so many tasks in a row, each kept apart from the one before or not."""
    tasks = "".join(
        f'<userTask id="t{at}" name="T{at}">{extended(separateFrom=f"t{at - 1}" if apart else "")}</userTask>'
        for at in range(many)
    )
    path = ">".join(["s", *(f"t{at}" for at in range(many)), "e"])
    return read_draft({"p.bpmn": definitions(drawn(tasks, path))})


def test_comparing_twice_as_much_costs_twice_as_much():
    drafts = [(chained(many, True), chained(many, False)) for many in (50, 100)]
    small, large = (lines_run(comparing, lambda pair=pair: compare(*pair)) for pair in drafts)
    assert len(codes(compare(*drafts[1]))) == 99
    assert large < 2.1 * small
