"""TOML as owners write it beside a diagram, read within bounds."""

import re
import tomllib
from typing import Any, Final

SIZE: Final = 1_000_000
"""Most bytes of a file."""
DEEPEST: Final = 50
"""How many names a name may consist of, joined by dots: each costs as much as all before it."""
_TOO_DEEP: Final = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{DEEPEST}}}""",
)


class TomlUnreadable(Exception):
    """The text is not TOML, or more than is read; says why."""


def read_toml(content: bytes) -> dict[str, Any]:
    """Give the table that a file holds. Raises TomlUnreadable."""
    if len(content) > SIZE:
        raise TomlUnreadable(f"it is larger than {SIZE:,} bytes")
    try:
        text = content.decode("utf-8-sig")
        if _TOO_DEEP.search(text):
            raise TomlUnreadable(f"a name consists of more than {DEEPEST} names")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of these are what is no TOML, no UTF-8, no date and too many digits
        raise TomlUnreadable(str(error)) from None
