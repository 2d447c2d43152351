"""Every diagram of the library can hang on a wall: nothing overlaps, no line cuts a shape or a name."""

from pathlib import Path

import pytest

from bpmn import layout

DIAGRAMS = sorted(Path("bpmn/library").rglob("*.bpmn"))


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_the_picture_has_no_flaw(file: Path) -> None:
    assert [str(flaw) for flaw in layout.picture_flaws(file.read_bytes(), file.name)] == []
