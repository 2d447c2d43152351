"""A form that is sent twice, by a double click or an impatient reload, has one effect.

Each page carries a token of its own. The first post under it runs; one that comes meanwhile or later gets the answer
of the first. Tokens are remembered for as long as two posts of one page lie apart in practice, in this process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Result = TypeVar("Result")
MOST: Final = 2000
WAIT_SECONDS: Final = 30.0


class _Run(Generic[Result]):
    def __init__(self) -> None:
        self.ended = threading.Event()
        self.result: Result | None = None


class Once(Generic[Result]):
    """Remembers what came of each token. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, _Run[Result]] = OrderedDict()

    def run(self, token: str, act: Callable[[], Result]) -> Result:
        """Run the act, or give its result again if it ran under this token. What failed may be tried again."""
        if not token:
            return act()
        while True:
            with self._lock:
                known = self._runs.get(token)
                if known is None:
                    mine = self._runs[token] = _Run()
                    while len(self._runs) > MOST:
                        self._runs.popitem(last=False)
                    break
            known.ended.wait(WAIT_SECONDS)
            if known.result is not None:
                return known.result
            with self._lock:  # it failed: the next one may try
                if self._runs.get(token) is known:
                    del self._runs[token]
        try:
            mine.result = act()
            return mine.result
        except BaseException:
            with self._lock:
                if self._runs.get(token) is mine:
                    del self._runs[token]
            raise
        finally:
            mine.ended.set()
