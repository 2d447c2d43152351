"""A case as its journal tells it: entries in words, the path over the diagram, the data at any moment.

Everything comes from the journal alone, so that what is shown is what the chain attests; a broken chain is shown, never
hidden. A sentence is a template with parameters, for whoever renders it to translate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from engine import journal as chain
from engine.errors import NotAllowed, NotFound
from engine.live import compiled, released_draft
from engine.model.entry import EntryKind, instance_stream
from engine.model.instance import Instance
from engine.model.link import EndKind
from engine.model.person import Actor
from engine.permissions import Action, may, reads_inside, scope
from engine.reports.calls import Calls, calls_of
from engine.reports.cases import visible_instance
from engine.reports.links import WORDS as LINK_WORDS
from engine.reports.links import Links, links_of
from engine.reports.parts import Part, part_of
from engine.reports.release_words import ReleaseWords, words_of
from engine.reports.sentences import WORDS
from engine.reports.stretches import Stretch, stretches
from engine.storage import instances, journal, people, publications, records
from engine.storage.journal import Entry, EntryValue
from engine.telling import rounds, touched, unset, variables
from engine.transaction import Transaction
from forms.data import Value, plain, same

ERASED: Final = "erased"
"""Stands for a value that was erased: its commitment is left, the value is not."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A value as people read it: `text` for display, `erased` when only its commitment is left."""

    text: str
    erased: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """A variable that an entry set; `old` is None when it was not set before."""

    name: str
    label: str
    old: Shown | None
    new: Shown
    personal: bool


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """A decision an entry made: its inputs, what came out, and which rules matched."""

    element_id: str
    name: str
    inputs: tuple[tuple[str, str], ...]
    outcome: str
    rules: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TraceEntry:
    """An entry in words. `template` has the names of `parameters` in braces; `here` is where the case stood after."""

    seq: int
    at: datetime
    set_back: bool
    """Whether the clock had been set back since the entry before it; the numbers tell the order."""
    kind: str
    icon: str
    actor: str
    template: str
    parameters: Mapping[str, str]
    note: str
    changes: tuple[Change, ...]
    decisions: tuple[DecisionLine, ...]
    elements: tuple[str, ...]
    flows: tuple[str, ...]
    here: tuple[str, ...]
    hash: str


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A part of the history of a case on one release, oldest entry first; where it was moved, it has others beside."""

    instance: Instance
    process_title: str
    stretch: Stretch
    stretches: tuple[Stretch, ...]
    verdict: chain.Verdict
    last_hash: str
    """Of the last entry of the chain, whatever part is shown."""
    calls: Calls
    links: Links
    part: Part
    entries: tuple[TraceEntry, ...]
    elements: Mapping[str, str]
    """The titles of all elements that were entered, by id; also those entered in other parts."""
    moment: "Moment"
    """The data after the last of these entries."""
    clauses: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The data of a case after an entry; `changed` are the names that this entry set."""

    seq: int
    at: datetime | None
    values: tuple[tuple[str, str, Shown], ...]
    """Name, label, value; in the order of their first setting."""
    changed: frozenset[str]


def trace_case(tx: Transaction, number: str, stretch: int | None = None, until: int | None = None) -> Trace:
    """Give the history of a case the actor may see: of a stretch, else of the latest; the part that ends at `until`.

    The whole chain is verified, whatever part is shown. Raises NotFound, NotAllowed.
    """
    shown = _shown(tx, number, stretch, until)
    instance, telling = shown.instance, shown.telling
    record = publications.get(tx, shown.stretch.publication_id)
    return Trace(
        instance=instance,
        process_title=record.title if record else instance.process_id,
        stretch=shown.stretch,
        stretches=telling.stretches,
        verdict=chain.judge(instance_stream(instance.id), telling.entries),
        last_hash=telling.entries[-1].hash if telling.entries else "",
        calls=calls_of(tx, instance),
        links=links_of(tx, instance),
        part=shown.part,
        entries=shown.lines,
        elements=_entered(telling, shown.stretch),
        moment=_moment(telling, shown.part.last),
        clauses=released_draft(tx, shown.stretch.publication_id).facts.clauses,
    )


def drawn(
    tx: Transaction, number: str, stretch: int | None = None, until: int | None = None
) -> "tuple[Progress, tuple[TraceEntry, ...]]":
    """Give what a drawing of the same part of the history needs. Raises NotFound, NotAllowed."""
    shown = _shown(tx, number, stretch, until)
    way = _progress(tx, shown.instance, shown.telling.entries, shown.part, shown.stretch)
    return way, shown.lines


def entry_about(
    tx: Transaction, number: str, element_id: str, stretch: int | None = None, before: int | None = None
) -> int | None:
    """Give the number of the newest entry about an element, below `before`, or else of the newest of all."""
    shown = _shown(tx, number, stretch, None)
    found = [
        each.seq for each in shown.telling.entries if shown.stretch.holds(each.seq) and element_id in touched(each)
    ]
    earlier = [seq for seq in found if before is None or seq < before]
    return max(earlier or found, default=None)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    instance: Instance
    telling: "_Telling"
    stretch: Stretch
    part: Part

    @property
    def lines(self) -> tuple[TraceEntry, ...]:
        return tuple(line for _entry, line in self.telling.tell(self.part))


def _shown(tx: Transaction, number: str, stretch: int | None, until: int | None) -> _Shown:
    instance = visible_instance(tx, number)
    if not may(tx.actor, Action.TRACE):
        raise NotAllowed("Your roles do not allow you to trace cases.")
    telling = _telling(tx, instance)
    on = _stretch(telling, stretch)
    part = part_of([entry.seq for entry in telling.entries if on.holds(entry.seq)], until)
    return _Shown(instance=instance, telling=telling, stretch=on, part=part)


def _entered(telling: "_Telling", stretch: Stretch) -> dict[str, str]:
    found = {
        move[1]: telling.releases[stretch.publication_id].diagram.find(move[1])
        for entry in telling.entries
        if stretch.holds(entry.seq)
        for move in entry.facts.get("moves") or ()
        if move[0] == "enter"
    }
    return {element_id: element.title for element_id, element in found.items() if element is not None}


def diagram_of(tx: Transaction, number: str, stretch: int) -> bytes:
    """Give the diagram a case ran on in a stretch, exactly as it was released. Raises NotFound."""
    telling = _telling(tx, visible_instance(tx, number))
    return compiled(tx, _stretch(telling, stretch).publication_id).diagram.content


def _stretch(telling: "_Telling", number: int | None) -> Stretch:
    wanted = len(telling.stretches) if number is None else number
    found = next((each for each in telling.stretches if each.number == wanted), None)
    if found is None:
        raise NotFound("The case has no such stretch.", stretch=number)
    return found


@dataclass(frozen=True, kw_only=True)
class History:
    """A part of what happened in a case, oldest entry first."""

    part: Part
    entries: tuple[TraceEntry, ...]


def history(tx: Transaction, instance: Instance, until: int | None = None) -> History:
    """Give the entries of a case as whoever sees it may read them, a part at a time: not who looked at it.

    Who is no staff reads every sentence, but of the values only those he gave himself and those a form told him.
    """
    return _history(tx, _telling(tx, instance), until)


def history_drawn(tx: Transaction, instance: Instance, until: int | None = None) -> "tuple[Progress, History]":
    """Give the same part with what its drawing needs."""
    telling = _telling(tx, instance)
    found = _history(tx, telling, until)
    return _progress(tx, instance, telling.entries, found.part, None), found


def _history(tx: Transaction, telling: "_Telling", until: int | None) -> History:
    part = part_of([entry.seq for entry in telling.entries if entry.kind != EntryKind.CASE_READ], until)
    told = [(entry, line) for entry, line in telling.tell(part) if entry.kind != EntryKind.CASE_READ]
    if not reads_inside(tx.actor):
        names = _told_to(tx, telling)
        told = [(entry, _from_outside(tx.actor, entry, line, names)) for entry, line in told]
    return History(part=part, entries=tuple(line for _entry, line in told))


def _told_to(tx: Transaction, telling: "_Telling") -> frozenset[str]:
    """Give the variables that the texts of the actor's own forms show him: of tasks that are or were his."""
    tasks = instances.tasks_of(tx, telling.instance_id)
    mine = {task.form for task in tasks if tx.actor.person_id in {task.person_id, task.ended_by}}
    forms = [pair for release in telling.releases.values() for pair in release.forms.items()]
    return frozenset().union(*(form.tells for name, form in forms if name in mine))


def _from_outside(actor: Actor, entry: Entry, line: TraceEntry, told: frozenset[str]) -> TraceEntry:
    own = entry.actor_id == actor.person_id
    given = {value.path.removeprefix("answer:") for value in entry.values if own and value.path.startswith("answer:")}
    changes = (
        change if change.name in told else replace(change, old=None)
        for change in line.changes
        if change.name in told | given
    )
    note = line.note if own or entry.kind == EntryKind.CASE_COMMENTED else ""
    return replace(line, note=note, changes=tuple(changes), decisions=())


def moment(tx: Transaction, number: str, seq: int) -> Moment:
    """Give the data of a case after entry `seq`. Raises NotFound, NotAllowed."""
    instance = visible_instance(tx, number)
    if not may(tx.actor, Action.TRACE):
        raise NotAllowed("Your roles do not allow you to trace cases.")
    return _moment(_telling(tx, instance), seq)


def _moment(telling: "_Telling", seq: int) -> Moment:
    values: dict[str, EntryValue] = {}
    changed: frozenset[str] = frozenset()
    at = None
    for entry in telling.entries:
        if entry.seq > seq:
            break
        telling.turn_to(entry)
        sets = variables(entry)
        values |= sets
        for name in unset(entry):
            values.pop(name, None)
        changed, at = frozenset(sets), entry.at
    return Moment(
        seq=seq,
        at=at,
        values=tuple(
            (name, telling.label(name), telling.shown(name, value))
            for name, value in values.items()
            if value.erased or value.value not in (None, "", [])
        ),
        changed=changed,
    )


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The way of a case over its diagram: what was passed, where it stands, how often each element was entered."""

    taken: tuple[str, ...]
    here: tuple[str, ...]
    counts: Mapping[str, int]
    before: tuple[str, ...]
    """What had been passed before the part of the history that is shown beside it."""
    latest: bool
    """Whether that part is the newest."""


def _progress(
    tx: Transaction, instance: Instance, entries: Sequence[Entry], part: Part, stretch: Stretch | None
) -> Progress:
    """Give the way a case took: in a stretch, else all of it as far as the diagram it runs on now has the elements."""
    before: dict[str, None] = {}
    taken: dict[str, None] = {}
    counts: dict[str, int] = {}
    here: tuple[str, ...] = ()
    for entry in entries:
        moves = entry.facts.get("moves")
        if moves is None or not (stretch is None or stretch.holds(entry.seq)):
            continue
        if entry.kind == EntryKind.CASE_MIGRATED:
            names = entry.facts["mapping"]
            taken = {names.get(each, each): None for each in taken}
            counts = {names.get(each, each): number for each, number in counts.items()}
            before = {names.get(each, each): None for each in before}
        here = tuple(entry.facts.get("here") or ())
        for move in moves:
            if move[0] in {"enter", "flow"}:
                taken[move[1]] = None
                if entry.seq < part.first:
                    before[move[1]] = None
            if move[0] == "enter" or (move[0] == "begin" and move[2] > 1):
                counts[move[1]] = counts.get(move[1], 0) + 1  # each instance of a repeated activity counts
    process = compiled(tx, stretch.publication_id if stretch else instance.publication_id).process
    known = {element.id for element in process.elements} | {flow.id for flow in process.flows}
    return Progress(
        taken=tuple(each for each in taken if each in known),
        here=here,
        counts={each: number for each, number in counts.items() if each in known},
        before=tuple(each for each in before if each in known),
        latest=part.later is None,
    )


def _telling(tx: Transaction, instance: Instance) -> "_Telling":
    entries = journal.entries(tx.connection, instance_stream(instance.id))
    ran_on = stretches(tx, instance, entries)
    wanted: set[str | None] = {entry.actor_id for entry in entries}
    for entry in entries:
        facts = entry.facts
        wanted |= {facts.get("from"), facts.get("to"), facts.get("person")}
        wanted |= {value.value for name, value in variables(entry).items() if name in _PEOPLE and not value.erased}
    names = {
        **{role.id: role.title for role in people.roles(tx)},
        **people.names(tx, [each for each in wanted if isinstance(each, str)]),
    }
    services = {service.id: service.title for service in records.services(tx)}
    return _Telling(
        instance_id=instance.id,
        entries=entries,
        stretches=ran_on,
        releases={each.publication_id: words_of(compiled(tx, each.publication_id)) for each in ran_on},
        names=names,
        known={"service": services},
        others=_numbers(tx, filter(None, map(_other, entries))),
    )


def _other(entry: Entry) -> str | None:
    """Give the id of the case at the other end of a link that an entry is about."""
    other = entry.facts.get("other")
    return other["id"] if isinstance(other, Mapping) and other["kind"] == EndKind.CASE else None


def _numbers(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the numbers of those of these cases that the actor sees."""
    wanted = set(ids)
    found = instances.visible_among(tx, scope(tx.actor), wanted) if wanted else {}
    return {each.id: each.number for each in found.values()}


SET_BACK: Final = timedelta(minutes=1)
"""An entry that says to be earlier by more than this than the one before it was made after the clock was set back."""

_PEOPLE: Final = frozenset({"caller"})
_SAYS_NOTHING: Final[tuple[Value, ...]] = (None, "", [], False)
"""Values not worth a line where there was none before: the fields somebody left alone."""


@dataclass(kw_only=True)
class _Telling:
    """What is needed to put entries into words, each in those of the release it ran on."""

    instance_id: str
    entries: Sequence[Entry]
    stretches: tuple[Stretch, ...]
    releases: Mapping[str, ReleaseWords]
    """By publication."""
    names: Mapping[str, str]
    known: Mapping[str, Mapping[str, str]]
    others: Mapping[str, str]
    """The numbers of linked cases that the actor sees, by id."""
    release: ReleaseWords = field(init=False)
    """The one whose words are used now."""
    rounds: Mapping[str, int] = field(init=False)
    """Which instance of a repeated activity a task was for, by its id."""

    def __post_init__(self) -> None:
        self.rounds = rounds(self.entries)
        self.release = self.releases[self.stretches[-1].publication_id]

    def turn_to(self, entry: Entry) -> None:
        """Use the words of the release that an entry ran on."""
        stretch = next(each for each in self.stretches if each.holds(entry.seq))
        self.release = self.releases[stretch.publication_id]

    def label(self, name: str) -> str:
        """Give what a form calls a variable, or its name."""
        return self.release.labels.get(name, name.replace("_", " "))

    def shown(self, name: str, value: EntryValue) -> Shown:
        """Give a stored value as people read it."""
        return Shown(text="", erased=True) if value.erased else Shown(text=self.words(name, value.value))

    def words(self, name: str, value: Value) -> str:
        """Give a value as people read it: labels for choices, names for people and services."""
        if value is None or value in ("", []):
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            label = self.release.choices.get((name, value)) or self.known.get(name, {}).get(value)
            return label or (self.names.get(value) if name in {*_PEOPLE, "group"} else None) or value
        if isinstance(value, list):
            return "; ".join(self.words(name, item) for item in value)
        if isinstance(value, Mapping):
            if "digest" in value and "name" in value:
                return str(value["name"])
            return ", ".join(f"{self.label(key)}: {self.words(key, item)}" for key, item in value.items())
        return plain(value) if isinstance(value, Decimal) else str(value)

    def title(self, element_id: Any) -> str:
        """Give the name of an element."""
        element = self.release.diagram.find(element_id) if isinstance(element_id, str) else None
        return element.title if element else ""

    def tell(self, part: Part) -> Iterable[tuple[Entry, TraceEntry]]:
        """Put a part of the entries into words, oldest first."""
        before: dict[str, EntryValue] = {}
        here: tuple[str, ...] = ()
        clock: datetime | None = None
        for entry in self.entries:
            if "here" in entry.facts:
                here = tuple(entry.facts["here"])
            sets = variables(entry)
            if part.holds(entry.seq):
                self.turn_to(entry)
                yield entry, self._entry(entry, before, sets, here, clock=clock)
            before |= sets
            clock = entry.at
            for name in unset(entry):
                before.pop(name, None)

    def _entry(
        self,
        entry: Entry,
        before: Mapping[str, EntryValue],
        sets: Mapping[str, EntryValue],
        here: tuple[str, ...],
        *,
        clock: datetime | None,
    ) -> TraceEntry:
        icon, template = WORDS.get(entry.kind, ("dot", "{actor}: {kind}"))
        moves = entry.facts.get("moves") or []
        return TraceEntry(
            seq=entry.seq,
            at=entry.at,
            set_back=clock is not None and clock - entry.at > SET_BACK,
            kind=entry.kind,
            icon=icon,
            actor=str(entry.facts.get("outside") or self.names.get(entry.actor_id or "", "Keelson")),
            template=template,
            parameters=self._parameters(entry),
            note=self._note(entry),
            changes=tuple(self._changes(before, sets)),
            decisions=tuple(self._decisions(entry, moves)),
            elements=touched(entry),
            flows=tuple(dict.fromkeys(move[1] for move in moves if move[0] == "flow")),
            here=here,
            hash=entry.hash,
        )

    def _parameters(self, entry: Entry) -> dict[str, str]:
        facts = entry.facts
        return {
            "actor": entry.facts.get("outside") or self.names.get(entry.actor_id or "", "Keelson"),
            "kind": entry.kind,
            "link": LINK_WORDS.get(str(facts.get("link")), ""),
            "other": self.others.get(_other(entry) or "", "another case"),
            "element": self._element(facts),
            "target": self.title(facts.get("target")),
            "resolution": {"retried": "tried again", "skipped": "left undone"}.get(str(facts.get("resolution")), ""),
            "person": self.names.get(str(facts.get("to") or facts.get("person") or ""), ""),
            "clock": str(facts.get("name") or ""),
            "version": str(facts.get("version") or ""),
            "number": str(facts.get("number") or ""),
            "attempt": str(facts.get("attempt") or ""),
            "operation": str(facts.get("operation") or ""),
        }

    def _element(self, facts: Mapping[str, Any]) -> str:
        """Name the element an entry is about, of a repeated task with the number of its instance."""
        title = self.title(facts.get("element")) or str(facts.get("message") or facts.get("kind") or "")
        number = self.rounds.get(str(facts.get("task") or ""))
        return title if number is None else f"{title} ({number})"

    def _note(self, entry: Entry) -> str:
        """Give the one thing to know beside the sentence: a reason, a comment, a target."""
        facts, known = entry.facts, entry.known
        for path in ("reason", "text", "problem", "subject"):
            if path in known:
                return str(known[path])
        if "digest" in facts:
            return f"SHA-256 {str(facts['digest'])[:12]}…"
        if entry.kind.startswith("clock."):
            return self._clock_note(facts)
        return ""

    def _clock_note(self, facts: Mapping[str, Value]) -> str:
        parts = []
        if facts.get("priority"):
            parts.append(str(facts["priority"]))
        if facts.get("consumed_seconds") is not None and facts.get("budget_seconds") is not None:
            parts.append(f"{span(facts['consumed_seconds'])} of {span(facts['budget_seconds'])}")
        elif facts.get("budget_seconds") is not None:
            budget = span(facts["budget_seconds"])
            if "around_the_clock" in facts:
                budget += ", around the clock" if facts["around_the_clock"] else ", working hours"
            parts.append(budget)
        if facts.get("reason"):
            parts.append(str(facts["reason"]))
        return " · ".join(parts)

    def _changes(self, before: Mapping[str, EntryValue], sets: Mapping[str, EntryValue]) -> Iterable[Change]:
        for name, value in sets.items():
            old = before.get(name)
            if old is not None and not old.erased and not value.erased and same(old.value, value.value):
                continue
            if old is None and not value.erased and value.value in _SAYS_NOTHING:
                continue
            yield Change(
                name=name,
                label=self.label(name),
                old=self.shown(name, old) if old is not None else None,
                new=self.shown(name, value),
                personal=value.personal,
            )

    def _decisions(self, entry: Entry, moves: Sequence[Sequence[Any]]) -> Iterable[DecisionLine]:
        known = entry.known
        for move in moves:
            if move[0] == "decide":
                _, element_id, decision_id, rules, number = move
                inputs = known.get(f"decision:{number}:inputs") or {}
                outputs = known.get(f"decision:{number}:outputs")
                yield DecisionLine(
                    element_id=element_id,
                    name=self._decided(element_id, decision_id),
                    inputs=tuple((self.label(key), self.words(key, value)) for key, value in inputs.items()),
                    outcome=self.words("", outputs),
                    rules=tuple(self.release.rules.get(rule, rule) for rule in rules),
                    problems=tuple(str(one) for one in known.get(f"decision:{number}:problems") or ()),
                )

    def _decided(self, element_id: str, decision_id: str) -> str:
        """Name the task for the decision that it asks for, and the decision itself for one that this one requires."""
        element = self.release.diagram.find(element_id)
        if element is None or getattr(element, "decision_id", None) in {None, decision_id}:
            return self.title(element_id)
        return self.release.decisions.get(decision_id, decision_id)


def span(seconds: Any) -> str:
    """Write a length of time in its two largest units: ``4 h``, ``1 h 30 min``, ``12 min``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{rest} s" if rest and not hours else "",
    ]
    return " ".join([part for part in parts if part][:2]) or "0 min"
