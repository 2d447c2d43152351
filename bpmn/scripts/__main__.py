"""Runs Python of diagrams that nobody vouched for: one request a line on standard input, one answer a line.

Started and watched by `engine.running.apart`. It has no environment, opens no files, and has little memory; the system
ends it where it takes more of a processor than one run may. It ends by itself when its input does.
"""

import resource
import signal
import sys
from datetime import datetime
from functools import lru_cache
from time import process_time
from typing import Any, Final

from bpmn.scripts import NotRunnable, ScriptFailed, ScriptStopped, read_expression, read_script
from forms.data import canonical, parse

MEMORY: Final = 384 * 1024 * 1024
"""Bytes of address space."""
SECONDS: Final = 5
"""Of processor time for one request, reading and writing included; the limits of a run itself are lower."""


def main() -> None:
    """Answer until the input ends."""
    confine()
    while line := sys.stdin.buffer.readline():
        allow()
        sys.stdout.buffer.write(answer(line).encode() + b"\n")
        sys.stdout.buffer.flush()


def confine() -> None:
    """Give up what is never needed: memory, files, processes. Python can take none of it back."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server that is interrupted closes the input


def allow() -> None:
    """Let the next request have its processor time; the system ends the process beyond."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + SECONDS, hard))


def answer(line: bytes) -> str:
    """The answer to one request, as canonical JSON: ``value``, ``changes``, ``failed`` or ``stopped``.

    With it ``spent``: milliseconds of processor time.
    """
    begun = process_time()

    def told(**parts: Any) -> str:
        return canonical({**parts, "spent": round((process_time() - begun) * 1000)})

    try:
        return told(**_result(parse(line)))
    except ScriptFailed as error:
        return told(failed=error.message, line=str(error.line or ""))
    except ScriptStopped as error:
        return told(stopped=error.limit, message=error.message)
    except NotRunnable as error:
        return told(failed=f"It is not run here: {error}.", line="")
    except MemoryError:
        return told(stopped="memory", message="It needs more memory than there is.")


_script: Final = lru_cache(maxsize=100)(read_script)
_expression: Final = lru_cache(maxsize=500)(read_expression)


def _result(request: Any) -> dict[str, Any]:
    now = datetime.fromisoformat(request["now"])
    if request["kind"] == "script":
        return {"changes": _script(request["text"]).changes(request["scope"], now=now)}
    return {"value": _expression(request["text"]).value(request["scope"], now=now)}


if __name__ == "__main__":
    main()
