"""What surrounds an evaluation: the present time, extra functions, limits; and what comes out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from forms.feel.errors import FeelLimitExceeded, Problem

CHARACTERS: Final = 6
"""Work on a text counts as one round for each 2**6 characters."""

PROBLEMS_KEPT: Final = 50
"""More problems than this in one evaluation are not recorded: the first ones explain the rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How far one evaluation may go; FeelLimitExceeded beyond.

    iterations: rounds of loops, filters, list and text functions, together; size: items in a list or a result,
    characters in a text; depth: nested calls of functions.
    """

    iterations: int = 100_000
    size: int = 250_000
    depth: int = 100


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """What an expression may ask of its surroundings.

    now: the present moment (aware); without it `now()` and `today()` are null. functions: extra functions by FEEL name,
    which may hold spaces; they take FEEL values (Decimal, str, Date, DateTime, DaysTime ...) in the order written, and
    their result is read like process data or as FEEL value. A ValueError they raise becomes a Problem and null.
    types: what `instance of` and parameters of functions may name beside FEEL's own types; each tells whether a FEEL
    value other than null is one of them, within the limits of the type where its third argument says so.
    """

    now: datetime | None = None
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    types: Mapping[str, Callable[[Any, Any, bool], bool]] = field(default_factory=dict)
    limits: Limits = DEFAULT_LIMITS

    def __post_init__(self) -> None:
        if self.now is not None and self.now.utcoffset() is None:
            raise ValueError("now must carry its offset from UTC")


NEUTRAL: Final = Environment()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The value an expression gave, and why parts of it became null."""

    value: Any
    problems: tuple[Problem, ...] = ()


class State:
    """The running account of one evaluation: problems met and limits used. Lives in one thread, for one evaluation."""

    __slots__ = ("depth", "environment", "patterns", "problems", "rounds", "size")

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.problems: list[Problem] = []
        self.patterns: set[tuple[str, str]] | None = None  # regular expressions met so far
        self.rounds = environment.limits.iterations
        self.size = environment.limits.size
        self.depth = environment.limits.depth

    def report(self, code: str, offset: int | None, parameters: Mapping[str, str]) -> Any:
        """Keep the reason of a null; gives that null."""
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(code=code, parameters=parameters, offset=offset))
        return None

    def spend(self, rounds: int = 1) -> None:
        """Count rounds of a loop. Raises FeelLimitExceeded."""
        self.rounds -= rounds
        if self.rounds < 0:
            raise FeelLimitExceeded("iterations", self.environment.limits.iterations)

    def bound(self, size: int) -> None:
        """Check the size of a list or text about to be made. Raises FeelLimitExceeded."""
        if size > self.size:
            raise FeelLimitExceeded("size", self.size)

    def descend(self) -> None:
        """Enter the call of a function; `ascend` leaves it. Raises FeelLimitExceeded."""
        self.depth -= 1
        if self.depth < 0:
            raise FeelLimitExceeded("depth", self.environment.limits.depth)

    def ascend(self) -> None:
        """Leave the call of a function."""
        self.depth += 1
