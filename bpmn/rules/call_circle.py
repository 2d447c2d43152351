"""A process does not call itself on every path.

Each call begins another case that calls again, until calls are nested too deep and all of them stop with an incident. A
call back is sound where a path leads past it.
"""

from collections.abc import Iterator

from bpmn.diagram import CallActivity, Event, Process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    always = {process.id: _unavoidable(process) for process in draft.diagram.processes}
    for process in processes(draft):
        for call in always[process.id]:
            if _leads_back(call.called_element or "", process.id, always):
                yield RULE.error(
                    call,
                    "{element} calls {process} again and again: no path of it leads past the call.",
                    "Call another process, or draw a gateway with a path that does not call.",
                    process=process.name or process.id,
                )


def _unavoidable(process: Process) -> list[CallActivity]:
    """The calls without which no end of the process can be reached."""
    follows: dict[str, list[str]] = {}
    for source, target in (*((flow.source, flow.target) for flow in process.flows), *process.jumps.items()):
        follows.setdefault(source, []).append(target)
    top = process.within(process.id)
    for part in top:
        if isinstance(part, Event) and part.attached_to:
            follows.setdefault(part.attached_to, []).append(part.id)
    starts = [part.id for part in top if part.kind == "startEvent"]
    ends = {part.id for part in top if not follows.get(part.id)}
    calls = [part for part in top if isinstance(part, CallActivity)]
    return [call for call in calls if starts and not ends & _reached(starts, follows, past=call.id)]


def _reached(starts: list[str], follows: dict[str, list[str]], *, past: str) -> set[str]:
    found: set[str] = set()
    ahead = list(starts)
    while ahead:
        current = ahead.pop()
        if current not in found and current != past:
            found.add(current)
            ahead += follows.get(current, [])
    return found


def _leads_back(called: str, home: str, always: dict[str, list[CallActivity]]) -> bool:
    met: set[str] = set()
    ahead = [called]
    while ahead:
        current = ahead.pop()
        if current == home:
            return True
        if current not in met:
            met.add(current)
            ahead += [call.called_element or "" for call in always.get(current, ())]
    return False
