"""XML bytes to a tree, for files written by strangers.

No document type, so no entities of any kind; no network; bounds on size, depth and number of elements. Comments and
processing instructions are left out of the tree. The bytes themselves are never changed.
"""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from bpmn.errors import Unreadable

SIZE = 5 * 1024 * 1024
"""Most bytes read of one file."""
DEPTH = 120
"""Deepest nesting of elements: 50 nested scopes and room for extensions."""
ELEMENTS = 60_000
"""Most elements in one file."""
ATTRIBUTES = 5_000
"""Most attributes of one element: the parser compares each with all before it."""

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_WITH_PLAIN_ASCII = re.compile(
    r"utf-?8|utf-?(16|32)([lb]e)?|ucs-?[24]|iso-10646-ucs-[24]|(us-)?ascii|iso-?8859-\d+|latin-?\d|windows-\d+|cp\d+"
    r"|gbk|gb2312|gb18030|big5|shift[_-]jis|euc-(jp|kr|cn)|iso-2022-(jp|kr)|koi8-[ru]",
    re.IGNORECASE,
)
"""Encodings in which markup is written with the bytes of ASCII, and so can be looked at before it is parsed."""
_TAG = re.compile(rb"[^\s>/=]+\s*")
_ATTRIBUTE = re.compile(rb"[^\s=<>\"']+\s*=\s*(?:\"[^\"]*\"|'[^']*')\s*")


class _Guard:
    """Looks at the events of a parse without keeping them, and stops it where a bound is passed."""

    def __init__(self, refuse: type[Unreadable], name: str) -> None:
        self._refuse = refuse
        self._name = name
        self._depth = 0
        self._count = 0

    def doctype(self, *_: object) -> None:
        raise self._refuse("doctype", name=self._name)

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        del tag, attrib
        self._depth += 1
        self._count += 1
        if self._depth > DEPTH:
            raise self._refuse("too_deep", name=self._name, limit=DEPTH)
        if self._count > ELEMENTS:
            raise self._refuse("too_many_elements", name=self._name, limit=ELEMENTS)

    def end(self, tag: str | bytes) -> None:
        del tag
        self._depth -= 1

    def data(self, data: str | bytes) -> None:
        """Text is not looked at."""

    def comment(self, text: str | bytes) -> None:
        """Nor are comments."""

    def close(self) -> None:
        return None


def parse_document(content: bytes, name: str, refuse: type[Unreadable]) -> etree._Element:
    """Read XML bytes in any encoding XML allows, with or without a byte order mark; raises `refuse`."""
    if not content.strip():
        raise refuse("empty", name=name)
    if len(content) > SIZE:
        raise refuse("too_large", name=name, size=len(content), limit=SIZE)
    _look(content, name, refuse)
    bounds: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }
    try:
        # Twice: a document type must be refused before its entities are declared, which only a parse by events can do.
        etree.fromstring(content, etree.XMLParser(target=_Guard(refuse, name), **bounds))
        return etree.fromstring(content, etree.XMLParser(**bounds))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "no reason given").split(", line ")[0]
        raise refuse("not_xml", name=name, line=line or None, column=column or None, reason=reason) from None
    except (LookupError, ValueError) as error:  # an encoding that does not exist
        raise refuse("not_xml", name=name, reason=str(error)) from None


def _look(content: bytes, name: str, refuse: type[Unreadable]) -> None:
    """Refuse what a parser would be too long about, by the bytes alone."""
    plain = content.replace(b"\0", b"")  # UTF-16 and UTF-32 without the bytes that say nothing of markup
    declared = _DECLARED.search(plain[:300])
    encoding = declared[1].decode("ascii", "replace") if declared else ""
    if encoding and not _WITH_PLAIN_ASCII.fullmatch(encoding):
        raise refuse("encoding", name=name, line=1, encoding=encoding)
    for markup in plain.split(b"<"):
        if markup.count(b"=") <= ATTRIBUTES:
            continue
        tag = _TAG.match(markup)
        at, count = tag.end() if tag else 0, 0
        while found := _ATTRIBUTE.match(markup, at):
            at, count = found.end(), count + 1
        if count > ATTRIBUTES:
            raise refuse("too_many_attributes", name=name, limit=ATTRIBUTES)


def shown(element: etree._Element) -> str:
    """Write the kind of an element for people: its local name and namespace."""
    name = etree.QName(element)
    return f"<{name.localname}> of {name.namespace}" if name.namespace else f"<{name.localname}>"
