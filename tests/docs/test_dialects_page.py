"""The page about dialects names every extension that the code reads, and tells of each what becomes of it."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from bpmn.dialects import camunda_beside, spiffworkflow
from bpmn.notes import Outcome
from tests.bpmn.dialects.extensions import EXAMPLES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/dialects.md").read_text(encoding="utf-8")
READS = re.compile(r'(?:take|parts|_inner)\(\s*(?:subject, )?((?:"\w+",?\s*)+)\)')
MODULES = {
    "Camunda 7 family": (
        "camunda.py",
        "camunda_beside.py",
        "camunda_tasks.py",
        "camunda_data.py",
        "flowable_tasks.py",
        "flowable_events.py",
    ),
    "Camunda 8": ("zeebe.py", "zeebe_tasks.py"),
    "SpiffWorkflow": ("spiffworkflow.py",),
}
MORE = {
    "Camunda 7 family": {*camunda_beside.UNUSED, *camunda_beside.OPEN, *camunda_beside.REFUSED},
    "Camunda 8": set(),
    "SpiffWorkflow": {*spiffworkflow.UNUSED},
}
WORDS = {"not read": Outcome.OPEN, "refused": Outcome.REFUSED, "without meaning here": Outcome.UNUSED}
NO_EFFECT = {"calledElementVersion", "mapDecisionResult", "resultVariable", "resultVariableName"}
"""What means something only beside something else."""


def read_by(section: str) -> set[str]:
    source = "".join((ROOT / "bpmn/dialects" / name).read_text(encoding="utf-8") for name in MODULES[section])
    return {name for found in READS.findall(source) for name in re.findall(r"\w+", found)} | MORE[section]


def told(section: str) -> dict[str, set[Outcome]]:
    """What the rows of a section tell, by extension."""
    body = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found: dict[str, set[Outcome]] = defaultdict(set)
    for line in [line for line in body.splitlines() if line.startswith("|")][2:]:
        names, became = (cell.strip() for cell in line.strip("|").split("|"))
        outcome = next((one for words, one in WORDS.items() if became.startswith(words)), Outcome.MAPPED)
        for name in re.findall(r"`(\w+)`", names):
            found[name].add(outcome)
    return found


@pytest.mark.parametrize("section", MODULES)
def test_every_extension_that_is_read_is_on_the_page(section: str) -> None:
    assert sorted(read_by(section) - told(section).keys()) == []


@pytest.mark.parametrize("section", MODULES)
def test_what_the_page_tells_of_each_is_what_becomes_of_it(section: str) -> None:
    seen: dict[str, set[Outcome]] = defaultdict(set)
    for example in EXAMPLES[section]:
        seen[example.name].add(example.outcome)
    page = told(section)
    assert sorted(seen.keys() ^ page.keys()) == []
    assert {name: outcomes for name, outcomes in page.items() if seen[name] != outcomes and name not in NO_EFFECT} == {}
