"""Expressions and scripts of a diagram, read once when the process is compiled."""

from dataclasses import dataclass

from bpmn.compiling.failures import NotCompilable
from bpmn.expressions import script_lines
from bpmn.languages import Formula, Language, bare, language_of, read
from bpmn.scripts import NotRunnable, Script
from bpmn.scripts import read_script as read_python
from forms.feel import FeelSyntaxError


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names expressions of one process may use, where a name may hold spaces: variables and extra functions.

    `outside` are the operations that leave the process.
    """

    known: frozenset[str]
    outside: frozenset[str] = frozenset()

    def formula(self, element_id: str, text: str, what: str, otherwise: Language = Language.FEEL) -> Formula:
        """Parse one expression; without the leading ``=`` it is in the language `otherwise`. Raises NotCompilable."""
        written = bare(text)
        if not written:
            raise NotCompilable(element_id, "empty_expression", f"The {what} is empty.")
        try:
            return read(written, language_of(text, otherwise), self.known)
        except FeelSyntaxError as error:
            raise NotCompilable(element_id, "not_feel", f"The {what} is not a FEEL expression: {error}") from error
        except NotRunnable as error:
            message = f"The {what} holds Python that is not run: {error}."
            raise NotCompilable(element_id, "not_python", message) from error


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One line of a script: a variable and the expression it gets its value from."""

    name: str
    expression: Formula


def read_script(element_id: str, script: str, names: Names) -> tuple[Assignment, ...]:
    """Read a script: one ``name = FEEL expression`` a line; empty lines and lines beginning with ``//`` say nothing.

    Raises NotCompilable, also for anything that looks like a program.
    """
    assignments = []
    for line in script_lines(script):
        if line.name is None or line.expression is None:
            message = f"Line {line.number} of the script is not of the form: name = expression."
            raise NotCompilable(element_id, "script_line", message)
        expression = names.formula(element_id, line.expression, f"expression in line {line.number} of the script")
        assignments.append(Assignment(name=line.name, expression=expression))
    if not assignments:
        raise NotCompilable(element_id, "empty_script", "The script assigns nothing.")
    return tuple(assignments)


def python_script(element_id: str, script: str) -> Script:
    """Read a script in Python. Raises NotCompilable."""
    try:
        return read_python(script)
    except NotRunnable as error:
        message = f"The script holds Python that is not run: {error}."
        raise NotCompilable(element_id, "not_python", message) from error
