"""What can go wrong with a form, as codes with parameters; `forms.wording` holds the words.

FormUnreadable      the file is not a form we accept: every defect with its place
AnswersRejected     what was answered does not fit the form: every problem with its field
RowActionUnknown    a row button named a list or row the form does not have
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.data import Value
from forms.wording import words


@dataclass(frozen=True, kw_only=True)
class FormProblem:
    """One defect of a form file: `where` is a place such as ``components[2].validate.min``."""

    where: str
    code: str
    parameters: Mapping[str, Value] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The defect in English, with what to do instead."""
        return words(f"form.{self.code}", self.parameters)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to mend in the answers.

    `path` names the field as in the posted form (``items[0].name``; empty for the answers as a whole). `parameters`
    holds what the message needs, and the field's `label` and `kind` where the form has such a field.
    """

    path: str
    code: str
    parameters: Mapping[str, Value] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The problem in English."""
        return words(self.code, self.parameters)


class FormUnreadable(Exception):
    """Raised when a file is not JSON, not a form, or uses what this subset of the form-js schema does not accept."""

    code = "form_unreadable"

    def __init__(self, name: str, problems: tuple[FormProblem, ...]) -> None:
        self.name = name
        self.problems = problems
        super().__init__("; ".join(f"{name}: {problem.where}: {problem.message}" for problem in problems))


class AnswersRejected(Exception):
    """Raised when answers do not fit their form; `answers` holds them as typed, to be shown again."""

    code = "answers_rejected"

    def __init__(self, problems: tuple[Problem, ...], answers: dict[str, Value]) -> None:
        self.problems = problems
        self.answers = answers
        super().__init__("; ".join(f"{problem.path or 'answers'}: {problem.message}" for problem in problems))


class RowActionUnknown(Exception):
    """Raised when the value of a row button (`_row`) fits no list of the form, or asks for more rows than allowed."""

    code = "row_action_unknown"

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"no such row action: {action[:100]!r}")
