"""What a check costs grows with the diagram and no faster: counted in calls of Python, whatever the machine does."""

import sys
from collections.abc import Callable, Mapping
from functools import partial

from bpmn.checking import check, offered_by
from bpmn.draft import read_draft
from tests.bpmn.drawing import definitions, extended, process

FORM = b'{"type": "default", "components": [{"type": "number", "key": "amount", "id": "f1", "label": "Amount"}]}'


def rounds(many: int) -> Mapping[str, bytes]:
    """So many times a question, a choice, a script and a way back."""
    inner, paths = "", ["s>u0", f"m{many - 1}>e"]
    for at in range(many):
        inner += (
            f'<userTask id="u{at}" name="Ask">{extended(formRef="ask", assignGroup="desk")}</userTask>'
            f'<exclusiveGateway id="g{at}" name="More?" default="g{at}_m{at}"/><exclusiveGateway id="m{at}"/>'
            f'<scriptTask id="c{at}" name="Count" scriptFormat="FEEL"><script>x{at} = amount * 2</script></scriptTask>'
            f'<sequenceFlow id="w{at}" sourceRef="g{at}" targetRef="c{at}"><conditionExpression>=amount &gt; {at}'
            "</conditionExpression></sequenceFlow>"
        )
        paths += [f"u{at}>g{at}>m{at}", f"c{at}>u{at}", *([f"m{at}>u{at + 1}"] if at < many - 1 else [])]
    return {"x.bpmn": definitions(process(inner, " ".join(paths))), "ask.form": FORM}


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python a piece of work calls."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def checked(files: Mapping[str, bytes]) -> None:
    draft = read_draft(files)
    check(draft, offered_by(draft))


def test_a_check_of_four_times_as_much_costs_about_four_times_as_much() -> None:
    checked(rounds(1))  # what is read once for all checks
    small, large = calls(partial(checked, rounds(15))), calls(partial(checked, rounds(60)))
    assert small < 60_000  # 62 nodes
    assert large < 4.2 * small
