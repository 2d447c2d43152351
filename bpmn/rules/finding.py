"""What a rule has to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

WIDTH: Final = 300
"""Most characters of a name or text that a finding repeats."""


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

    def document(self) -> dict[str, object]:
        """The finding as JSON tells it."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "element": self.element_id,
            "file": self.file,
            "line": self.line,
            "code": self.code,
            "parameters": dict(self.parameters),
            "message": self.message,
            "remedy": self.remedy,
            "clause": self.clause,
        }


class Placed(Protocol):
    """Something of a diagram or decision file that a finding can point at."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def line(self) -> int:
        """The line it begins on."""


def titled(at: object) -> str:
    """What to call something in a sentence: its name, or its id where it has none."""
    name = getattr(at, "name", "") or getattr(at, "id", "")
    return _short(str(name))


def _short(text: str) -> str:
    """A text as it stands in a sentence: on one line, and cut where it would fill the page."""
    line = " ".join(text[: 2 * WIDTH].split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


@dataclass(frozen=True)
class Rule:
    """Writes the findings of one rule, named after its module; `clause` is the clause of BPMN 2.0 it comes from."""

    module: str
    clause: str = ""

    @property
    def id(self) -> str:
        """The rule's id: the module's name with hyphens."""
        return self.module.rpartition(".")[2].replace("_", "-")

    def error(self, at: Placed | None, text: str, advice: str, /, *, code: str = "", **parameters: object) -> Finding:
        """A finding that refuses publication. In the templates ``{element}`` stands for what `at` is called."""
        return self._finding(Severity.ERROR, at, (text, advice), code, parameters)

    def warning(self, at: Placed | None, text: str, advice: str, /, *, code: str = "", **parameters: object) -> Finding:
        """A finding that advises."""
        return self._finding(Severity.WARNING, at, (text, advice), code, parameters)

    def _finding(
        self,
        severity: Severity,
        at: Placed | None,
        words: tuple[str, str],
        code: str,
        parameters: Mapping[str, object],
    ) -> Finding:
        named = {"element": titled(at)} if at is not None else {}
        shown = named | {key: _short(str(value)) for key, value in parameters.items() if key != "file"}
        return Finding(
            rule=self.id,
            severity=severity,
            element_id=at.id if at is not None else None,
            file=str(parameters.get("file", "")),
            code=code or self.id,
            text=words[0],
            advice=words[1],
            clause=self.clause,
            line=(at.line or None) if at is not None else None,
            parameters=shown,
        )
