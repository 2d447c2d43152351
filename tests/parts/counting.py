"""What a piece of work costs, counted: the same on a busy machine and on a quiet one."""

import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any


def lines_run(module: ModuleType, work: Callable[[], object]) -> int:
    """Do the work; gives how many lines of a module ran, each turn of a loop counted."""
    run = 0

    def inside(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal run
        run += event == "line"
        return inside

    def entering(frame: FrameType, _event: str, _argument: Any) -> Any:
        return inside if frame.f_code.co_filename == module.__file__ else None

    before = sys.gettrace()
    sys.settrace(entering)
    try:
        work()
    finally:
        sys.settrace(before)
    return run
