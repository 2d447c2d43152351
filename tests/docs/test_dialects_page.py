"""The page about dialects names every extension that the code reads, and none that it does not."""

import re
from pathlib import Path

import pytest

from bpmn.dialects import camunda, spiffworkflow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/dialects.md").read_text(encoding="utf-8")
READS = re.compile(r'(?:take|parts|_inner)\(\s*(?:subject, )?((?:"\w+",?\s*)+)\)')
MODULES = {
    "Camunda 7 family": ("camunda.py", "camunda_tasks.py", "camunda_data.py", "flowable_tasks.py"),
    "Camunda 8": ("zeebe.py",),
    "SpiffWorkflow": ("spiffworkflow.py",),
}
MORE = {
    "Camunda 7 family": {*camunda.UNUSED},
    "Camunda 8": set(),
    "SpiffWorkflow": {*spiffworkflow.UNUSED},
}


def read_by(section: str) -> set[str]:
    source = "".join((ROOT / "bpmn/dialects" / name).read_text(encoding="utf-8") for name in MODULES[section])
    return {name for found in READS.findall(source) for name in re.findall(r"\w+", found)} | MORE[section]


def told(section: str) -> set[str]:
    body = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in body.splitlines() if line.startswith("|")][2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("section", MODULES)
def test_every_extension_that_is_read_is_on_the_page(section: str) -> None:
    assert sorted(read_by(section) - told(section)) == []


@pytest.mark.parametrize("section", MODULES)
def test_the_page_names_no_extension_that_the_code_does_not(section: str) -> None:
    source = "".join((ROOT / "bpmn/dialects" / name).read_text(encoding="utf-8") for name in MODULES[section])
    source += (ROOT / "bpmn/dialects/embedded_forms.py").read_text(encoding="utf-8")
    assert sorted(name for name in told(section) if f'"{name}"' not in source) == []
