"""What became of each thing that another tool wrote into a diagram."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How an extension was taken."""

    MAPPED = "mapped"
    """It became something that Keelson reads."""
    UNUSED = "unused"
    """It means nothing for what runs here: drawing, or the inner works of another engine."""
    OPEN = "open"
    """It is not read, and what runs lacks it: somebody has to decide."""
    REFUSED = "refused"
    """It would change what runs, and cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One extension: `name` as written (``camunda:assignee``), `said` what it became, or why it is not read."""

    element_id: str
    name: str
    outcome: Outcome
    said: str
    remedy: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        """The id of the element it belongs to."""
        return self.element_id
