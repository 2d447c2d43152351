"""Expressions in languages that are not run: refused by name, also where they could be read as one of ours."""

import pytest

from bpmn.draft import read_draft
from bpmn.foreign_language import foreign
from bpmn.reading import read_diagram
from bpmn.source import open_source

XPATH = "http://www.w3.org/1999/XPath"
MVEL = "http://www.mvel.org/2.0"
VALUES = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" expressionLanguage="{XPATH}">
    <process id="p" isExecutable="true"><startEvent id="s"/><task id="t"><standardLoopCharacteristics>
    <loopCondition xsi:type="tFormalExpression">a = 1</loopCondition></standardLoopCharacteristics></task>
    <sequenceFlow id="f" sourceRef="s" targetRef="t"/></process></definitions>"""


def codes(written: str, whole: str = XPATH, own: str = "", executable: str = "true") -> list[tuple[str, str]]:
    named = f' language="{own}"' if own else ""
    content = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" expressionLanguage="{whole}">
        <process id="p" isExecutable="{executable}"><startEvent id="s"/><exclusiveGateway id="g"/><endEvent id="e"/>
        <endEvent id="o"/><sequenceFlow id="i" sourceRef="s" targetRef="g"/>
        <sequenceFlow id="f" sourceRef="g" targetRef="e"><conditionExpression xsi:type="tFormalExpression"{named}
        >{written}</conditionExpression></sequenceFlow><sequenceFlow id="d" sourceRef="g" targetRef="o"/>
        </process></definitions>"""
    return [(one.code, one.element_id) for one in foreign(open_source(content.encode(), "x.bpmn"))]


@pytest.mark.parametrize(
    ("written", "whole", "own", "code"),
    [
        ("amount &gt; 5", XPATH, "", "file-language"),  # both XPath and Python: what the file says holds
        ("string-length(name) = 3", XPATH, "", "file-language"),
        ("amount &gt; 5", MVEL, "", "file-language"),
        ("amount &gt; 5", "", "groovy", "other-language"),
        ("amount &gt; 5", "", XPATH, "other-language"),
        ("amount &gt; 5", "", "", ""),
        ("=amount &gt; 5", XPATH, "", ""),
        ("=amount &gt; 5", XPATH, "groovy", ""),  # what marks itself as ours is
        ("${amount &gt; 5}", XPATH, "", ""),
        ("len(name) == 3", XPATH, "", ""),  # no XPath: named by habit
        ("true", XPATH, "", ""),
        ("'gold'", XPATH, "", ""),
        ("amount &gt; 5", XPATH, "python", ""),
    ],
)
def test_the_language_that_is_named_decides(written: str, whole: str, own: str, code: str) -> None:
    assert codes(written, whole, own) == ([(code, "f")] if code else [])


def test_what_is_only_drawn_may_be_in_any_language() -> None:
    assert codes("amount &gt; 5", executable="false") == []


def test_the_language_is_told_of_the_file_as_it_was_written() -> None:
    # Dialects rewrite bare conditions as FEEL while the file is read.
    content = VALUES.encode()
    assert [one.code for one in read_diagram(content, "x.bpmn").remarks.misspecified] == ["file-language"]
    assert read_draft({"x.bpmn": content}).diagram.content == content
