"""Expressions of a diagram: FEEL, parsed once when the process is compiled."""

from dataclasses import dataclass

from bpmn.compiling.failures import NotCompilable
from bpmn.expressions import bare, script_lines
from forms.feel import Expression, FeelSyntaxError, parse_expression


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names expressions of one process may use, where a name may hold spaces: variables and extra functions.

    `outside` are the operations that leave the process.
    """

    known: frozenset[str]
    outside: frozenset[str] = frozenset()

    def formula(self, element_id: str, text: str, what: str) -> Expression:
        """Parse one expression, written with or without the leading ``=``. Raises NotCompilable."""
        written = bare(text)
        if not written:
            raise NotCompilable(element_id, "empty_expression", f"The {what} is empty.")
        try:
            return parse_expression(written, self.known)
        except FeelSyntaxError as error:
            raise NotCompilable(element_id, "not_feel", f"The {what} is not a FEEL expression: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One line of a script: a variable and the expression it gets its value from."""

    name: str
    expression: Expression


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
