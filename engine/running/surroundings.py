"""What a case is given from outside for the length of one act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.running.python import HERE, Python
from forms.data import Value
from forms.feel import Environment


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The time of the act (aware), read-only names for expressions (``case``, ``calendar``), extra FEEL functions.

    `names` may be a mapping that fetches its values when they are asked for: only what is read is fetched.
    """

    now: datetime
    names: Mapping[str, Value] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    python: Python = HERE
    """Where scripts and expressions in Python run."""

    @property
    def environment(self) -> Environment:
        """What FEEL may use."""
        return Environment(now=self.now, functions=self.functions)
