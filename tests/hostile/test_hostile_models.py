"""Each hostile model each way, in a child under limits of the system: an answer within bounds of time and memory."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.models import MODELS

ROOT = Path(__file__).parents[2]
SECONDS = 15
"""Of processor time. On a quiet machine the slowest takes a third of it, on a busy one twice as much."""
MEGABYTES = 500
ANSWERS = {
    "check": ("nothing", "warnings", "error: ", "unreadable: "),
    "run": ("completed", "waiting", "refused", "unreadable", "failed"),
    "layout": ("drawn", "unreadable: "),
    "pages": ("shown ",),
}


@cache
def measured(way: str) -> dict[str, dict[str, Any]]:
    """What became of each model, by name."""
    command = [sys.executable, "-m", "tests.hostile", way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {row["model"]: row for row in map(json.loads, done.stdout.splitlines())}


def judge(way: str) -> None:
    rows = measured(way)
    assert rows.keys() == MODELS.keys()
    assert [row for row in rows.values() if row["status"] or not row["said"].startswith(ANSWERS[way])] == []
    assert [row for row in rows.values() if row["seconds"] > SECONDS or row["megabytes"] > MEGABYTES] == []


def test_there_are_enough_of_them() -> None:
    assert len(MODELS) >= 60


@pytest.mark.timeout(300)
def test_checking_answers_within_bounds() -> None:
    judge("check")
    said = {name: row["said"] for name, row in measured("check").items()}
    assert (
        said["entity expansion"] == said["external entity"] == said["document type in UTF-16"] == "unreadable: doctype"
    )
    assert said["many attributes"] == "unreadable: too_many_attributes"
    assert said["encoding UTF-7"] == "unreadable: encoding"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_running_answers_within_bounds() -> None:
    judge("run")
    said = {name: row["said"] for name, row in measured("run").items()}
    assert said["instances of instances"].startswith("failed too_many_instances")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_pages_answer_within_bounds() -> None:
    """The bound is that of one request: a visit makes about ten."""
    rows = measured("pages")
    assert rows.keys() == MODELS.keys()
    assert [row for row in rows.values() if row["status"] or not row["said"].startswith(ANSWERS["pages"])] == []
    slowest = {name: float(row["said"].split()[1].rstrip(":")) for name, row in rows.items()}
    assert [name for name, seconds in slowest.items() if seconds > SECONDS] == []
    assert [row for row in rows.values() if row["megabytes"] > MEGABYTES] == []
    taken = [name for name, row in rows.items() if "import 303" in row["said"] and "files 303" in row["said"]]
    assert len(taken) > len(rows) / 2


@pytest.mark.long
@pytest.mark.timeout(900)
def test_drawing_answers_within_bounds() -> None:
    judge("layout")
