"""Every diagram of the library can hang on a wall: nothing overlaps, it fits one screen, few lines cross."""

from pathlib import Path

import pytest

from bpmn import layout

DIAGRAMS = sorted(Path("bpmn/library").rglob("*.bpmn"))
WIDTH, ELEMENTS, CROSSINGS = 1400, 45, 12
"""Most pixels from left to right at 100 %, flow nodes and crossings on one plane."""


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_the_picture_has_no_flaw(file: Path) -> None:
    assert [str(flaw) for flaw in layout.picture_flaws(file.read_bytes(), file.name)] == []
