"""Addresses of pages, as templates ask for them by the dozen."""

import re
from functools import lru_cache
from typing import Any, Final

from flask import request, url_for

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./-]+").fullmatch
"""Whether a text stands in an address as it is."""
_GAP: Final = re.compile(r"zz(\w+?)zz")


def address(endpoint: str, **values: Any) -> str:
    """The address of a page, as flask.url_for gives it; worked out once for each page where its values are plain."""
    for value in values.values():
        if type(value) is not str or not _PLAIN(value):
            return url_for(endpoint, **values)
    pattern = _pattern(request.script_root, endpoint, tuple(values))
    return url_for(endpoint, **values) if pattern is None else pattern % values


@lru_cache(maxsize=1024)
def _pattern(_root: str, endpoint: str, names: tuple[str, ...]) -> str | None:
    """An address with `%(name)s` for each of its values; None where Flask must be asked each time."""
    if endpoint.startswith(".") or any(name.startswith("_") for name in names):
        return None
    gaps: dict[str, Any] = {name: f"zz{name}zz" for name in names}
    return _GAP.sub(r"%(\1)s", url_for(endpoint, **gaps).replace("%", "%%"))
