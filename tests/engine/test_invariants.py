"""What must hold across processes: a store in which it does, and for each rule a case against it."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bpmn.draft import read_draft
from bpmn.library import shipped
from engine import journal
from engine.acts import linking
from engine.errors import NotAllowed
from engine.installation import Installation
from engine.model.entry import EntryKind, instance_stream
from engine.model.link import case_end
from engine.model.person import SYSTEM, Actor
from engine.reports.invariants import INVARIANTS, Held, invariants
from engine.transaction import begin, reading
from tests.engine.town import Town

STEPS = {
    "change": ("CHG_Decide",),
    "implementation": ("IMP_Implement", "IMP_BackOut"),
    "release": ("REL_Deploy",),
    "configuration": ("CFG_Record",),
    "problem": ("PRB_Triage",),
    "major_incident": ("MIN_Review",),
    "incident": ("INC_BreachReview",),
    "continuity_test": ("SCT_Report",),
    "corrective_action": ("CAP_Do", "CAP_Verify"),
    "agreement_term": ("SLT_Renew",),
    "service_level_review": ("SLR_Meet",),
}
ENDS = {
    "configuration": "CFG_Recorded",
    "continuity_test": "SCT_FailedEnd",
    "corrective_action": "CAP_Closed",
}


@pytest.fixture
def town(sqlite_store: Installation) -> Town:
    town = Town(sqlite_store)
    for process, steps in STEPS.items():
        nodes = [f"user {step} assignGroup=service_desk" for step in steps]
        path = ["s", *steps, ENDS.get(process, "e")]
        flows = [f"{source} -> {target}" for source, target in pairwise(path)]
        town.release(process, "\n".join(["start s", *nodes, f"end {path[-1]}", *flows]))
    return town


def begun(town: Town, process: str, *done: str, **values: object) -> str:
    case = town.start(process, **values)
    for step in done:
        town.do(case, step)
    return case


def linked(town: Town, case: str, kind: str, other: str) -> None:
    with begin(town.store, SYSTEM) as tx:
        linking.join(tx, case_end(case), kind, case_end(other))


def told(town: Town, case: str, *kinds: EntryKind) -> None:
    for kind in kinds:
        with begin(town.store, SYSTEM) as tx:
            journal.append(tx, kind, instance_stream(case), facts={"name": "resolution"})


def ask(town: Town) -> dict[str, Held]:
    with reading(town.store, SYSTEM) as tx:
        return {held.invariant.id: held for held in invariants(tx)}


def good(town: Town) -> None:
    change = begun(town, "change", "CHG_Decide")
    order = begun(town, "implementation", "IMP_Implement", "IMP_BackOut", back_felt="no")
    linked(town, order, "implements", change)
    linked(town, begun(town, "release", "REL_Deploy"), "implements", order)
    linked(town, begun(town, "configuration", "CFG_Record"), "follows", order)
    linked(town, begun(town, "problem"), "causes", begun(town, "major_incident", "MIN_Review"))
    missed = begun(town, "incident")
    told(town, missed, EntryKind.CLOCK_WARNED, EntryKind.CLOCK_MISSED)
    town.do(missed, "INC_BreachReview")
    linked(town, begun(town, "corrective_action"), "follows", begun(town, "continuity_test", "SCT_Report"))
    begun(town, "agreement_term")


def test_a_clean_store_has_no_case_against_any_rule(town: Town) -> None:
    good(town)
    found = ask(town)
    assert list(found) == [each.id for each in INVARIANTS]
    assert [(name, each.why) for name, held in found.items() for each in held.against] == []
    assert all(held.looked_at for held in found.values())


def late_approval(town: Town) -> str:
    change = begun(town, "change")
    order = begun(town, "implementation", "IMP_Implement")
    linked(town, order, "implements", change)
    town.store.clock.forward(minutes=5)
    town.do(change, "CHG_Decide")
    return order


def never_reviewed(town: Town) -> str:
    agreement = begun(town, "agreement_term")
    linked(town, begun(town, "service_level_review", "SLR_Meet"), "reviews", agreement)
    town.store.clock.forward(days=400)
    return agreement


def missed_without_warning(town: Town) -> str:
    case = begun(town, "incident")
    told(town, case, EntryKind.CLOCK_MISSED)
    return case


def skipped_cause(town: Town) -> str:
    case = begun(town, "incident")
    told(town, case, EntryKind.CLOCK_WARNED, EntryKind.CLOCK_MISSED)
    town.cancel(case)
    return case


def checked_by_himself(town: Town) -> str:
    return begun(town, "corrective_action", "CAP_Do", "CAP_Verify")


AGAINST: list[tuple[str, str, Callable[[Town], str]]] = [
    ("deployments", "No change ordered it", lambda town: begun(town, "release", "REL_Deploy")),
    ("deployments", "Nobody had approved", late_approval),
    ("updates", "names no change", lambda town: begun(town, "configuration", "CFG_Record")),
    ("major-incidents", "no problem", lambda town: begun(town, "major_incident", "MIN_Review")),
    ("backouts", "backed out", lambda town: begun(town, "implementation", "IMP_Implement", "IMP_BackOut")),
    ("continuity-tests", "no action follows", lambda town: begun(town, "continuity_test", "SCT_Report")),
    ("breaches", "without a warning", missed_without_warning),
    ("breaches", "nobody said why", skipped_cause),
    ("agreements", "twelve months", never_reviewed),
    (
        "corrective-actions",
        "Who did it checked it",
        lambda town: begun(town, "corrective_action", "CAP_Do", "CAP_Verify"),
    ),
]


@pytest.mark.parametrize(("rule", "why", "make"), AGAINST, ids=[f"{rule}: {why}" for rule, why, _make in AGAINST])
def test_a_case_against_a_rule_is_found_and_no_other(
    town: Town, rule: str, why: str, make: Callable[[Town], str]
) -> None:
    good(town)
    case = make(town)
    against = {each.number: each.why for each in ask(town)[rule].against}
    assert why in against.pop(town.case(case).number)
    assert rule == "agreements" or not against


def test_a_major_incident_that_nobody_reviewed(town: Town) -> None:
    case = begun(town, "major_incident")
    linked(town, begun(town, "problem"), "causes", case)
    town.cancel(case)
    assert [each.why for each in ask(town)["major-incidents"].against] == ["It was not reviewed."]


def test_who_may_not_trace_is_not_told(town: Town) -> None:
    with pytest.raises(NotAllowed), reading(town.store, Actor(person_id="x", name="Sam", roles=frozenset())) as tx:
        invariants(tx)


def test_the_shipped_processes_have_the_elements_that_the_rules_ask_for() -> None:
    shown = shipped()
    for process, steps in {**STEPS, "emergency_change": ("ECH_Decide", "ECH_Vote")}.items():
        diagram = read_draft(shown[process]).diagram
        wanted = [*steps, *([ENDS[process]] if process in ENDS else [])]
        assert [step for step in wanted if diagram.find(step) is None] == []
