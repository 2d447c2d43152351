"""One object of a form file while it is read: typed getters that note a problem instead of failing."""

from collections.abc import Mapping
from decimal import Decimal

from forms.data import Value
from forms.definition import Bound, Feel
from forms.errors import FormProblem
from forms.feel import FeelSyntaxError, parse_expression


class Node:
    """An object at `where`; its problems go to the list of the whole file, its expressions are gathered."""

    def __init__(self, data: Mapping[str, Value], where: str, problems: list[FormProblem]) -> None:
        self._data = data
        self.where = where
        self._problems = problems
        self.expressions: list[Feel] = []

    def problem(self, name: str, code: str, /, **parameters: Value) -> None:
        """Note a problem with the attribute `name` of this object."""
        where = ".".join(part for part in (self.where, name) if part)
        self._problems.append(FormProblem(where=where, code=code, parameters=parameters))

    def get(self, name: str, default: Value = None) -> Value:
        """Give an attribute as it stands."""
        return self._data.get(name, default)

    def text(self, name: str) -> str:
        """Give a text, empty when absent."""
        value = self._data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.problem(name, "wrong_type", name=name, expected="text")
            return ""
        return value.strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Give true or false."""
        value = self._data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem(name, "wrong_type", name=name, expected="true or false")
            return default
        return value

    def number(self, name: str) -> Decimal | None:
        """Give a number; form editors also write numbers as text."""
        value = self._data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = Decimal(value)
            except ArithmeticError:
                value = None
        if not isinstance(value, Decimal) or not value.is_finite() or value.adjusted() > 30:
            self.problem(name, "wrong_type", name=name, expected="a number")
            return None
        return value

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        """Give a whole number between `least` and `most`."""
        value = self.number(name)
        if value is None:
            return None
        if value != int(value) or not least <= value <= most:
            self.problem(name, "wrong_type", name=name, expected=f"a whole number from {least} to {most}")
            return None
        return int(value)

    def bound(self, name: str) -> Bound:
        """Give a limit: a number, or FEEL with ``=`` in front."""
        value = self._data.get(name)
        return self.feel(name) if isinstance(value, str) and value.startswith("=") else self.number(name)

    def feel(self, name: str) -> Feel | None:
        """Give a FEEL expression, which must be written with ``=`` in front."""
        text = self.text(name)
        if not text.startswith("="):
            self.problem(name, "expression_expected")
            return None
        return self.parsed(name, text[1:])

    def parsed(self, name: str, text: str) -> Feel | None:
        """Check that `text` is FEEL, and note what it reads."""
        try:
            expression = parse_expression(text)
        except FeelSyntaxError as error:
            self.problem(name, "expression_unfit", reason=str(error))
            return None
        feel = Feel(text=text, names=expression.names)
        self.expressions.append(feel)
        return feel

    def own(self, name: str) -> str:
        """Give one of our keys from the standard `properties` object; values are text there."""
        return self.inner("properties").text(name)

    def inner(self, name: str) -> "Node":
        """Give an object inside this one, empty when absent."""
        value = self._data.get(name)
        if value is not None and not isinstance(value, Mapping):
            self.problem(name, "wrong_type", name=name, expected="an object")
        where = ".".join(part for part in (self.where, name) if part)
        return Node(value if isinstance(value, Mapping) else {}, where, self._problems)
