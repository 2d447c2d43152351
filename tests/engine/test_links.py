"""Links between cases: by what arrives, what is called, what people name, and by hand; told on both sides."""

import pytest

from bpmn.linking import KINDS
from engine.acts import linking
from engine.acts.completing import complete_task
from engine.acts.people import add_person
from engine.errors import NotAllowed, NotFound, StepFailed, Unacceptable
from engine.installation import Installation
from engine.model.person import SYSTEM, Actor
from engine.reports.links import links_of
from engine.reports.trace import history
from engine.storage import instances, tables
from engine.transaction import begin, reading
from tests.engine.town import Town, answers

ASKS = """
start s
message tell throw timeToLive=P1D{words} = asked {{ ={{why: why}} }}
user stay assignGroup=service_desk
s -> tell
tell -> stay
"""
BEGINS = """
message s start link=resolves+shop,follows = asked
user act assignGroup=service_desk
s -> act
"""
WAITS = """
start s
message wait link=follows correlate==order = asked
user act assignGroup=service_desk
s -> wait
wait -> act
"""
CALLS = """
start s
call part = waits
s -> part
"""
NAMES = """
start s
user log link=duplicate_of linkTo=repeats assignGroup=service_desk
xor many default=one
end alone
end repeated
s -> log
log -> many
one: many -> alone
many -> repeated [count(linked cases.duplicate_of) > 0]
"""


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("shop", ASKS.format(words=""))
    town.release("keyed", ASKS.format(words=" correlate==order"))
    town.release("begins", BEGINS)
    town.release("waits", WAITS)
    return town


def links(town: Town, case: str, actor: Actor = SYSTEM) -> list[tuple[str, str]]:
    with reading(town.store, actor) as tx:
        found = instances.get(tx, case)
        assert found is not None
        return [(link.kind, link.number) for link in links_of(tx, found).cases]


def number(town: Town, case: str) -> str:
    return town.case(case).number


def person(town: Town, login: str, *roles: str) -> Actor:
    with begin(town.store, SYSTEM) as tx:
        made = add_person(tx, login=login, name=login.title())
    return Actor(person_id=made.id, name=login.title(), roles=frozenset({"employee", *roles}))


def test_every_kind_has_its_opposite() -> None:
    assert len(KINDS) == 16
    assert all(KINDS[KINDS[kind]] == kind != KINDS[kind] for kind in KINDS)


def test_a_message_that_begins_a_case_links_it_with_the_sender_from_both_ends(town: Town) -> None:
    shop = town.start("shop", why="x")
    town.run()
    (begun,) = town.cases("begins")
    assert links(town, begun.id) == [("resolves", number(town, shop))]
    assert links(town, shop) == [("resolved_by", begun.number)]
    assert town.kinds(begun.id) == ["case.started", "case.linked"]
    assert town.facts(begun.id, "case.linked") == {"link": "resolves", "other": {"kind": "case", "id": shop}}
    assert town.facts(shop, "case.linked") == {"link": "resolved_by", "other": {"kind": "case", "id": begun.id}}
    with reading(town.store, SYSTEM) as tx:
        told = history(tx, town.case(shop)).entries[-1]
    assert told.template.format(**told.parameters) == f"Keelson linked this case: resolved by {begun.number}"


def test_the_kind_depends_on_the_process_that_sends(town: Town) -> None:
    keyed = town.start("keyed", order="A")
    town.run()
    (begun,) = town.cases("begins")
    assert links(town, begun.id) == [("follows", number(town, keyed))]


def test_a_message_that_a_case_waited_for_links_it_also_when_it_was_kept(town: Town) -> None:
    town.release("begins", "start s\nend e\ns -> e", version=2)
    waits = town.start("waits", order="A")
    first = town.start("keyed", order="A")
    town.run()
    assert links(town, waits) == [("follows", number(town, first))]
    second = town.start("keyed", order="B")
    town.run()
    late = town.start("waits", order="B")
    town.run()
    assert links(town, late) == [("follows", number(town, second))]


def test_a_called_case_is_part_of_its_caller_which_the_calls_tell(town: Town) -> None:
    town.release("calls", CALLS)
    caller = town.start("calls", order="A")
    town.run()
    (called,) = town.cases("waits")
    assert links(town, called.id) == [("part_of", number(town, caller))]
    assert links(town, caller) == [("has_part", called.number)]
    assert "case.linked" not in town.kinds(called.id) + town.kinds(caller)


def test_a_person_names_the_other_case_in_a_form_and_the_next_step_knows(town: Town) -> None:
    town.release("names", NAMES)
    first, second = town.start("names"), town.start("names")
    town.do(second, "log", repeats=f" {number(town, first).lower()} ")
    assert (town.case(second).outcome, links(town, second)) == (
        "repeated",
        [("duplicate_of", number(town, first))],
    )
    town.do(first, "log", repeats="It is none.")
    assert (town.case(first).outcome, links(town, first)) == ("alone", [("has_duplicate", number(town, second))])


@pytest.mark.parametrize(("named", "why"), [("CASE-9999", "There is no case"), ("own", "not linked with itself")])
def test_a_number_that_is_no_other_case_is_refused(town: Town, named: str, why: str) -> None:
    town.release("names", NAMES)
    case = town.start("names")
    with pytest.raises(StepFailed, match=why):
        town.do(case, "log", repeats=number(town, case) if named == "own" else named)
    assert town.tasks(case) == ["log"]


def test_by_hand_both_histories_tell_and_taking_it_back_needs_a_reason(town: Town) -> None:
    one, other = town.start("keyed", order="A"), town.start("keyed", order="B")
    actor = person(town, "sam", "service_desk")
    with begin(town.store, actor) as tx:
        linking.link_cases(tx, one, "caused_by", number(town, other))
    assert links(town, one, actor) == [("caused_by", number(town, other))]
    assert links(town, other, actor) == [("causes", number(town, one))]
    with pytest.raises(Unacceptable, match="already"), begin(town.store, actor) as tx:
        linking.link_cases(tx, other, "causes", number(town, one))
    with pytest.raises(Unacceptable, match="why"), begin(town.store, actor) as tx:
        linking.unlink_cases(tx, other, "causes", number(town, one), " ")
    with begin(town.store, actor) as tx:
        linking.unlink_cases(tx, other, "causes", number(town, one), "They only look alike.")
    assert links(town, one, actor) == links(town, other, actor) == []
    assert [kind for kind in town.kinds(one) if "link" in kind] == ["case.linked", "case.unlinked"]
    with reading(town.store, actor) as tx:
        assert history(tx, town.case(one)).entries[-1].note == "They only look alike."
    with pytest.raises(NotFound), begin(town.store, actor) as tx:
        linking.unlink_cases(tx, other, "causes", number(town, one), "Again.")


def test_what_is_no_link_is_refused(town: Town) -> None:
    one = town.start("keyed", order="A")
    actor = person(town, "sam", "service_desk")
    for kind, named, why in (
        ("knows", number(town, one), "how the two"),
        ("causes", number(town, one), "itself"),
        ("causes", "CASE-77", "no case CASE-77"),
    ):
        with pytest.raises(Unacceptable, match=why), begin(town.store, actor) as tx:
            linking.link_cases(tx, one, kind, named)


def test_a_restricted_case_is_shown_at_the_other_end_to_nobody_who_does_not_see_it(town: Town) -> None:
    open_one, hidden = town.start("keyed", order="A"), town.start("keyed", order="B")
    analyst, desk = person(town, "ada", "security_analyst"), person(town, "sam", "change_manager")
    with begin(town.store, analyst) as tx:
        linking.link_cases(tx, open_one, "caused_by", number(town, hidden))
        tx.connection.execute(tables.instance.update().where(tables.instance.c.id == hidden).values(restricted=True))
    assert links(town, open_one, analyst) == [("caused_by", number(town, hidden))]
    assert links(town, open_one, desk) == []
    with reading(town.store, desk) as tx:
        entry = history(tx, town.case(open_one)).entries[-1]
        told = f"{entry.template.format(**entry.parameters)} {entry.note}"
    assert "another case" in told
    assert number(town, hidden) not in told
    for act in (
        lambda tx: linking.link_cases(tx, open_one, "follows", number(town, hidden)),
        lambda tx: linking.unlink_cases(tx, open_one, "caused_by", number(town, hidden), "No."),
    ):
        with pytest.raises((NotFound, Unacceptable)), begin(town.store, desk) as tx:
            act(tx)


def test_who_only_reports_does_not_link(town: Town) -> None:
    one, other = town.start("keyed", order="A"), town.start("keyed", order="B")
    with pytest.raises(NotAllowed), begin(town.store, person(town, "carla")) as tx:
        linking.link_cases(tx, one, "causes", number(town, other))
    with reading(town.store, SYSTEM) as tx:
        task = instances.tasks_of(tx, other, state="open")[0]
    with begin(town.store, SYSTEM) as tx:
        complete_task(tx, task.id, answers({}), task.version)
