"""One truth for seeing: the rule in Python and the WHERE of the store say the same of any person and any case."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.installation import Installation
from engine.model.audience import Audience
from engine.model.instance import Instance
from engine.model.person import SYSTEM, Actor
from engine.permissions import scope, sees
from engine.storage import audiences, instances, tables
from engine.transaction import Transaction, begin

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = ("p1", "p2", "p3")
ROLES = ("service_desk", "incident_manager", "process_owner", "auditor", "operator", "administrator", "support_network")
SOMEBODY = st.sampled_from(PEOPLE)
PERHAPS = st.none() | SOMEBODY

AUDIENCES = st.builds(
    Audience.of, st.sets(st.sampled_from((*ROLES, "employee")), max_size=2), st.sets(SOMEBODY, max_size=2)
)
TASKS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["open", "completed", "withdrawn"]),
        "audience": AUDIENCES,
        "person_id": PERHAPS,
        "assignee_id": PERHAPS,
        "ended_by": PERHAPS,
    }
)
CASES = st.fixed_dictionaries(
    {"starter": SOMEBODY, "caller": PERHAPS, "restricted": st.booleans(), "tasks": st.lists(TASKS, max_size=2)}
)
ACTORS = st.builds(
    lambda person, roles: Actor(person_id=person, name="Somebody", roles=frozenset(roles) | {"employee"}),
    SOMEBODY,
    st.sets(st.sampled_from(ROLES), max_size=2),
) | st.just(SYSTEM)


class _Enough(Exception):
    """Rolls an example back."""


def takes_part(actor: Actor, task: dict[str, Any]) -> bool:
    """A task was or is offered to the person, or to a role he holds."""
    if actor.person_id is None:
        return False
    if actor.person_id in (task["person_id"], task["assignee_id"], task["ended_by"]):
        return True
    offered = task["audience"]
    among = actor.person_id in offered.people or not actor.roles.isdisjoint(offered.roles)
    return task["person_id"] is None and among


def write(tx: Transaction, number: int, case: dict[str, Any]) -> Instance:
    instance = Instance(
        id=f"c{number}",
        number=f"INC-{number}",
        process_id="incident",
        publication_id="pub",
        title="x",
        state="active",
        outcome=None,
        starter_id=case["starter"],
        caller_id=case["caller"],
        service_id=None,
        priority=None,
        restricted=case["restricted"],
        business_key=None,
        started_at=NOW,
        ended_at=None,
        version=1,
    )
    tx.connection.execute(tables.instance.insert().values(**asdict(instance)))
    for index, task in enumerate(case["tasks"]):
        fixed = {"element_id": "e", "title": "t", "version": 1, "created_at": NOW, "instance_id": instance.id}
        tx.connection.execute(
            tables.task.insert().values(
                id=f"t{number}.{index}", token=f"{number}.{index}", audience_key=task["audience"].key, **fixed, **task
            )
        )
        audiences.keep(tx, [task["audience"]])
    return instance


def world(tx: Transaction) -> None:
    rows = [{"id": each, "login": each, "name": each, "created_at": NOW} for each in PEOPLE]
    tx.connection.execute(tables.person.insert(), rows)
    tx.connection.execute(
        tables.publication.insert().values(
            id="pub", process_id="incident", state="released", title="x", revision=1, created_at=NOW, changed_at=NOW
        )
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actors=st.lists(ACTORS, min_size=1, max_size=4), cases=st.lists(CASES, min_size=1, max_size=4))
def test_the_rule_and_the_query_agree(
    sqlite_store: Installation, actors: list[Actor], cases: list[dict[str, Any]]
) -> None:
    try:
        with begin(sqlite_store, SYSTEM) as tx:
            world(tx)
            written = [write(tx, number, case) for number, case in enumerate(cases)]
            for actor in actors:
                seen = scope(actor)
                by_query = set(
                    tx.connection.execute(sa.select(tables.instance.c.id).where(instances.visible(seen))).scalars()
                )
                for instance, case in zip(written, cases, strict=True):
                    part = any(takes_part(actor, task) for task in case["tasks"])
                    by_rule = sees(seen, instance, takes_part=part)
                    assert by_rule == (instance.id in by_query), (actor, case)
                    assert by_rule == instances.is_visible(tx, seen, instance.id)
                    assert part == instances.takes_part_in(tx, seen, instance.id) or actor.is_system
            raise _Enough
    except _Enough:
        pass
