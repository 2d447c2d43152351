"""Pictures of diagrams that came without one."""

import pytest

from tests.bpmn.drawing import definitions, process
from webui import pictures

PLAIN = definitions(process('<task id="t" name="Work"/>', "s>t>e"), picture=False)


def test_a_picture_is_made_once_however_often_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []

    def counted(content: bytes, name: str) -> bytes:
        made.append(content)
        return drawn(content, name)

    drawn = pictures.lay_out
    monkeypatch.setattr(pictures, "lay_out", counted)
    pictures._drawn.cache_clear()
    first = pictures.pictured(PLAIN)
    assert b"BPMNShape" in first
    assert pictures.pictured(PLAIN) == first
    assert pictures.pictured(first) == first  # its own from then on
    assert made == [PLAIN]
