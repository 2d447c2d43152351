"""What a test does when a part it needs is not on this machine."""

import os
from typing import NoReturn

import pytest


def missing(part: str, remedy: str) -> NoReturn:
    """Skip and say so; in continuous integration (CI set) a missing part is a failure."""
    sentence = f"{part} is missing: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
