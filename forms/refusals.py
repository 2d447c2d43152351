"""The problems met while answers are read, with the label and kind of the field each belongs to."""

from collections.abc import Iterable, Mapping

from forms.data import Value
from forms.definition import Component, DynamicList, Field, Group, Path, path_text
from forms.errors import Problem

KEPT = 200
_NAME_SHOWN = 100


class Refusals:
    """A growing list of problems, at most one for each place and at most `KEPT`."""

    def __init__(self) -> None:
        self._problems: dict[str, tuple[Path, Problem]] = {}

    def add(self, path: Path, code: str, part: Component | None = None, /, **parameters: Value) -> None:
        """Note a problem with what lies at `path`; the first problem of a place is the one people see."""
        if isinstance(part, Field):
            parameters = {"label": part.label, "kind": part.kind.value, **parameters}
        elif isinstance(part, Group | DynamicList):
            parameters = {"label": part.label, **parameters}
        self._note(path, Problem(path=path_text(path), code=code, parameters=parameters))

    def unknown(self, name: str) -> None:
        """Note a name the form does not have."""
        shown = name[:_NAME_SHOWN].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        self._note((), Problem(path=shown, code="unknown_field", parameters={"name": shown}))

    def _note(self, path: Path, problem: Problem) -> None:
        if problem.path not in self._problems and len(self._problems) < KEPT:
            self._problems[problem.path] = (path, problem)

    def move_into(self, others: "Refusals", parts: Mapping[Path, Component]) -> None:
        """Add these problems to `others`, but those of components that are not among the shown `parts`."""
        for path, problem in self._problems.values():
            place = path[:-1] if path and isinstance(path[-1], int) else path
            if not path or place in parts:
                others._note(path, problem)

    def __bool__(self) -> bool:
        return bool(self._problems)

    def __contains__(self, path: Path) -> bool:
        return path_text(path) in self._problems

    def ordered(self, places: Iterable[Path]) -> tuple[Problem, ...]:
        """Give the problems in the order of the page, given its places; what belongs to no place comes last."""
        order = {path_text(path): number for number, path in enumerate(places)}

        def rank(problem: Problem) -> int:
            return order.get(problem.path, order.get(problem.path.rpartition("[")[0], len(order)))

        return tuple(sorted((problem for _, problem in self._problems.values()), key=rank))
