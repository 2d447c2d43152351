"""Files to what can be rehearsed: each process compiled with its findings, and which of them begin."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bpmn.beginning import beginnings
from bpmn.checking import check, errors, offered_by
from bpmn.compiling import CompiledProcess, NotCompilable, compile_process
from bpmn.diagram import CallActivity, Event, Process
from bpmn.draft import Draft, read_draft
from bpmn.errors import DraftUnreadable, FileProblem
from bpmn.inside import INSIDE
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule, Severity
from bpmn.scenarios import ENDING, Scenario
from engine.connectors.offered import CONNECTORS
from engine.live import PROCESSES
from engine.rehearsing.assuming import assumed, is_told
from engine.vocabulary import OPERATIONS
from forms.data import Value

DIAGRAMS: Final = (".bpmn", ".bpmn20.xml")
TOGETHER: Final = (".dmn", ".form", ".json", ".toml")
"""Files that belong to every diagram beside them."""

STAND_INS: Final = frozenset(
    {
        *("user-task-form", "task-role", "lane-role", "assigned-person", "facts", "clock", "operation", "scenario"),
        *("form-file", "form-keys", "offered-message", "message-name", "outside-error", "executable-process"),
    }
)
"""Rules about who does it and with what, for which a rehearsal has stand-ins: their errors only advise here."""
LEFT_OPEN: Final = frozenset(
    {
        *("start-event", "start-trigger", "dead-end", "several-outgoing", "unreachable", "dangling-reference"),
        *("gateway-conditions", "conditional-flow", "default-flow", "link-event", "event-sub-process", "feel-syntax"),
        *("unset-name", "data-association", "gateway-direction", "no-way-out", "call-circle"),
        *("attribute-value", "id-spelling", "lane-content", "raised-code", "data-specification", "item-type"),
        *("interface-parts", "empty-expression", "participant-number", "own-definition", "immediate-flow"),
        *("imported", "schema-order", "unknown-attribute", "required-part", "reference-kind", "flow-lists"),
        *("idle-mark", "choreography"),
    }
)
"""Rules stricter than running needs: their errors only advise here, unless compiling refuses this very element."""
LEFT_OPEN_CODES: Final = frozenset({"no-format", "natural-language"})
"""What else of stricter rules is read as well as it goes."""
LOOSE: Final = "loose-flow"
"""A flow without an end is never passed over."""

_RULE: Final = Rule("bpmn.rules.rehearsing", clause="")


@dataclass(frozen=True, kw_only=True)
class Model:
    """A process that can be rehearsed; `compiled` is None where its findings refuse it."""

    process: Process
    draft: Draft
    compiled: CompiledProcess | None = field(repr=False)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What the files hold: the processes that take part, those that begin, and everything that was found."""

    models: tuple[Model, ...] = ()
    begin: tuple[str, ...] = ()
    """Ids of the processes that begin, each as one case."""
    findings: tuple[Finding, ...] = ()
    unreadable: tuple[FileProblem, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether something found forbids to run it."""
        return bool(errors(self.findings))


class _Files:
    """Every process of every diagram, by id and in the order of the files."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        kept = {name: content for name, content in files.items() if not name.endswith(ENDING)}
        together = {name: content for name, content in kept.items() if name.endswith(TOGETHER)}
        self.drafts: dict[str, Draft] = {}
        self.problems: dict[str, FileProblem] = {}
        for name, content in kept.items():
            if name not in together:
                self._read(name, content, together)
        if not self.drafts and not self.problems:
            self.problems[""] = FileProblem(
                file="", code="no_diagram", message="There is no diagram among the files (their names end in .bpmn)."
            )
        self.of: dict[str, tuple[str, Process]] = {}
        for name, draft in self.drafts.items():
            for process in draft.diagram.processes:
                self.of.setdefault(process.id, (name, process))

    def _read(self, name: str, content: bytes, together: Mapping[str, bytes]) -> None:
        called = name if name.endswith(".bpmn") else f"{name}.bpmn"
        try:
            draft = read_draft({**together, called: content})
        except DraftUnreadable as error:
            told = [replace(problem, file=name) if problem.file == called else problem for problem in error.problems]
            self.problems |= {str(problem): problem for problem in told}
        else:
            self.drafts[name] = replace(draft, diagram=replace(draft.diagram, name=name))

    def runnable(self) -> list[Process]:
        """Give the executable processes; all that hold something where none is marked in any file."""
        every = [process for _, process in self.of.values()]
        return [process for process in every if process.executable] or [part for part in every if part.elements]

    def called_by(self, process: Process) -> Iterator[tuple[CallActivity, str]]:
        """Give the calls of a process and what they call; where a formula names it, that may be each of the others."""
        for element in process.elements:
            if isinstance(element, CallActivity) and element.called_element:
                named = is_formula(element.called_element)
                others = [other for other in self.of if other != process.id]
                yield from ((element, each) for each in (others if named else [element.called_element]))


def take(files: Mapping[str, bytes], scenario: Scenario, processes: Sequence[str] = ()) -> Taken:
    """Read, complete and compile what a scenario runs of these files; `processes`, else the scenario's, begin."""
    found = _Files(files)
    if found.problems:
        return Taken(unreadable=tuple(found.problems.values()))
    begin = list(dict.fromkeys(processes)) or ([scenario.process] if scenario.process else _beginning(found))
    unknown = [process_id for process_id in begin if process_id not in found.of]
    if unknown or not begin:
        there = ", ".join(found.of) or "none"
        text, advice = "There is no process {wanted} to begin with.", "Name one of these processes: {there}."
        finding = _RULE.error(None, text, advice, code="no-process", wanted=", ".join(unknown), there=there)
        return Taken(findings=(finding,))
    names, told = frozenset(_spaced(scenario)), scenario.services.keys()
    models, missing = [], []
    for process_id in _taking_part(found, begin):
        file, process = found.of[process_id]
        models.append(_model(assumed(found.drafts[file], process_id, told), process_id, names))
        calls = ((call, target) for call, target in found.called_by(process) if not is_told(call, told))
        missing += [_uncallable(call, target) for call, target in calls if target not in found.of]
    if len(models) > PROCESSES:
        text, advice = "{count} processes would take part; at most {limit} can.", "Name fewer files."
        missing.append(_RULE.error(None, text, advice, code="too-many", count=len(models), limit=PROCESSES))
    findings = [finding for model in models for finding in model.findings]
    ordered = sorted([*missing, *findings], key=lambda finding: finding.severity is not Severity.ERROR)
    return Taken(models=tuple(models), begin=tuple(begin), findings=tuple(ordered))


def _uncallable(call: CallActivity, target: str) -> Finding:
    text = "{element} calls the process {target}, which is not among the files."
    return _RULE.error(call, text, "Name the file that holds it as well.", code="nothing-to-call", target=target)


def begins_by_itself(process: Process) -> bool:
    """Say whether cases begin without a trigger: at a plain start event, or where nothing leads (clause 13.3.1)."""
    inside = process.within(process.id)
    starts = [part for part in inside if isinstance(part, Event) and part.kind == "startEvent"]
    if starts:
        return any(not start.definitions for start in starts)
    return bool(inside) and not any(element.begins_cases for element in inside)


def _beginning(found: _Files) -> list[str]:
    """Choose what begins: the pools of one collaboration together, else the first that begins by itself."""
    runnable = found.runnable()
    called = {target for process in runnable for _, target in found.called_by(process)}
    tops = [process for process in runnable if process.id not in called] or runnable
    alone = [process for process in tops if begins_by_itself(process)] or tops
    if not alone:
        return []
    diagram = found.drafts[found.of[alone[0].id][0]].diagram
    pools = {pool.process_id for pool in diagram.participants}
    together = [process.id for process in alone if process.id in pools]
    return together if alone[0].id in together and begins_by_itself(alone[0]) else [alone[0].id]


def _taking_part(found: _Files, begin: Iterable[str]) -> list[str]:
    """Give what begins, what it calls, and what a message or signal may begin, in the order in which they are met."""
    runnable = found.runnable()
    triggered = [process.id for process in runnable if any(each.told for each in beginnings(process))]
    ahead, met = [*begin, *triggered], dict[str, None]()
    while ahead:
        process_id = ahead.pop(0)
        if process_id not in met:
            met[process_id] = None
            ahead += [target for _, target in found.called_by(found.of[process_id][1]) if target in found.of]
    return list(met)


def _spaced(scenario: Scenario) -> Iterator[str]:
    """Give the names with spaces that come from outside: FEEL has to know them."""
    given: list[Mapping[str, Value] | None] = [scenario.data, *(sending.payload for sending in scenario.sendings)]
    given += [answer for answers in scenario.answers.values() for answer in answers]
    given += [outcome.data for outcomes in scenario.services.values() for outcome in outcomes]
    yield from (name for values in given if values for name in values if " " in name)


def _model(draft: Draft, process_id: str, names: frozenset[str]) -> Model:
    words = offered_by(draft)
    process = draft.diagram.process(process_id)
    found = check(draft, words)
    compiled, refusal = None, None
    try:
        outside = CONNECTORS.keys() | INSIDE.keys() | (words.operations - OPERATIONS)
        compiled = compile_process(draft, process_id, functions=words.functions | names, outside=outside)
    except NotCompilable as error:
        refusal = error
    except Exception as error:  # noqa: BLE001 - a defect of ours must not look like one of the pipeline
        refusal = NotCompilable(process_id, "defect", f"Keelson stumbled over it ({type(error).__name__}: {error}).")
    findings = tuple(_weighed(finding, refusal) for finding in found)
    if refusal is not None and not any(one.element_id == refusal.element_id for one in errors(findings)):
        findings = (_refused(draft, process, refusal), *findings)
    return Model(process=process, draft=draft, compiled=None if errors(findings) else compiled, findings=findings)


def _weighed(finding: Finding, refusal: NotCompilable | None) -> Finding:
    """Give a finding as it weighs here: what only a release needs advises."""
    stuck = refusal is not None and refusal.element_id == finding.element_id
    lenient = finding.rule in LEFT_OPEN or finding.code in LEFT_OPEN_CODES
    open_here = lenient and not stuck and finding.code != LOOSE
    if finding.severity is Severity.ERROR and (finding.rule in STAND_INS or open_here):
        return replace(finding, severity=Severity.WARNING)
    return finding


def _refused(draft: Draft, process: Process, refusal: NotCompilable) -> Finding:
    at = draft.diagram.find(refusal.element_id) or draft.diagram.flows.get(refusal.element_id) or process
    finding = _RULE.error(
        at,
        "{element} cannot be run as drawn: {reason}",
        "Draw it in another way.",
        code=refusal.code,
        reason=refusal.message,
    )
    return replace(finding, file=draft.diagram.name, element_id=refusal.element_id)
