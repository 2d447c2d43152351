"""How large things are drawn: the sizes bpmn-js gives its shapes, and the space words take."""

from collections.abc import Sequence
from typing import Final

LETTER: Final = 6.5
"""Mean width of a letter of a label; labels are set in 11 px."""
TEXT_LINE: Final = 14.0
LABEL_WIDTH: Final = 90.0
"""Labels are broken at about this width."""

TASK: Final = (100.0, 80.0)
WIDEST: Final = 160.0
"""Activities with long names are drawn up to this wide."""
EVENT: Final = (36.0, 36.0)
GATEWAY: Final = (50.0, 50.0)
DATA: Final = (36.0, 50.0)
STORE: Final = (50.0, 50.0)
NOTE_WIDTH: Final = 130.0


def of_node(kind: str, name: str) -> tuple[float, float]:
    """Width and height of a node that holds nothing."""
    if kind.endswith("Event"):
        return EVENT
    if kind.endswith("Gateway"):
        return GATEWAY
    if kind in ("dataObjectReference", "dataObject", "dataInput", "dataOutput"):
        return DATA
    if kind == "dataStoreReference":
        return STORE
    if kind == "textAnnotation":
        return NOTE_WIDTH, max(30.0, TEXT_LINE * len(broken(name, NOTE_WIDTH - 14)) + 10)
    return of_task(name)


def of_task(name: str) -> tuple[float, float]:
    """Width and height of an activity that its name fits into: wider first, then higher."""
    width, height = TASK
    while len(broken(name, width - 10)) > 4 and width < WIDEST:
        width += 20
    return width, max(height, TEXT_LINE * len(broken(name, width - 10)) + 20)


def labelled(kind: str) -> bool:
    """Whether the name of such a node stands beside it rather than inside."""
    return kind.endswith(("Event", "Gateway")) or kind.startswith("data")


def broken(text: str, width: float = LABEL_WIDTH) -> Sequence[str]:
    """The lines of a text that is broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and (len(lines[-1]) + 1 + len(word)) * LETTER <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def of_label(text: str, width: float = LABEL_WIDTH) -> tuple[float, float]:
    """Width and height of a label."""
    lines = broken(text, width)
    return max((len(line) for line in lines), default=0) * LETTER + 8, TEXT_LINE * len(lines)
