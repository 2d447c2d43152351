"""One element of a diagram while its extensions are read: taken out of the tree, and written anew in our own words.

Only the tree in memory is changed. The bytes of the file stay as they came.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from lxml import etree

from bpmn.dialects.juel import NotTranslated, holds_juel, quoted, to_feel
from bpmn.notes import Note, Outcome
from bpmn.source import BPMN, NODES, OURS, Source, attribute, child, children, line_of, local, reference

WIDTH: Final = 120
"""Most characters of a text that a note repeats."""


class Subject:
    """A BPMN element and the extensions of one family of namespaces on it."""

    def __init__(self, node: etree._Element, owner: str, uris: Collection[str], notes: list[Note]) -> None:
        self.node = node
        self.kind = local(node)
        self.owner = owner
        """Id of the flow node, flow or process it belongs to."""
        self._uris = uris
        self._written: dict[str, str] = {}
        self._notes = notes

    # What stands there

    def has(self, name: str) -> bool:
        """Whether there is such an attribute."""
        return any(f"{{{uri}}}{name}" in self.node.attrib for uri in self._uris)

    def take(self, name: str) -> str | None:
        """The value of an attribute, which counts as read from now on; None where it is not there or empty."""
        value = None
        for uri in self._uris:
            if f"{{{uri}}}{name}" in self.node.attrib:
                value = str(self.node.attrib.pop(f"{{{uri}}}{name}")).strip()
                self._written[name] = uri
        return value or None

    def drop(self, name: str) -> None:
        """Take a plain attribute away."""
        if name in self.node.attrib:
            del self.node.attrib[name]

    def parts(self, *names: str) -> list[etree._Element]:
        """The extension elements of these names, which count as read from now on."""
        found = []
        for holder in children(self.node, "extensionElements"):
            for part in list(holder):
                if etree.QName(part).namespace in self._uris and etree.QName(part).localname in names:
                    holder.remove(part)
                    found.append(part)
                    for inner in part.iter():
                        self._written[etree.QName(inner).localname] = str(etree.QName(part).namespace)
        return found

    def inside(self, part: etree._Element, *names: str) -> Iterator[etree._Element]:
        """What an extension element holds."""
        for entry in part:
            if etree.QName(entry).namespace in self._uris and etree.QName(entry).localname in names:
                yield entry

    # What is said of it

    def mapped(self, name: str, became: str) -> None:
        """Note what it became."""
        self._note(name, Outcome.MAPPED, became, "")

    def unused(self, name: str, why: str) -> None:
        """Note that it has no meaning here."""
        self._note(name, Outcome.UNUSED, why, "")

    def open(self, name: str, why: str, remedy: str) -> None:
        """Note that it is not read, and that somebody has to decide."""
        self._note(name, Outcome.OPEN, why, remedy)

    def refuse(self, name: str, why: str, remedy: str) -> None:
        """Note that it cannot be run."""
        self._note(name, Outcome.REFUSED, why, remedy)

    def _note(self, name: str, outcome: Outcome, said: str, remedy: str) -> None:
        line = line_of(self.node)
        self._notes.append(
            Note(element_id=self.owner, name=self.called(name), outcome=outcome, said=said, remedy=remedy, line=line)
        )

    def called(self, name: str) -> str:
        """The name of an extension with the prefix of its vendor."""
        if ":" in name or name.startswith("<"):
            return name
        own = self._written.get(name.partition(" ")[0])
        uris = self._uris if own is None else (own,)
        prefix = next((prefix for prefix, uri in self.node.nsmap.items() if prefix and uri in uris), "")
        return f"{prefix}:{name}" if prefix else name

    # What it becomes

    def value(self, text: str) -> str:
        """A text of this family as FEEL without ``=``: an expression, or the text itself. Raises NotTranslated."""
        return to_feel(text) if holds_juel(text) else quoted(text)

    def formula(self, name: str, text: str, *, needed: bool = True) -> str | None:
        """A text as an expression with ``=``; None where it cannot be one, which is noted (refused where `needed`)."""
        try:
            return f"={self.value(text)}"
        except NotTranslated as error:
            self.untranslated(name, text, error, needed=needed)
        return None

    def untranslated(self, name: str, text: str, error: NotTranslated, *, needed: bool = True) -> None:
        """Note an expression that cannot be read."""
        say = self.refuse if needed else self.open
        say(name, f"{shown(text)} holds {error.construct}, which is not run.", error.instead)

    def property(self, name: str, value: str) -> None:
        """Set one of our properties, unless our own tools have set it."""
        holder = self._own("properties")
        if all(entry.get("name") != name for entry in holder):
            etree.SubElement(holder, f"{{{OURS}}}property", name=name, value=value)

    def document(self, text: str) -> None:
        """Add to its documentation."""
        part = etree.Element(f"{{{BPMN}}}documentation")
        part.text = text
        self.node.insert(0, part)

    def holds(self, *names: str) -> bool:
        """Whether our own tools have set one of these properties."""
        return any(entry.get("name") in names for entry in self._own("properties"))

    def extension(self, name: str, text: str) -> None:
        """Set one of our extension elements, unless our own tools have set it."""
        part = self._own(name)
        if not (part.text or "").strip():
            part.text = text

    def operation(self, identity: str, parameters: Sequence[tuple[str, str]] = (), result: str | None = None) -> None:
        """Let it call an operation; parameters are expressions."""
        part = self._own("serviceTaskOperator")
        part.set("id", identity)
        if result:
            part.set("resultVariable", result)
        holder = next(iter(part), None)
        if holder is None:
            holder = etree.SubElement(part, f"{{{OURS}}}parameters")
        for name, text in parameters:
            etree.SubElement(holder, f"{{{OURS}}}parameter", id=name, value=text)

    def data(self, *, inputs: Sequence[tuple[str, str]] = (), outputs: Sequence[tuple[str, str]] = ()) -> None:
        """Add to what goes in and out of its own variables; the texts are expressions."""
        part = self._own("dataMapping")
        for kind, entries in (("input", inputs), ("output", outputs)):
            for name, text in entries:
                etree.SubElement(part, f"{{{OURS}}}{kind}", name=name, value=text)

    def seal(self) -> None:
        """Let what its work sets stay inside, unless an output takes it out."""
        self._own("dataMapping").set("sealed", "true")

    def whole(self, name: str) -> None:
        """Let all that a message carries arrive under one name."""
        self._own("dataMapping").set("whole", name)

    def _own(self, name: str) -> etree._Element:
        holder = child(self.node, "extensionElements")
        if holder is None:
            holder = etree.Element(f"{{{BPMN}}}extensionElements")
            self.node.insert(0, holder)
        part = next(iter(children(holder, name, namespace=OURS)), None)
        return etree.SubElement(holder, f"{{{OURS}}}{name}") if part is None else part


def shown(text: str) -> str:
    """A text as a note repeats it."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= WIDTH else f'{line[: WIDTH - 1]}…'}”"


def texts(part: etree._Element) -> str:
    """The text of an extension element."""
    return "".join(str(piece) for piece in part.itertext()).strip()


def named(part: etree._Element, name: str) -> str:
    """A plain attribute of an extension element."""
    return attribute(part, name).strip()


def speaking_of(source: Source, message_id: str) -> list[etree._Element]:
    """The events and tasks that speak of a message."""
    found = []
    for node in source.root.iter():
        if reference(node.get("messageRef")) == message_id and message_id:
            holder = node if local(node).endswith("Task") else node.getparent()
            if holder is not None and local(holder) in NODES:
                found.append(holder)
    return found
