"""What must hold across processes: each rule asks the journal and the links, and is answered with the cases against it.

A diagram that runs as drawn keeps most of them by itself. They find what was skipped, moved, corrected or never linked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.errors import NotAllowed
from engine.permissions import Action, may
from engine.reports.courses import Course, Courses
from engine.transaction import Transaction

YEAR: Final = timedelta(days=366)
"""How long an agreement may go without a review."""


@dataclass(frozen=True, kw_only=True)
class Against:
    """A case that a rule does not hold for, and why."""

    number: str
    title: str
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """A rule: what must hold, the clauses it answers (2005, 2018), and which processes it looks at."""

    id: str
    title: str
    clauses: str
    processes: tuple[str, ...]
    find: Callable[[Courses], Iterator[tuple[Course, str]]]


@dataclass(frozen=True, kw_only=True)
class Held:
    """The answer to a rule: how many cases were looked at, those against it, and whether older ones were left out."""

    invariant: Invariant
    looked_at: int
    against: tuple[Against, ...]
    cut: bool


def invariants(tx: Transaction) -> tuple[Held, ...]:
    """Ask every rule about the cases the actor may see. Raises NotAllowed."""
    if not may(tx.actor, Action.TRACE):
        raise NotAllowed("Your roles do not allow you to trace cases.")
    courses = Courses(tx)
    return tuple(_ask(courses, each) for each in INVARIANTS)


def _ask(courses: Courses, invariant: Invariant) -> Held:
    found = tuple(
        Against(number=case.instance.number, title=case.instance.title, why=why, at=case.instance.started_at)
        for case, why in invariant.find(courses)
    )
    return Held(
        invariant=invariant,
        looked_at=sum(len(courses.of(process)) for process in invariant.processes),
        against=found,
        cut=any(courses.cut(process) for process in invariant.processes),
    )


_APPROVALS: Final = {
    "change": ("CHG_Decide", "CHG_Agree", "CHG_Vote"),
    "emergency_change": ("ECH_Decide", "ECH_Vote"),
}
"""The tasks by which a change is approved."""


def _deployments(courses: Courses) -> Iterator[tuple[Course, str]]:
    for process, task in (("implementation", "IMP_Implement"), ("release", "REL_Deploy")):
        for case in courses.of(process):
            began = case.entered.get(task)
            if began is None:
                continue
            changes = _ordered_by(courses, case)
            if not changes:
                yield case, "No change ordered it."
            elif not any(_approved(change, began) for change in changes):
                yield case, "Nobody had approved the change before it began."


def _ordered_by(courses: Courses, case: Course) -> list[Course]:
    """Give the changes that a deployment implements, also by way of the implementation that ordered a release."""
    above = courses.linked(case, "implements")
    orders = [each for each in above if each.instance.process_id == "implementation"]
    further = [change for order in orders for change in courses.linked(order, "implements")]
    return [each for each in [*above, *further] if each.instance.process_id in _APPROVALS]


def _approved(change: Course, before: datetime) -> bool:
    if change.data.get("change_type") == "standard":
        return change.instance.started_at <= before
    return any(change.answered_by(task, before) for task in _APPROVALS[change.instance.process_id])


def _updates(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("configuration"):
        if "CFG_Recorded" in case.entered and not (case.data.get("change") or courses.linked(case, "follows")):
            yield case, "The update names no change."


def _major_incidents(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("major_incident"):
        if case.instance.ended_at is None or "MIN_Downgraded" in case.entered:
            continue
        others = [*courses.linked(case, "caused_by"), *courses.linked(case, "leads_to")]
        if not any(each.instance.process_id == "problem" for each in others):
            yield case, "It has no problem."
        if not case.answered_by("MIN_Review"):
            yield case, "It was not reviewed."


def _backouts(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("implementation"):
        if "IMP_BackOut" not in case.left:
            continue
        linked = any(each.instance.process_id == "incident" for each in courses.linked(case))
        if not (linked or case.data.get("back_incident") or case.data.get("back_felt") == "no"):
            yield case, "It was backed out: there is no incident, and nobody said that nothing was felt."


def _failed_tests(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("continuity_test"):
        if "SCT_FailedEnd" not in case.entered:
            continue
        answers = {each.instance.process_id for each in courses.linked(case, "leads_to")}
        if not answers & {"corrective_action", "improvement"}:
            yield case, "The test failed, and no action follows."


def _breaches(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("incident"):
        missed = case.clocks.get(("clock.missed", "resolution"))
        if missed is None:
            continue
        warned = case.clocks.get(("clock.warned", "resolution"))
        if warned is None or warned > missed:
            yield case, "The target was missed without a warning before."
        if case.instance.ended_at is not None and not case.answered_by("INC_BreachReview"):
            yield case, "The target was missed, and nobody said why."


def _agreements(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("agreement_term"):
        if case.instance.state != "active" or courses.now - case.instance.started_at <= YEAR:
            continue
        reviews = [each.left["SLR_Meet"] for each in courses.linked(case, "reviewed_by") if "SLR_Meet" in each.left]
        if not any(courses.now - held <= YEAR for held in reviews):
            yield case, "The agreement was not reviewed for twelve months."


def _corrections(courses: Courses) -> Iterator[tuple[Course, str]]:
    for case in courses.of("corrective_action"):
        if "CAP_Closed" not in case.entered:
            continue
        checkers = case.answered_by("CAP_Verify")
        if not checkers:
            yield case, "It was closed without a check that it worked."
        elif checkers & case.answered_by("CAP_Do"):
            yield case, "Who did it checked it."


INVARIANTS: Final = (
    Invariant(
        id="deployments",
        title="Every deployment has a change that was approved before it",
        clauses="2005 9.2, 10.1 · 2018 8.5.1, 8.5.3",
        processes=("implementation", "release"),
        find=_deployments,
    ),
    Invariant(
        id="updates",
        title="Every update of configuration records names a change",
        clauses="2005 9.1 · 2018 8.2.6",
        processes=("configuration",),
        find=_updates,
    ),
    Invariant(
        id="major-incidents",
        title="Every major incident has a problem and a review",
        clauses="2005 8.2 · 2018 8.6.1",
        processes=("major_incident",),
        find=_major_incidents,
    ),
    Invariant(
        id="backouts",
        title="Every change that was backed out has an incident, or somebody saw that nothing was felt",
        clauses="2005 9.2 · 2018 8.5.1",
        processes=("implementation",),
        find=_backouts,
    ),
    Invariant(
        id="continuity-tests",
        title="Every continuity test that failed leads to an action",
        clauses="2005 6.3 · 2018 8.7.2",
        processes=("continuity_test",),
        find=_failed_tests,
    ),
    Invariant(
        id="breaches",
        title="Every missed target has a warning before it and a cause after it",
        clauses="2005 6.1, 8.2 · 2018 8.3.3, 8.6.1",
        processes=("incident",),
        find=_breaches,
    ),
    Invariant(
        id="agreements",
        title="Every agreement in force was reviewed within twelve months",
        clauses="2005 6.1 · 2018 8.3.3",
        processes=("agreement_term",),
        find=_agreements,
    ),
    Invariant(
        id="corrective-actions",
        title="No nonconformity is closed without a check by somebody else that the action worked",
        clauses="2005 4.4 · 2018 10.1",
        processes=("corrective_action",),
        find=_corrections,
    ),
)
"""What must hold, in the order of the page."""
