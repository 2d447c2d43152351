"""Files of TOML: read, or refused with a reason, whatever is in them."""

import pytest

from bpmn.draft import read_facts
from bpmn.errors import FactsUnreadable
from bpmn.toml import DEEPEST, SIZE, TomlUnreadable, read_toml


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b".".join([b"a"] * 50_000) + b" = 1", "a name consists of more than 50 names"),
        (b"[" + b" . ".join([b"'a.b'"] * 60) + b"]", "a name consists of more than 50 names"),
        (b"a = {" + b".".join([b'""'] * 60) + b" = 1}", "a name consists of more than 50 names"),
        (b"a = " + b"9" * 50_000, "4300 digits"),
        (b"a = " + b"[" * 100_000, "recursion"),
        (b"a = 2026-02-30", "line 1"),
        (b"a = '\xff'", "utf-8"),
        (b"a", "Expected '='"),
        (b"# " + b"x" * SIZE, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_not_read(content: bytes, reason: str) -> None:
    with pytest.raises(TomlUnreadable, match=reason):
        read_toml(content)
    with pytest.raises(FactsUnreadable, match=reason):
        read_facts(content, "process.toml")


def test_dots_that_join_no_names_are_read() -> None:
    numbers = "1.5 " * (2 * DEEPEST)
    deepest = ".".join("d" * DEEPEST)
    table = read_toml(f"a = '{numbers}{'. ' * 2 * DEEPEST}'\n[b.c]\n{deepest} = 1".encode())
    assert table["a"].startswith(numbers)
    assert table["b"]["c"]["d"]
