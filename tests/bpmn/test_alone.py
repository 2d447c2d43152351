"""Files that are checked by themselves: what the standard allows passes, and what only a release asks advises."""

import pytest

from bpmn.alone import check_alone
from bpmn.checking import errors
from bpmn.draft import FACTS, read_draft
from tests.bpmn.valid_diagrams import SERVICE, VALID, file, one, picture

NO_FORMAT = file(one("scriptTask", "<script>x = 1</script>")).replace(
    b"http://spiffworkflow.org", b"http://other.example"
)


def said(content, **files):
    found = check_alone(read_draft({"x.bpmn": content} | files))
    return {(one.code, one.element_id) for one in errors(found)}, {(one.code, one.element_id) for one in found}


@pytest.mark.parametrize("name", VALID)
def test_no_error_is_found_in_what_the_standard_allows(name):
    assert said(VALID[name])[0] == set()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (file(one("userTask")), "user-task-form"),
        (file(one("userTask")), "task-role"),
        (file(one("serviceTask")), "no-operation"),
        (VALID["condition in XPath"], "other-language"),
        (picture(one()), "no-executable-process"),
        (picture(one("intermediateCatchEvent", "<timerEventDefinition/>")), "no-time"),
        (VALID["no start and no end"], "no-start"),
        (VALID["potential owner by a resource"], "not-read"),
        (
            file(one("scriptTask", "<script>x = [1][0] + len('a')</script>")),
            "no-format",
        ),  # SpiffWorkflow's models never name it
    ],
)
def test_what_a_release_or_running_asks_is_still_told(content, code):
    refused, told = said(content)
    assert not refused
    assert code in {found for found, _ in told}


def test_the_folder_of_a_process_is_asked_all_that_a_release_asks():
    refused, _ = said(file(one("userTask")), **{FACTS: b'title = "X"'})
    assert ("user-task-form", "t") in refused


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (file(one("intermediateCatchEvent", "<timerEventDefinition/>")), "no-time"),
        (file(one(), "t>e"), "unreachable"),
        (file(one(), "s>t"), "dead-end"),
        (file(one("scriptTask", "<script>x = [1] as Set</script>", scriptFormat="groovy")), "script-language"),
        (VALID["only drawn: a choice in natural language"].replace(b'="false"', b'="true"'), "natural-language"),
        (picture(one(), "s>t>e e>t"), "flow-out-of-end"),
        (file(one("serviceTask", operationRef="op"), outside=SERVICE), "no-data-of-operation"),
        (file(one(inner="<incoming>s_t</incoming>")), "flow-not-listed"),  # the other end does not list it
        (NO_FORMAT, "no-format"),
    ],
)
def test_what_the_standard_forbids_is_refused(content, code):
    assert code in {found for found, _ in said(content)[0]}
