"""Diagrams as they are shown: one that came without a picture gets one, and what is kept stays as it is."""

from bpmn.errors import BpmnError
from bpmn.layout import has_picture, lay_out


def pictured(content: bytes) -> bytes:
    """Give a diagram with a picture: its own, or one that is made for it."""
    try:
        return content if has_picture(content, "diagram") else lay_out(content, "diagram")
    except BpmnError:
        return content
