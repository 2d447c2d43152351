"""The documentation as tests read it: pages, their links, headings, code and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_INDENTED = re.compile(r"(?:(?<=\n\n)|\A)((?:(?: {4}.*)?\n)+)")
_LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return _INDENTED.sub("\n", _FENCE.sub("", self.text))

    def links(self, *, pictures: bool) -> list[str]:
        """The targets of links or pictures within the repository."""
        plain = re.sub(r"`[^`\n]*`", "", self.prose)
        found = [target for mark, target in _LINK.findall(plain) if bool(mark) is pictures]
        return [target for target in found if not re.match(r"\w+:", target)]

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What a link may name behind ``#``, made of headings as GitHub makes it."""
        headings = re.findall(r"^#+ (.*)$", self.prose, re.M)
        return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)

    def code(self) -> Iterator[str]:
        """The lines of all blocks of code, without the space before them."""
        blocks = [body for _, body in _FENCE.findall(self.text)]
        blocks += _INDENTED.findall(_FENCE.sub("", self.text))
        for block in blocks:
            yield from (line.strip() for line in block.splitlines() if line.strip())

    def fences(self, language: str) -> list[str]:
        """The blocks of code in one language."""
        return [body for found, body in _FENCE.findall(self.text) if found == language]

    def section(self, heading: str) -> str:
        """What stands under a heading, up to the next one of its rank or above."""
        start = re.search(rf"^(#+) {re.escape(heading)}$", self.text, re.M)
        assert start, f"{self.name} has no heading {heading}"
        rest = self.text[start.end() :]
        end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.M)
        return rest[: end.start()] if end else rest

    def rows(self, heading: str) -> list[tuple[str, ...]]:
        """The cells of the tables directly under a heading, headings and rules left out."""
        own = re.split(r"^#", self.section(heading), maxsplit=1, flags=re.M)[0]
        lines = [line for line in own.splitlines() if line.startswith("|")]
        cells = [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines]
        rules = {number for number, row in enumerate(cells) if all(set(cell) <= set("-: ") for cell in row)}
        return [row for number, row in enumerate(cells) if number not in rules and number + 1 not in rules]


PAGES = tuple(
    Page(path) for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
)


def page(name: str) -> Page:
    """A page of the reference."""
    return Page(ROOT / "docs" / "reference" / f"{name}.md")


def quoted(text: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", text)
