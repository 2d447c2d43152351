"""``python -m engine run`` and ``python -m engine test``: files from the disk, an outcome as text, an exit status."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from bpmn.checking import errors
from bpmn.documents import SIZE
from bpmn.errors import FileProblem
from bpmn.scenarios import ENDING, Scenario, ScenarioUnreadable, read_scenario
from engine.rehearsing.outcome import Rehearsal, Status, differences
from engine.rehearsing.rehearsal import rehearse
from engine.rehearsing.taking import DIAGRAMS, TOGETHER
from engine.rehearsing.testing import Tested, junit, play_all
from forms.data import DataUnacceptable, Value, parse, readable

FAILED_TESTS: Final = 1
USAGE: Final = 64
EXIT: Final = {
    Status.COMPLETED: 0,
    Status.REFUSED: 2,
    Status.UNREADABLE: 3,
    Status.WAITING: 4,
    Status.FAILED: 5,
}
WARNINGS: Final = 1


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def run(arguments: list[str]) -> tuple[int, str]:
    """Rehearse files; gives the exit status and what to print."""
    parser = _Parser(prog="python -m engine run", description="Rehearse processes without an installation.")
    parser.add_argument("paths", nargs="+", metavar="FILE", type=Path, help="diagrams, decisions, forms, or folders")
    parser.add_argument("--scenario", type=Path, help="what happens, and what is expected (*.scenario.json)")
    parser.add_argument("--data", help="variables at the start, as a JSON object")
    parser.add_argument("--process", action="append", default=[], metavar="ID", help="the id of a process that begins")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--explain", action="store_true", help="print every step, in words")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where there are warnings")
    parser.add_argument("--seconds", type=float, default=2.0, help="stop after so many seconds of processor time (2)")
    options = parser.parse_args(arguments)
    missing = [str(path) for path in (*options.paths, options.scenario) if path is not None and not path.exists()]
    if missing:
        parser.error(f"no such file or folder: {', '.join(missing)}")
    problems: list[FileProblem] = []
    scenario = _scenario(options, parser, problems)
    files = dict(_files(options.paths, problems))
    if problems:
        rehearsal = Rehearsal(status=Status.UNREADABLE, unreadable=problems)
    else:
        rehearsal = rehearse(files, scenario, processes=options.process, seconds=options.seconds)
    found = differences(scenario.expected, rehearsal) if options.scenario else ()
    if options.json:
        text = readable(rehearsal.document() | {"differences": [vars(one) | {} for one in found]})
    else:
        text = "\n".join([*_told(rehearsal, options.explain), *(f"differs: {one}" for one in found)])
    status = EXIT[rehearsal.status]
    return (WARNINGS if status == 0 and options.strict and rehearsal.findings else status), text


def test(arguments: list[str]) -> tuple[int, str]:
    """Play every scenario below the folders, each on the files beside it; gives the exit status and what to print."""
    parser = _Parser(prog="python -m engine test", description="Play the scenarios beside diagrams.")
    parser.add_argument("folders", nargs="+", metavar="FOLDER", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write a report in the form of JUnit")
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds of processor time for each (60)")
    options = parser.parse_args(arguments)
    wrong = [str(folder) for folder in options.folders if not folder.is_dir()]
    if wrong:
        parser.error(f"no such folder: {', '.join(wrong)}")
    beside = sorted({path.parent for folder in options.folders for path in folder.rglob(f"*{ENDING}")})
    if not beside:
        parser.error(f"no scenario (*{ENDING}) below {', '.join(map(str, options.folders))}")
    tested = [one for folder in beside for one in play_all(str(folder), _content(folder), seconds=options.seconds)]
    if options.junit:
        options.junit.write_bytes(junit(tested))
    failed = [one for one in tested if not one.passed]
    if options.json:
        text = readable({"passed": not failed, "scenarios": [one.document() for one in tested]})
    else:
        lines = [line for one in tested for line in _tested(one)]
        text = "\n".join([*lines, f"{len(tested) - len(failed)} of {len(tested)} scenarios passed"])
    return (FAILED_TESTS if failed else 0), text


def _scenario(options: argparse.Namespace, parser: _Parser, problems: list[FileProblem]) -> Scenario:
    scenario = Scenario()
    if options.scenario is not None:
        try:
            scenario = read_scenario(options.scenario.read_bytes(), options.scenario.name)
        except ScenarioUnreadable as error:
            problems += [FileProblem(file=error.name, code="scenario", message=problem) for problem in error.problems]
        except OSError as error:
            problems.append(_unread(options.scenario, error))
    if options.data:
        try:
            data = parse(options.data)
        except DataUnacceptable as error:
            parser.error(f"--data is no JSON object: {error}")
        if not isinstance(data, dict):
            parser.error("--data is no JSON object")
        scenario = replace(scenario, data={**scenario.data, **data})
    return scenario


def _files(paths: Iterable[Path], problems: list[FileProblem]) -> Iterator[tuple[str, bytes]]:
    """Files by name: those that belong together by their own names, diagrams so that none hides another."""
    names: set[str] = set()
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if path.is_dir() and not (file.is_file() and file.name.endswith((*DIAGRAMS, *TOGETHER))):
                continue
            try:
                content = file.read_bytes() if file.stat().st_size <= 2 * SIZE else b" " * (SIZE + 1)
            except OSError as error:
                problems.append(_unread(file, error))
                continue
            name = file.name if file.name not in names else str(file)
            names.add(name)
            yield name, content


def _unread(path: Path, error: OSError) -> FileProblem:
    return FileProblem(file=str(path), code="not_read", message=error.strerror or str(error))


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name.endswith((*DIAGRAMS, *TOGETHER, ENDING))
    }


def _told(rehearsal: Rehearsal, explain: bool, data: bool = True) -> Iterator[str]:
    for problem in rehearsal.unreadable:
        yield f"{problem} [unreadable: {problem.code}]"
    shown = rehearsal.findings if explain or rehearsal.status is Status.REFUSED else errors(rehearsal.findings)
    for finding in shown:
        line = f"{finding.file}:{finding.line}" if finding.line else finding.file
        element = f" {finding.element_id}:" if finding.element_id else ""
        yield f"{line}: {finding.severity}:{element} {finding.message} {finding.remedy} [{finding.code}]"
    if rehearsal.processes:
        yield f"begins: {', '.join(rehearsal.processes)}"
    yield from map(_step, rehearsal.trace if explain else ())
    if rehearsal.path and not explain:
        yield f"path: {' → '.join(rehearsal.path)}"
    if rehearsal.trace and data:
        yield f"data: {readable(dict(rehearsal.data))}"
    for place in rehearsal.waiting:
        awaited = f" {place['name']}" if place.get("name") else ""
        yield f"waits: {place['element']} ({place['kind']}{awaited})"
    for incident in rehearsal.incidents:
        yield f"incident: {incident['element'] or 'no element'}: {incident['message']} [{incident['code']}]"
    yield f"{rehearsal.status}{f': {rehearsal.reason}' if rehearsal.reason else ''}"


def _step(told: Mapping[str, Value]) -> str:
    known = {"element", "event", "at", "case", "process"}
    more = " ".join(str(value) for key, value in told.items() if key not in known and value is not None)
    return f"{told['at']}  {told['case']}  {told['event']:<10} {told['element']} {more}".rstrip()


def _tested(one: Tested) -> Iterator[str]:
    yield f"{'passed' if one.passed else 'FAILED'}  {Path(one.folder) / one.name}"
    if one.problem:
        yield f"    {one.problem}"
    for difference in one.differences:
        yield f"    {difference}"
    if one.differences and one.rehearsal is not None:
        yield from (f"    {line}" for line in _told(one.rehearsal, explain=False, data=False))
