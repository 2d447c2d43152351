"""Files of decisions as trees to be edited, and back to bytes: what was not edited stays as it is written."""

import re
from typing import Final

from lxml import etree

from bpmn.decisions.page import Page
from bpmn.decisions.reading import root_of

_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
"""What stands in front of the outermost element."""
_OTHER: Final = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)
"""A declaration of another encoding than UTF-8."""


def editable(content: bytes, name: str) -> Page:
    """A file with its comments. Raises DecisionsUnreadable."""
    root_of(content, name)  # which has the guards
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return Page(etree.fromstring(content, parser), name)


def in_bytes(page: Page, content: bytes) -> bytes:
    """An edited file as bytes; `content` is what it was, whose beginning and end are kept where it is UTF-8."""
    before = _BEFORE.match(content)
    plain = before is not None and not _OTHER.search(before[0]) and content[before.end() : before.end() + 1] == b"<"
    if before is None or not plain or page.root.getnext() is not None:  # a comment behind the end, or another encoding
        return etree.tostring(page.root.getroottree(), encoding="UTF-8", xml_declaration=True) + b"\n"
    inside = etree.tostring(page.root, encoding="UTF-8", xml_declaration=False, with_tail=False)
    return before[0] + inside + content[len(content.rstrip()) :]
