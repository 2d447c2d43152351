"""Diagrams as they are shown: one that came without a picture gets one, and what is kept stays as it is."""

from functools import lru_cache

from bpmn.errors import BpmnError
from bpmn.layout import has_picture, lay_out


def pictured(content: bytes) -> bytes:
    """Give a diagram with a picture: its own, or one that is made for it."""
    try:
        return content if has_picture(content, "diagram") else _drawn(content)
    except BpmnError:
        return content


@lru_cache(maxsize=8)  # a page asks for its picture each time it is shown, and a dense diagram takes seconds
def _drawn(content: bytes) -> bytes:
    return lay_out(content, "diagram")
