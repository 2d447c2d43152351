"""Which runs of tokens are one name: names of FEEL may hold spaces and the signs . / - ' + * (DMN 1.5, 10.3.1.4).

Names are matched against those in scope, the longest first. In scope are the names the caller gives, the built-in ones,
and all that the text itself declares (keys of contexts, variables of loops, parameters), wherever they stand.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, TypeAlias

from forms.feel.tokens import Raw, names_tokens

KEYWORDS: Final = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "some",
        "every",
        "return",
        "satisfies",
        "in",
        "between",
        "function",
        "true",
        "false",
        "null",
    ]
)
LONGEST_NAME: Final = 40
_LEAF: Final = ""
_SIGNS: Final = frozenset(".-+*/'’**")

Trie: TypeAlias = dict[str, Any]


def plant(names: Iterable[str]) -> Trie:
    """A tree of the names that consist of several tokens."""
    trie: Trie = {}
    for name in names:
        words = names_tokens(name)
        if words is not None and len(words) > 1:
            add(trie, words, name)
    return trie


def add(trie: Trie, words: list[str], name: str) -> None:
    """Add one name to a tree; names of more than LONGEST_NAME tokens would make reading slow, and are left out."""
    if len(words) > LONGEST_NAME:
        return
    node = trie
    for word in words:
        node = node.setdefault(word, {})
    node[_LEAF] = name


@lru_cache(maxsize=512)
def planted(names: frozenset[str]) -> Trie:
    """`plant`, remembered: many texts are read with the same names."""
    return plant(names)


def longest(raws: list[Raw], index: int, trie: Trie) -> tuple[int, str]:
    """How many tokens from `index` on are a name of the tree, and which; 0 if none."""
    found, name = 0, ""
    node: Trie | None = trie
    at = index
    while at < len(raws):
        node = node.get(raws[at].text) if node is not None else None
        if node is None:
            break
        at += 1
        if _LEAF in node:
            found, name = at - index, node[_LEAF]
    return found, name


def spelled(raws: list[Raw], start: int, end: int) -> str:
    """A run of tokens as a name: single spaces where there was white space."""
    parts = [raws[start].text]
    for before, raw in zip(raws[start:end], raws[start + 1 : end], strict=False):
        parts.append(raw.text if raw.start == before.end else f" {raw.text}")
    return "".join(parts)


def key_length(raws: list[Raw], index: int) -> int:
    """How many tokens from `index` on are a key, that is a name (or text) with a colon behind it; 0 if none."""
    if raws[index].kind == "STRING":
        return 1 if _kind(raws, index + 1) == ":" else 0
    if raws[index].kind != "WORD":
        return 1 if raws[index].kind == "?" and _kind(raws, index + 1) == ":" else 0
    at = index + 1
    while at < len(raws) and (raws[at].kind in {"WORD", "NUMBER"} or raws[at].kind in _SIGNS):
        at += 1
    return at - index if _kind(raws, at) == ":" else 0


def declared(raws: list[Raw]) -> Trie:
    """A tree of the names of several tokens that the text itself declares."""
    trie: Trie = {}
    before = ""
    in_parameters = False
    for index, raw in enumerate(raws):
        if raw.kind == "(":
            in_parameters = before == "function"
        elif raw.kind == ")":
            in_parameters = False
        if before in {"{", ",", "("} or raw.kind == "STRING":
            _declare_key(raws, index, trie)
        if before in {"for", "some", "every", ","}:
            _declare_run(raws, index, trie, {"in"})
        if before in {"(", ","} and in_parameters:
            _declare_run(raws, index, trie, {",", ")"})
        before = raw.text if raw.kind in {"WORD", "{", ",", "("} else ""
    return trie


def _declare_key(raws: list[Raw], index: int, trie: Trie) -> None:
    length = key_length(raws, index)
    if raws[index].kind == "STRING" and length:
        name = raws[index].text[1:-1]
        words = names_tokens(name)
        if words is not None and len(words) > 1:
            add(trie, words, name)
    elif length > 1:
        add(trie, [raw.text for raw in raws[index : index + length]], spelled(raws, index, index + length))


def _declare_run(raws: list[Raw], index: int, trie: Trie, ends: set[str]) -> None:
    """A run of plain words up to one of the ends."""
    at = index
    while at < len(raws) and raws[at].kind == "WORD" and raws[at].text not in KEYWORDS:
        at += 1
    if at - index > 1 and at < len(raws) and raws[at].text in ends:
        add(trie, [raw.text for raw in raws[index:at]], spelled(raws, index, at))


def _kind(raws: list[Raw], index: int) -> str:
    return raws[index].kind if index < len(raws) else ""
