"""Check and draw processes without an installation: ``python -m bpmn check FOLDER|FILE...``, ``layout FILE...``.

Exit status of check: 0 nothing found (or warnings without --strict), 1 warnings with --strict, 2 errors, 3 a file that
cannot be read, 64 wrong usage. Of layout: 0 drawn, 1 flaws in a picture with --measure, 3 and 64 as above.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, NoReturn

from bpmn import layout
from bpmn.alone import check_alone
from bpmn.draft import FACTS, read_draft
from bpmn.errors import DiagramUnreadable, DraftUnreadable, FileProblem
from bpmn.records import is_record_types, read_record_types
from bpmn.rules.finding import Finding, Severity

TRIES: Final = 8
"""How many pictures the command chooses from; a page that has to wait takes the first."""
WARNINGS, ERRORS, UNREADABLE, USAGE = 1, 2, 3, 64
READ: Final = frozenset({".bpmn", ".dmn", ".form", ".toml", ".json"})
STDIN: Final = Path("-")
"""Stands for what is given on standard input."""
BYTES: Final = 20 * 1024 * 1024
"""Larger files are not taken from the disk; `bpmn.documents` has the bound for XML."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status."""
    parser = _Parser(prog="python -m bpmn", description="Check process diagrams.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    checking = commands.add_parser(
        "check", help="check folders of a process each, or files that belong together; - is standard input"
    )
    checking.add_argument("paths", nargs="+", metavar="FOLDER|FILE", type=Path)
    checking.add_argument("--json", action="store_true", help="print the findings as one JSON object")
    checking.add_argument("--strict", action="store_true", help="exit with 1 where there are warnings")
    drawing = commands.add_parser("layout", help="draw files that have no picture")
    drawing.add_argument("paths", nargs="+", metavar="FILE", type=Path)
    drawing.add_argument("--again", action="store_true", help="draw anew what has a picture")
    drawing.add_argument("--tries", type=int, default=TRIES, help="how many pictures to choose the best of")
    drawing.add_argument("--measure", action="store_true", help="change nothing; tell what is wrong with the pictures")
    options = parser.parse_args(arguments)
    missing = [str(path) for path in options.paths if path != STDIN and _is_missing(path)]
    if missing:
        parser.error(f"no such file or folder: {', '.join(missing)}")
    if options.command == "layout":
        return _draw(options.paths, again=options.again, measure=options.measure, tries=options.tries)
    problems: list[FileProblem] = []
    findings: list[Finding] = []
    for files, shown in _drafts(options.paths, problems):
        if is_record_types(files):
            problems += read_record_types(files)[1]
            continue
        try:
            draft = read_draft(files)
        except DraftUnreadable as error:
            told = (replace(problem, file=shown.get(problem.file, problem.file)) for problem in error.problems)
            # Decisions and forms may be checked without a diagram.
            problems += (one for one in told if one not in problems and (one.code != "no_diagram" or "" in shown))
        else:
            findings += (replace(one, file=shown.get(one.file, one.file)) for one in check_alone(draft))
    if options.json:
        print(json.dumps(_document(findings, problems), indent=2, ensure_ascii=False))
    else:
        _print(findings, problems)
    return _status(findings, problems, options.strict)


def _drafts(
    paths: Iterable[Path], problems: list[FileProblem]
) -> Iterator[tuple[Mapping[str, bytes], Mapping[str, str]]]:
    """The files of each draft: a folder is one; of single files each diagram is one, together with all others.

    Beside them how single files are called in what is printed: by name, or by path where two have the same name.
    """
    single = [path for path in paths if not os.path.isdir(path)]
    names = Counter(path.name for path in single)
    others = [path for path in single if path.suffix in READ - {".bpmn"}]
    for path in paths:
        if path not in single:
            yield from _of_folder(dict(_contents(_inside(path, problems), problems)), path)
    shared = dict(_contents(others, problems))
    called = {path.name: path.name for path in others}
    if shared and len(others) == len(single):
        yield shared, called
    for path in single:
        if path not in others:
            for name, content in _contents([path], problems):
                inner = name if name.endswith(".bpmn") else f"{name}.bpmn"
                yield {inner: content, **shared}, {**called, inner: name if names[name] == 1 else str(path)}


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        return False  # it is there, and cannot be read
    return False


def _of_folder(files: Mapping[str, bytes], path: Path) -> Iterator[tuple[Mapping[str, bytes], Mapping[str, str]]]:
    """One process; several diagrams that no facts hold together are looked at one by one."""
    diagrams = [name for name in files if name.endswith(".bpmn")]
    others = {name: content for name, content in files.items() if name not in diagrams}
    if FACTS in files or len(diagrams) < 2:
        yield files, {"": str(path)}
    else:
        yield from (({name: files[name], **others}, {}) for name in diagrams)


def _inside(path: Path, problems: list[FileProblem]) -> list[Path]:
    """The files of a folder that are read."""
    try:
        return sorted(file for file in path.iterdir() if file.suffix in READ and not file.is_dir())
    except OSError as error:
        problems.append(FileProblem(file=str(path), code="not_read", message=error.strerror or str(error)))
        return []


def _contents(paths: Iterable[Path], problems: list[FileProblem]) -> Iterable[tuple[str, bytes]]:
    for path in paths:
        try:
            if path == STDIN:
                yield "stdin.bpmn", sys.stdin.buffer.read(BYTES + 1)
                continue
            size = path.stat().st_size
            if not path.is_file():
                # A pipe or device might never end.
                problems.append(FileProblem(file=str(path), code="not_read", message="It is no ordinary file."))
            elif size > BYTES:
                message = f"The file has {size} bytes; at most {BYTES} are read."
                problems.append(FileProblem(file=str(path), code="too_large", message=message))
            else:
                yield path.name, path.read_bytes()
        except OSError as error:
            problems.append(FileProblem(file=str(path), code="not_read", message=error.strerror or str(error)))


def _draw(paths: Sequence[Path], *, again: bool, measure: bool, tries: int) -> int:
    """Write a picture into each file, or measure the one it has."""
    status = 0
    for path in paths:
        try:
            content = path.read_bytes()
            if measure:
                for flaw in layout.picture_flaws(content, path.name):
                    print(f"{path}: {flaw}")
                    status = max(status, WARNINGS)
            elif again or not layout.has_picture(content, path.name):
                path.write_bytes(layout.lay_out(content, path.name, tries))
                print(f"{path}: drawn")
            else:
                print(f"{path}: has a picture (--again draws it anew)")
        except (DiagramUnreadable, OSError) as error:
            print(f"{path}: {error}")
            status = UNREADABLE
    return status


def _status(findings: Sequence[Finding], problems: Sequence[FileProblem], strict: bool) -> int:
    if problems:
        return UNREADABLE
    if any(finding.severity is Severity.ERROR for finding in findings):
        return ERRORS
    return WARNINGS if findings and strict else 0


def _print(findings: Iterable[Finding], problems: Iterable[FileProblem]) -> None:
    for problem in problems:
        print(f"{problem} [unreadable: {problem.code}]")
    for finding in findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        element = f" {finding.element_id}:" if finding.element_id else ""
        print(f"{place}: {finding.severity}:{element} {finding.message} {finding.remedy} [{finding.code}]")


def _document(findings: Iterable[Finding], problems: Iterable[FileProblem]) -> Mapping[str, Any]:
    return {
        "unreadable": [problem.document() for problem in problems],
        "findings": [finding.document() for finding in findings],
    }


def _command() -> int:
    """The command in a shell: what the terminal cannot show is escaped, and who stops reading ends it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left cannot be told; Python would say so once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERRORS
    return status


if __name__ == "__main__":
    sys.exit(_command())
