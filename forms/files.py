"""Files in answers: what was uploaded, and the value that stands for it in the data."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from forms.data import Value

NAME_LENGTH = 200
_PLAIN_TYPE = "application/octet-stream"

FileValue: TypeAlias = Mapping[str, Value]
"""How a file stands in the data: {"digest": SHA-256 in hex, "name", "size" in bytes, "type"}."""


@dataclass(frozen=True)
class Uploaded:
    """A file as it arrived: the name and type are what the browser said."""

    name: str
    content: bytes
    content_type: str = _PLAIN_TYPE

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def value(self) -> dict[str, Value]:
        """What stands in the data for this file."""
        return {
            "digest": self.digest,
            "name": tidy_name(self.name),
            "size": Decimal(len(self.content)),
            "type": _tidy_type(self.content_type),
        }


@dataclass(frozen=True, kw_only=True)
class FileAnswer:
    """A newly uploaded file of accepted answers, to be stored under its digest; `path` names its field."""

    path: str
    digest: str
    file: Uploaded


def tidy_name(name: str) -> str:
    """Give a file name without folders, control characters and lone surrogates, of bounded length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(character for character in last if character.isprintable()).strip()
    if len(clean) > NAME_LENGTH:
        stem, dot, ending = clean.rpartition(".")
        clean = stem[: NAME_LENGTH - len(dot + ending)] + dot + ending if len(ending) < 20 else clean[:NAME_LENGTH]
    return clean or "file"


def _tidy_type(content_type: str) -> str:
    plain = content_type.partition(";")[0].strip().lower()
    fits = plain.isascii() and plain.isprintable() and plain.count("/") == 1 and len(plain) <= 100
    return plain if fits else _PLAIN_TYPE


def fits_accept(value: FileValue, accept: str) -> bool:
    """Whether a file is of a kind that HTML's `accept` (``.pdf,image/*``) lists, by its ending or its stated type."""
    kinds = [kind.strip().lower() for kind in accept.split(",") if kind.strip()]
    name, stated = str(value.get("name", "")).lower(), str(value.get("type", ""))
    return not kinds or any(
        name.endswith(kind)
        if kind.startswith(".")
        else kind in {stated, "*/*"} or stated == kind or (kind.endswith("/*") and stated.startswith(kind[:-1]))
        for kind in kinds
    )
