"""Benchmarks: `python -m tests.bench` lists them, `python -m tests.bench NAME` runs one.

The last line of a run is one JSON object.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from tests.bench import complete

BENCHMARKS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "complete": (complete.run, "completing a task at rounds 50, 500 and 2,000 of a case, beside its floor; 1 minute"),
}


def main(arguments: Sequence[str]) -> int:
    """List, or run one; gives the exit status."""
    if not arguments:
        for name, (_, what) in BENCHMARKS.items():
            print(f"{name:12}{what}")
        return 0
    name, *rest = arguments
    if name not in BENCHMARKS or rest:
        print(f"There is no benchmark {' '.join(arguments)}; ./run bench lists them.", file=sys.stderr)
        return 2
    run, what = BENCHMARKS[name]
    print(f"{name}: {what} ...", file=sys.stderr, flush=True)
    print(json.dumps(run()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
