"""Scenarios: what happens to a case while it is rehearsed, and what is expected of it (``*.scenario.json``).

Pure: the format is read and checked here; `engine.rehearsing` runs it. Every key is optional, and an unknown one is a
problem, so that a slip cannot make an expectation silently true.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar

from bpmn.compiling.timing import Duration, TimerInvalid, read_duration, read_moment
from bpmn.errors import BpmnError
from forms.data import DataUnacceptable, Value, parse

ENDING: Final = ".scenario.json"
SIZE: Final = 1024 * 1024
CLOCK: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When a rehearsal begins unless it says otherwise: always the same Monday, so that it comes out the same every day."""
STEPS: Final = 1_000
"""How many acts and jobs a rehearsal takes unless it says otherwise."""
MOST_STEPS: Final = 100_000
STATUSES: Final = ("completed", "waiting", "failed", "refused")

Kept = TypeVar("Kept")
When = Duration | datetime
"""A time after the start of the rehearsal, or a moment."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a call of a service task gives: data, or the code of an error."""

    data: Mapping[str, Value] = field(default_factory=dict)
    error: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A message or signal from outside: once `after` was entered, at `at`; else as soon as nothing else can go on."""

    kind: Literal["message", "signal"]
    name: str
    payload: Mapping[str, Value] = field(default_factory=dict)
    key: str = ""
    """The correlation key; messages only."""
    after: str | None = None
    at: When | None = None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a rehearsal ends early: once an element was entered, before a moment, or after so many acts and jobs."""

    after: str | None = None
    at: When | None = None
    steps: int = STEPS


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a rehearsal should come to; None: not asked. Of the data only the variables named are compared."""

    status: str | None = None
    path: tuple[str, ...] | None = None
    visited: tuple[str, ...] = ()
    not_visited: tuple[str, ...] = ()
    data: Mapping[str, Value] = field(default_factory=dict)
    end: tuple[str, ...] | None = None
    """End events, in any order."""
    waiting: tuple[str, ...] | None = None
    """Elements, in any order."""
    incidents: tuple[str, ...] | None = None
    """Elements, in any order."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A course of events. `answers` and `services` go by element id or name and by visit; the last one lasts.

    An answer of None leaves the task open.
    """

    name: str = ""
    title: str = ""
    process: str | None = None
    start: str | None = None
    clock: datetime = CLOCK
    data: Mapping[str, Value] = field(default_factory=dict)
    answers: Mapping[str, tuple[Mapping[str, Value] | None, ...]] = field(default_factory=dict)
    delays: Mapping[str, tuple[Duration, ...]] = field(default_factory=dict)
    services: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)
    sendings: tuple[Sending, ...] = ()
    stop: Stop = Stop()
    expected: Expected = Expected()


class ScenarioUnreadable(BpmnError):
    """A scenario is no JSON or not of the format; `problems` says for each place what is wrong there."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.name = name
        self.problems = problems
        super().__init__("; ".join(f"{name}: {problem}" for problem in problems))


def read_scenario(content: bytes, name: str) -> Scenario:
    """Read a scenario. Raises ScenarioUnreadable with every problem."""
    if len(content) > SIZE:
        raise ScenarioUnreadable(name, (f"The file has {len(content)} bytes; at most {SIZE} are read.",))
    try:
        document = parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ScenarioUnreadable(name, ("The file is not UTF-8.",)) from None
    except DataUnacceptable as error:
        raise ScenarioUnreadable(name, (f"{error.path}: {error.reason}",)) from None
    reading = _Reading()
    scenario = reading.scenario(document, name)
    if reading.problems:
        raise ScenarioUnreadable(name, tuple(reading.problems))
    return scenario


def scenarios_of(files: Mapping[str, bytes]) -> tuple[tuple[Scenario, ...], tuple[ScenarioUnreadable, ...]]:
    """The scenarios among the files of a process, by file name, and what is wrong with those that cannot be read."""
    found: list[Scenario] = []
    broken: list[ScenarioUnreadable] = []
    for name in sorted(files):
        if name.endswith(ENDING):
            try:
                found.append(read_scenario(files[name], name))
            except ScenarioUnreadable as error:
                broken.append(error)
    return tuple(found), tuple(broken)


class _Reading:
    """Takes a document apart and keeps what is wrong with it by place."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def scenario(self, document: Value, name: str) -> Scenario:
        """The whole document."""
        known = ("title", "process", "start", "clock", "data", "answers", "delays", "services")
        given = self._object(document, "$", (*known, "messages", "signals", "stop", "expect"))
        sendings = [self._sending(each, at, "message") for at, each in self._listed(given, "messages")]
        sendings += [self._sending(each, at, "signal") for at, each in self._listed(given, "signals")]
        return Scenario(
            name=name,
            title=self._text(given, "title", "$") or "",
            process=self._text(given, "process", "$"),
            start=self._text(given, "start", "$"),
            clock=self._clock(given),
            data=self._object(given.get("data"), "data"),
            answers=self._visits(given, "answers", self._answer),
            delays=self._visits(given, "delays", self._delay),
            services=self._visits(given, "services", self._outcome),
            sendings=tuple(sendings),
            stop=self._stop(given.get("stop")),
            expected=self._expected(given.get("expect")),
        )

    def _problem(self, at: str, what: str) -> None:
        self.problems.append(f"{at}: {what}")

    def _object(self, value: Value, at: str, known: tuple[str, ...] | None = None) -> Mapping[str, Value]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._problem(at, "is not an object.")
            return {}
        for key in value if known is not None else ():
            if key not in (known or ()):
                self._problem(at, f"the key “{key}” is not known; it may be one of: {', '.join(known or ())}.")
        return value

    def _text(self, given: Mapping[str, Value], key: str, at: str) -> str | None:
        value = given.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._problem(f"{at}.{key}", "is no text.")
        return None

    def _texts(self, given: Mapping[str, Value], key: str) -> tuple[str, ...] | None:
        value = given.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        self._problem(f"expect.{key}", "is no list of element ids.")
        return None

    def _listed(self, given: Mapping[str, Value], key: str) -> list[tuple[str, Value]]:
        value = given.get(key) or []
        if isinstance(value, list):
            return [(f"{key}[{number}]", each) for number, each in enumerate(value)]
        self._problem(key, "is no list.")
        return []

    def _visits(
        self, given: Mapping[str, Value], key: str, read: Callable[[Value, str], Kept]
    ) -> Mapping[str, tuple[Kept, ...]]:
        """By element, what holds at its first visit, its second, and so on."""
        found = {}
        for element, value in self._object(given.get(key), key).items():
            each = value if isinstance(value, list) else [value]
            found[element] = tuple(read(one, f"{key}.{element}[{number}]") for number, one in enumerate(each))
            if not each:
                self._problem(f"{key}.{element}", "is an empty list.")
        return found

    def _answer(self, value: Value, at: str) -> Mapping[str, Value] | None:
        return None if value is None else self._object(value, at)

    def _delay(self, value: Value, at: str) -> Duration:
        try:
            return read_duration(value if isinstance(value, str) else "")
        except TimerInvalid:
            self._problem(at, "is no ISO 8601 duration like PT2H.")
            return read_duration("PT0S")

    def _outcome(self, value: Value, at: str) -> Outcome:
        given = self._object(value, at, ("data", "error", "message"))
        error = given.get("error")
        if error is not None and not isinstance(error, str):
            self._problem(f"{at}.error", "is no text: it is the code of an error.")
            error = None
        return Outcome(
            data=self._object(given.get("data"), f"{at}.data"),
            error=error,
            message=self._text(given, "message", at) or "",
        )

    def _sending(self, value: Value, at: str, kind: Literal["message", "signal"]) -> Sending:
        keyed = ("key",) if kind == "message" else ()
        given = self._object(value, at, ("name", "payload", *keyed, "after", "at"))
        name = self._text(given, "name", at)
        if name is None:
            self._problem(at, f"the {kind} has no name.")
        return Sending(
            kind=kind,
            name=name or "",
            payload=self._object(given.get("payload"), f"{at}.payload"),
            key=self._text(given, "key", at) or "",
            after=self._text(given, "after", at),
            at=self._when(given, at),
        )

    def _when(self, given: Mapping[str, Value], at: str) -> When | None:
        text = self._text(given, "at", at)
        if text is None:
            return None
        try:
            return read_duration(text) if text.startswith("P") else read_moment(text)
        except TimerInvalid:
            self._problem(f"{at}.at", "is neither a duration after the start, like PT4H, nor a date and time.")
            return None

    def _clock(self, given: Mapping[str, Value]) -> datetime:
        text = self._text(given, "clock", "$")
        try:
            return read_moment(text) if text else CLOCK
        except TimerInvalid:
            self._problem("clock", "is no date and time like 2026-01-05T09:00:00Z.")
            return CLOCK

    def _stop(self, value: Value) -> Stop:
        given = self._object(value, "stop", ("after", "at", "steps"))
        steps = given.get("steps", STEPS)
        number = steps is not None and not isinstance(steps, bool | str | list | dict)
        if not number or not 0 < steps <= MOST_STEPS or steps != int(steps):
            self._problem("stop.steps", f"is no whole number from 1 to {MOST_STEPS}.")
            steps = STEPS
        return Stop(after=self._text(given, "after", "stop"), at=self._when(given, "stop"), steps=int(steps))

    def _expected(self, value: Value) -> Expected:
        lists = ("path", "visited", "notVisited", "end", "waiting", "incidents")
        given = self._object(value, "expect", ("status", "data", *lists))
        status = self._text(given, "status", "expect")
        if status is not None and status not in STATUSES:
            self._problem("expect.status", f"is none of {', '.join(STATUSES)}.")
        return Expected(
            status=status,
            path=self._texts(given, "path"),
            visited=self._texts(given, "visited") or (),
            not_visited=self._texts(given, "notVisited") or (),
            data=self._object(given.get("data"), "expect.data"),
            end=self._texts(given, "end"),
            waiting=self._texts(given, "waiting"),
            incidents=self._texts(given, "incidents"),
        )
