"""Regular expressions of owners, run by RE2: their time grows with the text, whatever the pattern."""

from functools import lru_cache
from typing import Protocol, cast

import re2


class PatternUnacceptable(ValueError):
    """Raised when a pattern is no regular expression of RE2 (which has no look-around and no back-references)."""


class Pattern(Protocol):
    """A compiled regular expression."""

    def search(self, text: str) -> object | None:
        """Find the pattern anywhere in `text`."""


@lru_cache(maxsize=512)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern. Raises PatternUnacceptable."""
    options = re2.Options()
    options.log_errors = False
    try:
        return cast(Pattern, re2.compile(text, options))
    except (re2.error, UnicodeError) as error:
        reason = error.args[0] if error.args else ""
        raise PatternUnacceptable(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def found(text: str, pattern: str) -> bool:
    """Whether `pattern` occurs in `text`, as JSON Schema's keyword `pattern` means it."""
    return compile_pattern(pattern).search(text) is not None


_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
EMAIL = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*$"
PHONE = r"^\+[0-9](?:[ ()/.-]?[0-9]){5,19}$"
