"""The files of one process together, each read: diagram, forms, decisions and facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from bpmn.decisions import Decision, DecisionModel, read_decisions
from bpmn.diagram import Diagram
from bpmn.errors import DraftUnreadable, FactsUnreadable, FileProblem, Unreadable
from bpmn.measures import Measured, read_measured
from bpmn.reading import read_diagram
from bpmn.toml import TomlUnreadable, read_toml
from forms.definition import FormDefinition
from forms.errors import FormUnreadable
from forms.json_schemas import form_of_schema
from forms.reading import read_form

FACTS: Final = "process.toml"
FILES: Final = 200
"""Most files of one process."""

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What ``process.toml`` says: who owns the process and which clauses of ISO/IEC 20000-1 it serves, by edition.

    `owner` and `deputy` are role ids; `measured` says what is promised and measured; `more` is everything else in the
    file.
    """

    title: str = ""
    purpose: str = ""
    owner: str = ""
    deputy: str = ""
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measured: Measured = field(default_factory=Measured)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A process as files and as what they mean. `forms` by file name without ``.form``, `decisions` by id."""

    files: Mapping[str, bytes] = field(repr=False)
    diagram: Diagram
    forms: Mapping[str, FormDefinition] = field(default_factory=dict)
    decision_model: DecisionModel = field(default_factory=DecisionModel)
    facts: Facts = field(default_factory=Facts)

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """All decisions of all DMN files by id; to evaluate one, use `decision_model`."""
        return self.decision_model.decisions


def read_draft(files: Mapping[str, bytes]) -> Draft:
    """Read the files of one process: exactly one ``.bpmn``, any number of ``.form`` and ``.dmn``, a ``process.toml``.

    Other files are kept and not read. Raises DraftUnreadable with every problem of every file.
    """
    reader = _Reader()
    if len(files) > FILES:
        reader.problem("", "too_many_files", f"There are {len(files)} files; at most {FILES} are read.")
        raise DraftUnreadable(tuple(reader.problems))
    diagrams: list[Diagram] = []
    forms: dict[str, FormDefinition] = {}
    model = DecisionModel()
    facts = Facts()
    tables = {name: content for name, content in files.items() if name.endswith(".dmn")}
    for name, content in sorted(files.items()):
        if name.endswith(".bpmn"):
            diagrams += reader.read(name, content, read_diagram)
        elif name.endswith(".form"):
            forms |= {name.removesuffix(".form"): form for form in reader.read(name, content, read_form)}
        elif name.endswith(".dmn"):
            for found in reader.read(name, content, partial(_decisions_that_run, others=tables)):
                for key, other in sorted(found.apart(model).items()):
                    reader.problem(name, "duplicate_decision", f"The decision {key} is also in {other}.")
                model = model.joined(found)
        elif name == FACTS:
            facts = next(iter(reader.read(name, content, read_facts)), facts)
    drawn = [name for name in files if name.endswith(".bpmn")]
    if not drawn:
        reader.problem("", "no_diagram", "There is no diagram (a file whose name ends in .bpmn).")
    elif len(drawn) > 1:
        reader.problem("", "several_diagrams", f"There are several diagrams, {', '.join(sorted(drawn))}; keep one.")
    forms |= reader.schemas(diagrams, files)
    if reader.problems:
        raise DraftUnreadable(tuple(reader.problems))
    forms |= dict(_elsewhere(diagrams[0], forms))
    return Draft(files=dict(files), diagram=diagrams[0], forms=forms, decision_model=model, facts=facts)


def _decisions_that_run(content: bytes, name: str, *, others: Mapping[str, bytes]) -> DecisionModel:
    model = read_decisions(content, name, others)
    return model if all(fault.runs for fault in model.faults) else model.sound()


def _schema_form(content: bytes, name: str, *, ui: bytes | None) -> FormDefinition:
    return read_form(form_of_schema(content, ui, name), name)


def _elsewhere(diagram: Diagram, forms: Mapping[str, FormDefinition]) -> Iterator[tuple[str, FormDefinition]]:
    """Forms that elements refer to by another name than a file's: by the form's own id, or inside the diagram."""
    by_id = {form.id: form for form in forms.values()}
    for element in (element for process in diagram.processes for element in process.elements):
        name = element.properties.get("formRef", "")
        if name and name not in forms:
            if name in diagram.forms:
                yield name, read_form(diagram.forms[name], f"{name}.form")
            elif name in by_id:
                yield name, by_id[name]


def read_facts(content: bytes, name: str) -> Facts:
    """Read ``process.toml``; raises FactsUnreadable."""
    del name
    try:
        table = read_toml(content)
    except TomlUnreadable as error:
        raise FactsUnreadable(f"The file is not TOML: {error}") from None
    texts = {key: table.pop(key, "") for key in ("title", "purpose", "owner", "deputy")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise FactsUnreadable(f"{key} must be text.")
    clauses = table.pop("clauses", {})
    if not isinstance(clauses, dict) or not all(
        isinstance(numbers, list) and all(isinstance(number, str) for number in numbers) for numbers in clauses.values()
    ):
        raise FactsUnreadable('clauses must be a table of lists of texts by edition, as in 2018 = ["8.6.1"].')
    return Facts(
        **texts,
        clauses={edition: tuple(numbers) for edition, numbers in clauses.items()},
        measured=read_measured(table),
        more=table,
    )


class _Reader:
    """Reads file after file and keeps what went wrong, so that one bad file does not hide the next."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []

    def problem(self, file: str, code: str, message: str) -> None:
        self.problems.append(FileProblem(file=file, code=code, message=message))

    def schemas(self, diagrams: Iterable[Diagram], files: Mapping[str, bytes]) -> dict[str, FormDefinition]:
        """The forms in JSON Schema that elements name, each with the UI schema that is named beside it."""
        found: dict[str, FormDefinition] = {}
        elements = (one for diagram in diagrams for process in diagram.processes for one in process.elements)
        for element in elements:
            name = element.properties.get("formRef", "")
            if name.endswith(".json") and name in files and name not in found:
                ui = files.get(element.properties.get("formUi", ""))
                for form in self.read(name, files[name], partial(_schema_form, ui=ui)):
                    found[name] = form
        return found

    def read(self, name: str, content: bytes, read: Callable[[bytes, str], Read]) -> list[Read]:
        """What `read` gives, in a list; an empty one where the file cannot be read."""
        try:
            return [read(content, name)]
        except Unreadable as error:
            for one in (error, *getattr(error, "others", ())):
                self.problems.append(
                    FileProblem(file=name, code=one.code, message=one.message, line=one.line, column=one.column)
                )
        except FormUnreadable as error:
            for problem in error.problems:
                self.problem(name, "form", f"{problem.where}: {problem.message}" if problem.where else problem.message)
        except FactsUnreadable as error:
            self.problem(name, "facts", error.message)
        return []
