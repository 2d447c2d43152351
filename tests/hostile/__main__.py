"""Runs each model each way in a child of its own, under limits of the system; prints a line of JSON for each.

``python -m tests.hostile [WAY [MODEL ...]]``
"""

import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final

from bpmn import layout
from bpmn.checking import check, errors, offered_by
from bpmn.draft import read_draft
from bpmn.errors import DiagramUnreadable, DraftUnreadable
from bpmn.scenarios import ENDING, Scenario, ScenarioUnreadable, read_scenario
from engine.rehearsing import rehearse
from tests.hostile.making import Files
from tests.hostile.models import MODELS
from tests.hostile.pages import door, through_pages

SECONDS: Final = 300
"""Processor time after which the system ends a child: well above what a test allows, so that it can tell how much."""
MEMORY: Final = 2 * 1024**3
"""Address space of a child, in bytes."""


def checked(files: Files) -> str:
    """Read and check, as ``python -m bpmn check`` does; the worst of what was found."""
    worst = "nothing"
    shared = {name: content for name, content in files.items() if not name.endswith(".bpmn")}
    for name in files.keys() - shared.keys():
        try:
            draft = read_draft({name: files[name], **shared})
        except DraftUnreadable as error:
            return f"unreadable: {error.problems[0].code}"
        found = check(draft, offered_by(draft))
        json.dumps([one.document() for one in found])
        crashed = [one for one in found if one.code == "rule-crashed"]
        if crashed:
            return f"crashed: {crashed[0].message}"
        if errors(found):
            worst = f"error: {errors(found)[0].code}"
        elif found and worst == "nothing":
            worst = "warnings"
    return worst


def rehearsed(files: Files) -> str:
    """Run without an installation, as ``python -m engine run`` does, by the scenario beside it where there is one."""
    told = next((name for name in files if name.endswith(ENDING)), None)
    try:
        scenario = read_scenario(files[told], told) if told else Scenario()
    except ScenarioUnreadable as error:
        return f"unreadable {error.problems[0]}"
    done = rehearse(files, scenario, seconds=2)
    json.dumps(done.document(), default=str)
    code = str(done.incidents[0]["code"]) if done.incidents else ""
    found = [one.code for one in errors(done.findings)]
    return f"{done.status} {code or (found or [''])[0]} {done.reason}"


def laid_out(files: Files) -> str:
    """Draw the diagram anew."""
    for name, content in files.items():
        if name.endswith(".bpmn"):
            try:
                layout.lay_out(content, name)
            except DiagramUnreadable as error:
                return f"unreadable: {error.code}"
    return "drawn"


WAYS: Final[Mapping[str, Callable[[Files], str]]] = {
    "check": checked,
    "run": rehearsed,
    "layout": laid_out,
    "pages": through_pages,
}


def foreign(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether something is done that no model may have done: a program, the network, a file of the attacks."""
    if event == "open":
        return str(arguments[0]) in {"/etc/passwd", "/tmp/owned"}  # noqa: S108 - what the attacks try
    if event == "subprocess.Popen":
        return "bpmn.scripts" not in arguments[1]  # where Python runs apart
    return event in {"os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn", "socket.connect"}


def measured(way: Callable[[Files], str], files: Files) -> dict[str, Any]:
    """What a child said, its processor time in seconds and its memory in megabytes."""
    with tempfile.TemporaryFile() as said:
        begun = monotonic()
        child = os.fork()
        if child == 0:
            os._exit(_child(way, files, said.fileno()))
        _, status, used = os.wait4(child, 0)
        said.seek(0)
        words = said.read().decode()
    ended = f"killed by {signal.Signals(os.WTERMSIG(status)).name}" if os.WIFSIGNALED(status) else ""
    return {
        "said": ended or words,
        "status": os.waitstatus_to_exitcode(status),
        "seconds": round(used.ru_utime + used.ru_stime, 2),
        "elapsed": round(monotonic() - begun, 1),
        "megabytes": used.ru_maxrss // 1024,
    }


def _child(way: Callable[[Files], str], files: Files, said: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    done: list[str] = []
    sys.addaudithook(
        lambda event, arguments: done.append(f"{event} {arguments}") if foreign(event, arguments) else None
    )
    try:
        words, status = way(files), 0
        if done:
            words, status = f"foreign: {done[0]}", 2
    except BaseException as error:  # noqa: BLE001 - whatever gets out is what the test looks for
        words, status = f"{type(error).__name__}: {str(error)[:300]}", 1
    os.write(said, words[:1000].encode("utf-8", "replace"))
    return status


def main(arguments: list[str]) -> int:
    """Run what is asked for."""
    for way, run in WAYS.items():
        if way == "pages" and arguments[:1] in ([], [way]):
            door()
        for name, build in MODELS.items():
            if (not arguments or way == arguments[0]) and (len(arguments) < 2 or name in arguments[1:]):
                print(json.dumps({"way": way, "model": name, **measured(run, build())}), flush=True)
    return 0


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    sys.exit(main(sys.argv[1:]))
