"""Every diagram of the library can hang on a wall: nothing overlaps, it fits one screen, few lines cross."""

from pathlib import Path

import pytest

from bpmn import layout

DIAGRAMS = sorted(Path("bpmn/library").rglob("*.bpmn"))
WIDTH, ELEMENTS, CROSSINGS, ALL_CROSSINGS = 1400, 45, 2, 3
"""The most of one plane: pixels from left to right at 100 %, flow nodes and crossings; and the crossings of all."""


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_the_picture_has_no_flaw(file: Path) -> None:
    assert [str(flaw) for flaw in layout.picture_flaws(file.read_bytes(), file.name)] == []


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_the_picture_fits_one_screen(file: Path) -> None:
    for plane in layout.planes(file.read_bytes(), file.name):
        assert plane.width <= WIDTH, f"{plane.id} is {plane.width:.0f} px wide: split it, or lead on by a link"
        assert plane.elements <= ELEMENTS, f"{plane.id} has {plane.elements} elements: split it"
        assert plane.crossings <= CROSSINGS, f"{plane.id} has {plane.crossings} crossings"


def test_few_lines_of_the_library_cross() -> None:
    planes = [plane for file in DIAGRAMS for plane in layout.planes(file.read_bytes(), file.name)]
    assert sum(plane.crossings for plane in planes) <= ALL_CROSSINGS
