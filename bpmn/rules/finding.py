"""What a rule has to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error refuses publication, a warning advises."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong with a draft.

    `text` and `advice` are English templates for `parameters`; `message` and `remedy` are the finished sentences.
    `clause` is that of BPMN 2.0 (or ``DMN 8.2.8``), empty for rules of our own.
    """

    rule: str
    severity: Severity
    element_id: str | None
    file: str
    code: str
    text: str
    advice: str
    clause: str = ""
    line: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong, in plain words."""
        return self.text.format_map(self.parameters)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.advice.format_map(self.parameters)
