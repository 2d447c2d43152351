"""Processes, their versions and drafts, as their owners see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bpmn.checking import check
from bpmn.comparing import Difference, Weight, compare
from bpmn.diagram import Diagram
from bpmn.draft import Draft, Facts, read_draft
from bpmn.errors import DraftUnreadable
from bpmn.expressions import names_set
from bpmn.inside import VERSION_DECIDED
from bpmn.publishing import python_in, title_of
from bpmn.rules.finding import Finding, Severity
from bpmn.vocabulary import Neighbour, Outside, Vocabulary
from engine import offering
from engine.errors import NotAllowed, NotFound
from engine.live import released_draft
from engine.model.job import HELD
from engine.model.publication import PublicationRecord
from engine.model.record import Role
from engine.neighbours import needed_by
from engine.ownership import takes_out_of_use
from engine.permissions import EVERYBODY, Action, may
from engine.registers import registers
from engine.reports.migrating import BatchRow, batches_of
from engine.reports.retired import Retired, retired
from engine.storage import instances, jobs, messages, people, publications
from engine.transaction import Transaction
from engine.vocabulary import vocabulary


@dataclass(frozen=True, kw_only=True)
class ProcessRow:
    """A process in the library."""

    process_id: str
    title: str
    purpose: str
    version: int
    owner_role: str
    owners: tuple[str, ...]
    clauses: Mapping[str, tuple[str, ...]]
    active_cases: int
    draft: PublicationRecord | None
    retired: Retired | None = None
    """How it went out of use, where it is."""


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A version of a process in words."""

    record: PublicationRecord
    author: str | None
    proposer: str | None
    releaser: str | None
    active_cases: int


@dataclass(frozen=True, kw_only=True)
class ProcessView:
    """A process with every version, newest first."""

    row: ProcessRow
    facts: Facts
    number_prefix: str
    latest: PublicationRecord
    """The last release, which is in force unless the process is out of use."""
    versions: tuple[VersionRow, ...]
    begins: tuple[tuple[str, datetime], ...]
    """The timers that begin cases by themselves: the start event's name, and when the next one is due."""
    may_author: bool
    may_migrate: bool
    batches: tuple[BatchRow, ...]
    may_retire: bool
    """Whether the actor takes it out of use, and back into it."""
    needed_by: tuple[tuple[str, str, str], ...]
    """Which other processes call it, or begin it by a message: id, title, and name of the message."""

    @property
    def older_cases(self) -> int:
        """How many cases run on another version than the last."""
        return sum(each.active_cases for each in self.versions if each.record.id != self.latest.id)


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A file that differs from the version a draft is based on: added, changed or removed."""

    name: str
    change: str


@dataclass(frozen=True, kw_only=True)
class ElementChange:
    """An element of the diagram that was added, removed or changed, by its name."""

    element_id: str
    name: str
    kind: str
    change: str


@dataclass(frozen=True, kw_only=True)
class PublicationView:
    """A version with its files, what changed, the findings, and what the actor may do with it.

    What only some pages show of a large diagram is found out when it is asked for.
    """

    version: VersionRow
    process_title: str
    files: Mapping[str, bytes]
    base: Mapping[str, bytes]
    """The files of the version it is based on; its own where it is based on none."""
    draft: Draft | None
    problems: tuple[str, ...]
    words: Vocabulary
    """What it may refer to."""
    may_edit: bool
    may_propose: bool
    may_release: bool
    release_refusal: str
    """Why the actor may not release it; empty when he may, or nobody could."""
    may_vouch: bool = False
    """Whether the actor may vouch for that Python."""
    runs_apart: bool = False
    """Whether this installation runs Python that nobody vouched for, in a process apart."""
    approval: str | None = None
    """The number of the case in which the proposal is approved, where document control has one."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks find; nothing where it cannot be read."""
        return check(self.draft, self.words) if self.draft else ()

    @cached_property
    def file_changes(self) -> tuple[FileChange, ...]:
        """The files that differ from the version it is based on."""
        return _file_changes(self.base, self.files)

    @cached_property
    def element_changes(self) -> tuple[ElementChange, ...]:
        """The elements and flows that differ."""
        return _element_changes(self._earlier, self.draft)

    @cached_property
    def lost(self) -> tuple[Difference, ...]:
        """The controls of the version it is based on that it has not any more."""
        return _lost(self._earlier, self.draft)

    @property
    def beside(self) -> tuple[str, ...]:
        """The titles of the other processes of its file, which are released together with it."""
        return _beside(self.draft, self.version.record.process_id) if self.draft else ()

    @cached_property
    def python(self) -> Mapping[str, str]:
        """The Python in it, by its place in words."""
        return python_in(self.draft) if self.draft else {}

    @cached_property
    def _earlier(self) -> Draft | None:
        return self.draft if self.base == self.files else _read(self.base)[0]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse publication."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def processes(tx: Transaction) -> tuple[ProcessRow, ...]:
    """Give every process that was ever released, by title: in use or not."""
    return _process_rows(tx, publications.all_latest(tx), publications.by_process(tx), publications.count_instances(tx))


def _process_rows(
    tx: Transaction,
    released: Sequence[PublicationRecord],
    every: Mapping[str, Sequence[PublicationRecord]],
    counts: Mapping[str, int],
) -> tuple[ProcessRow, ...]:
    """Give rows of these releases; `every` holds all publications of their processes, `counts` their active cases."""
    titles = {role.id: role.title for role in people.roles(tx)}
    known = [(record, released_draft(tx, record.id).facts) for record in released]
    owners = people.names_by_role(tx, [facts.owner for _record, facts in known], tx.now())
    gone = retired(tx, released)
    return tuple(
        ProcessRow(
            process_id=record.process_id,
            title=record.title,
            purpose=facts.purpose,
            version=record.version or 0,
            owner_role=titles.get(facts.owner, facts.owner),
            owners=owners.get(facts.owner, ()),
            clauses=facts.clauses,
            active_cases=sum(counts.get(each.id, 0) for each in every[record.process_id]),
            draft=next((each for each in every[record.process_id] if each.state in {"draft", "proposed"}), None),
            retired=gone.get(record.process_id),
        )
        for record, facts in known
    )


def begun(tx: Transaction) -> tuple[PublicationRecord, ...]:
    """Give the open drafts of processes that were never released."""
    return tuple(
        record
        for every in publications.by_process(tx).values()
        if not any(record.version for record in every)
        for record in every
        if record.state in {"draft", "proposed"}
    )


def process(tx: Transaction, process_id: str) -> ProcessView:
    """Give one process. Raises NotFound."""
    record = publications.latest(tx, process_id)
    if record is None:
        raise NotFound("There is no such process.", process_id=process_id)
    counts = publications.count_instances(tx)
    draft = released_draft(tx, record.id)
    versions = publications.of_process(tx, process_id)
    return ProcessView(
        row=_process_rows(tx, [record], {process_id: versions}, counts)[0],
        facts=draft.facts,
        number_prefix=draft.diagram.process(process_id).properties.get("numberPrefix", ""),
        latest=record,
        versions=tuple(_version(tx, each, counts) for each in versions),
        begins=_begins(tx, record, draft),
        may_author=may(tx.actor, Action.AUTHOR),
        may_migrate=may(tx.actor, Action.MIGRATE),
        batches=batches_of(tx, process_id),
        may_retire=takes_out_of_use(tx, record),
        needed_by=needed_by(tx, process_id),
    )


def _begins(tx: Transaction, record: PublicationRecord, draft: Draft) -> tuple[tuple[str, datetime], ...]:
    timers = (job for job in jobs.scheduled(tx.connection, record.id) if HELD not in job.payload)
    found = [(draft.diagram.find(str(timer.payload["element"])), timer.due_at) for timer in timers]
    return tuple((element.title, due) for element, due in found if element is not None)


def _version(tx: Transaction, record: PublicationRecord, counts: Mapping[str, int]) -> VersionRow:
    names = people.names(tx, [record.author_id, record.proposer_id, record.releaser_id])
    return VersionRow(
        record=record,
        author=names.get(record.author_id or ""),
        proposer=names.get(record.proposer_id or ""),
        releaser=names.get(record.releaser_id or ""),
        active_cases=counts.get(record.id, 0),
    )


def publication(tx: Transaction, publication_id: str) -> PublicationView:
    """Give one version with its findings and changes. Raises NotFound, NotAllowed for drafts of others' trades."""
    record = publications.get(tx, publication_id)
    if record is None:
        raise NotFound("There is no such version.", publication_id=publication_id)
    if record.version is None and not may(tx.actor, Action.AUTHOR) and not may(tx.actor, Action.TRACE):
        raise NotAllowed("Your roles do not allow you to see drafts of processes.")
    files = publications.files(tx, publication_id)
    draft, problems = _read(files)
    author = may(tx.actor, Action.AUTHOR)
    refusal = _release_refusal(tx, record)
    return PublicationView(
        version=_version(tx, record, publications.count_instances(tx)),
        process_title=record.title,
        files=files,
        base=publications.files(tx, record.based_on) if record.based_on else files,
        draft=draft,
        problems=problems,
        words=vocabulary(tx),
        may_edit=author and record.state == "draft",
        may_propose=author and record.state == "draft",
        may_release=record.state == "proposed" and not refusal,
        release_refusal=refusal if record.state == "proposed" else "",
        may_vouch=may(tx.actor, Action.VOUCH),
        runs_apart=tx.installation.settings.untrusted_scripts == "worker",
        approval=_approval(tx, record) if record.state == "proposed" else None,
    )


def _approval(tx: Transaction, record: PublicationRecord) -> str | None:
    waiting = messages.waiting(tx, "message", VERSION_DECIDED, record.proposal)
    case = instances.get(tx, waiting[0]) if waiting else None
    return case.number if case else None


def _beside(draft: Draft, process_id: str) -> tuple[str, ...]:
    return tuple(title_of(draft, process) for process in draft.diagram.executable if process.id != process_id)


def _release_refusal(tx: Transaction, record: PublicationRecord) -> str:
    if not may(tx.actor, Action.RELEASE):
        return "Your roles do not allow you to release processes."
    if tx.actor.person_id in offering.hands_in(tx, record):
        return "A second person has to release it: you wrote or proposed it."
    return ""


def _read(files: Mapping[str, bytes]) -> tuple[Draft | None, tuple[str, ...]]:
    try:
        return read_draft(files), ()
    except DraftUnreadable as error:
        return None, tuple(f"{problem.file}: {problem.message}" for problem in error.problems)


def _file_changes(base: Mapping[str, bytes], files: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    changes = []
    for name in sorted(base.keys() | files.keys()):
        if name not in base:
            changes.append(FileChange(name=name, change="added"))
        elif name not in files:
            changes.append(FileChange(name=name, change="removed"))
        elif base[name] != files[name]:
            changes.append(FileChange(name=name, change="changed"))
    return tuple(changes)


def _lost(base: Draft | None, draft: Draft | None) -> tuple[Difference, ...]:
    if base is None or draft is None:
        return ()
    return tuple(each for each in compare(base, draft) if each.weight is Weight.CONTROL)


def _element_changes(base: Draft | None, draft: Draft | None) -> tuple[ElementChange, ...]:
    if base is None or draft is None:
        return ()
    before, after = _meanings(base.diagram), _meanings(draft.diagram)
    changes = []
    for element_id in dict.fromkeys([*before, *after]):
        name, kind, _ = after.get(element_id) or before[element_id]
        if element_id not in before:
            change = "added"
        elif element_id not in after:
            change = "removed"
        elif before[element_id][2] != after[element_id][2]:
            change = "changed"
        else:
            continue
        changes.append(ElementChange(element_id=element_id, name=name, kind=kind, change=change))
    return tuple(changes)


def _meanings(diagram: Diagram) -> dict[str, tuple[str, str, Any]]:
    """Give what each element and flow says, without where it is drawn."""
    found: dict[str, tuple[str, str, Any]] = {}
    for process in diagram.processes:
        for element in process.elements:
            drawn = {"bounds", "line", "incoming", "outgoing"}
            said = {name: value for name, value in vars(element).items() if name not in drawn}
            found[element.id] = (element.title, element.kind, said)
        for flow in process.flows:
            arrow = (flow.source, flow.target, flow.name, flow.condition)
            ends = [diagram.find(flow.source), diagram.find(flow.target)]
            title = flow.name or " → ".join(end.title for end in ends if end)
            found[flow.id] = (title, "sequenceFlow", arrow)
    return found


@dataclass(frozen=True, kw_only=True)
class VocabularyChoices:
    """What the modeler offers in its panel."""

    roles: tuple[Role, ...]
    forms: tuple[str, ...]
    decisions: tuple[str, ...]
    operations: tuple[str, ...]
    outside: Mapping[str, Outside]
    """More of those operations that leave the house."""
    clocks: tuple[str, ...]
    processes: tuple[Neighbour, ...]
    """What can be called."""
    records: tuple[tuple[str, str], ...]
    """Types of records, and what they are called together."""
    names: tuple[str, ...]
    """Variables that something in the process sets, for completing expressions."""


def vocabulary_choices(tx: Transaction, view: PublicationView) -> VocabularyChoices:
    """Give what a version may refer to."""
    words = view.words
    everybody = Role(id=EVERYBODY, title="Everybody", kind="role", purpose="")
    return VocabularyChoices(
        roles=(everybody, *(role for role in people.roles(tx) if role.id != EVERYBODY)),
        forms=tuple(sorted(name.removesuffix(".form") for name in view.files if name.endswith(".form"))),
        decisions=tuple(sorted(view.draft.decisions)) if view.draft else (),
        operations=tuple(sorted(words.operations)),
        outside=words.outside,
        clocks=tuple(sorted(words.clocks)),
        processes=tuple(sorted((words.processes or {}).values(), key=lambda each: each.title)),
        records=tuple((name, each.type.plural) for name, each in registers(tx).items()),
        names=names_of(view.draft),
    )


def names_of(draft: Draft | None) -> tuple[str, ...]:
    """The variables that something in a process sets."""
    processes = draft.diagram.executable if draft else ()
    return tuple(sorted({name for process in processes if draft for name in names_set(draft, process)}))
