"""Checking a diagram of 60 nodes, from its bytes to the findings; each round has expressions nobody has read before."""

from collections.abc import Mapping
from statistics import median
from time import process_time
from typing import Any

from bpmn.checking import check, offered_by
from bpmn.draft import read_draft
from tests.bpmn.drawing import definitions, extended, process

ROUNDS = 30
TARGET_MS = 100
FORM = b'{"type": "default", "components": [{"type": "number", "key": "amount", "id": "f1", "label": "Amount"}]}'


def sixty(seed: int) -> Mapping[str, bytes]:
    """A start, an end, and 14 times a question, a choice and a script: 58 nodes, 71 flows, all drawn."""
    inner, paths = "", ["s>u0", "m13>e"]
    for number in range(14):
        inner += (
            f'<userTask id="u{number}" name="Ask">{extended(formRef="ask", assignGroup="desk")}</userTask>'
            f'<exclusiveGateway id="g{number}" name="More?" default="g{number}_m{number}"/>'
            f'<scriptTask id="c{number}" name="Count" scriptFormat="FEEL"><script>x = amount * {seed} + {number}'
            f'</script></scriptTask><exclusiveGateway id="m{number}"/><sequenceFlow id="w{number}" '
            f'sourceRef="g{number}" targetRef="c{number}"><conditionExpression>=amount &gt; {seed} and x != {number}'
            "</conditionExpression></sequenceFlow>"
        )
        paths += [f"u{number}>g{number}>m{number}", f"c{number}>m{number}"]
        paths += [f"m{number}>u{number + 1}"] if number < 13 else []
    return {"x.bpmn": definitions(process(inner, " ".join(paths))), "ask.form": FORM}


def checked(files: Mapping[str, bytes]) -> int:
    """Read and check, as the command and the page of a draft do; gives the number of findings."""
    draft = read_draft(files)
    return len(check(draft, offered_by(draft)))


def run() -> Mapping[str, Any]:
    """Measure."""
    checked(sixty(0))
    taken = []
    for seed in range(1, ROUNDS + 1):
        files = sixty(seed)
        begun = process_time()
        checked(files)
        taken.append((process_time() - begun) * 1000)
    figure = round(median(taken), 1)
    return {"check_ms": figure, "targets": {"check_ms": TARGET_MS}, "met": figure <= TARGET_MS, "samples": ROUNDS}
