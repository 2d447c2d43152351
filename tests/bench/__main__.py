"""Benchmarks: `python -m tests.bench` lists them, `python -m tests.bench NAME` runs one.

The last line of a run is one JSON object.
"""

import json
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

BENCHMARKS = {
    "complete": "completing a task at rounds 50, 1,000 and 10,000 of a case, beside its floor; about three minutes",
    "start": "starting a case, beside its floor; about a minute",
    "http": "eight people at browsers, against a bare view that sends the same statements; about two minutes",
    "multi": "a child of an activity done by 1,000 side by side, over one of 10; about two minutes",
    "timers": "1,000 timers due in one second beside 100,000 that wait, and what waiting costs; about five minutes",
    "feel": "thirty conditions over Python's eval, and a table of 1,000 rules over one of 10; half a minute",
    "check": "checking a diagram of 60 nodes, from its bytes to its findings; a few seconds",
    "memory": "what live cases weigh, and that the cache of them is bounded; about two minutes",
}
"""Each has a module of its name with `run()`, which gives the object to print."""


def main(arguments: Sequence[str]) -> int:
    """List, or run one; gives the exit status."""
    if not arguments:
        for name, what in BENCHMARKS.items():
            print(f"{name:12}{what}")
        return 0
    name, *rest = arguments
    if name not in BENCHMARKS or rest:
        print(f"There is no benchmark {' '.join(arguments)}; ./run bench lists them.", file=sys.stderr)
        return 2
    print(f"{name}: {BENCHMARKS[name]} ...", file=sys.stderr, flush=True)
    print(json.dumps(import_module(f"tests.bench.{name}").run()))
    return 0


if __name__ == "__main__":
    # A run that is ended early ends its databases and servers too, as each has its `finally`.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    sys.exit(main(sys.argv[1:]))
