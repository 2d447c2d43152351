"""Addresses of pages, as templates ask for them by the dozen."""

import re
from functools import lru_cache
from typing import Any, Final

from flask import request, url_for

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./-]+")
"""Texts that stand in an address as they are."""
_GAP: Final = re.compile(r"zz(\w+?)zz")


def address(endpoint: str, **values: Any) -> str:
    """The address of a page, as flask.url_for gives it; worked out once for each page where its values are plain."""
    for name, value in values.items():
        if not isinstance(value, str) or not _PLAIN.fullmatch(value) or name.startswith("_"):
            return url_for(endpoint, **values)
    if endpoint.startswith("."):
        return url_for(endpoint, **values)
    first, *rest = _pieces(request.script_root, endpoint, tuple(values))
    return first + "".join([values[name] + after for name, after in zip(rest[::2], rest[1::2], strict=True)])


@lru_cache(maxsize=1024)
def _pieces(_root: str, endpoint: str, names: tuple[str, ...]) -> list[str]:
    """What stands in an address before, between and after its values, each after the name of the value before it."""
    gaps: dict[str, Any] = {name: f"zz{name}zz" for name in names}
    return _GAP.split(url_for(endpoint, **gaps))
