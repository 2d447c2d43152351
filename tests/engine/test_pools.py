"""Pools of one file: released together, each started by itself, and talking along their message flows."""

import pytest

from engine.acts.importing import import_process
from engine.acts.publishing import begin_draft, propose, release, save_draft
from engine.errors import Conflict, Unacceptable
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.neighbours import neighbours
from engine.reports.catalogue import startable
from engine.reports.processes import publication
from engine.storage import publications
from engine.transaction import begin, reading
from tests.engine.town import Town

LANE = '<laneSet id="{0}l"><lane id="{0}lane" name="Service desk"><flowNodeRef>{1}</flowNodeRef></lane></laneSet>'
MESSAGE = '<messageEventDefinition messageRef="{}"/>'
POOLS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
<message id="m1" name="order"/><message id="m2" name="answer"/>
<collaboration id="together">
<participant id="pc" name="Customer" processRef="customer"/><participant id="ps" name="Shop" processRef="shop"/>
<participant id="pb" name="Bank"/>
<messageFlow id="f1" sourceRef="c_order" targetRef="s_order"/>
<messageFlow id="f2" sourceRef="s_answer" targetRef="c_answer"/>
</collaboration>
<process id="customer" isExecutable="true">{lane_c}
<startEvent id="c_start" name="Begin"/>
<intermediateThrowEvent id="c_order" name="Order">{order}</intermediateThrowEvent>
<intermediateCatchEvent id="c_answer" name="Wait">{answer}</intermediateCatchEvent>
<manualTask id="c_read" name="Read"/>
<endEvent id="c_end" name="Over"/>
<sequenceFlow id="c1" sourceRef="c_start" targetRef="c_order"/>
<sequenceFlow id="c2" sourceRef="c_order" targetRef="c_answer"/>
<sequenceFlow id="c3" sourceRef="c_answer" targetRef="c_read"/>
<sequenceFlow id="c4" sourceRef="c_read" targetRef="c_end"/>
</process>
<process id="shop" isExecutable="true">{lane_s}
<startEvent id="s_order" name="Asked">{order}</startEvent>
<manualTask id="s_pack" name="Pack"/>
<endEvent id="s_answer" name="Answered">{answer}</endEvent>
<sequenceFlow id="s1" sourceRef="s_order" targetRef="s_pack"/>
<sequenceFlow id="s2" sourceRef="s_pack" targetRef="s_answer"/>
</process>
</definitions>"""
TOGETHER = POOLS.format(
    order=MESSAGE.format("m1"),
    answer=MESSAGE.format("m2"),
    lane_c=LANE.format("c", "c_read"),
    lane_s=LANE.format("s", "s_pack"),
).encode()
ALONE = TOGETHER.replace(b'<process id="shop" isExecutable="true">', b'<process id="shop" isExecutable="false">')


BY_TASK = TOGETHER.replace(
    b'<intermediateThrowEvent id="c_order" name="Order"><messageEventDefinition messageRef="m1"/>'
    b"</intermediateThrowEvent>",
    b'<manualTask id="c_order" name="Order"><extensionElements><w:properties>'
    b'<w:property name="payload" value="={amount: amount}"/></w:properties></extensionElements></manualTask>',
).replace(b"<definitions ", b'<definitions xmlns:w="http://spiffworkflow.org/bpmn/schema/1.0/core" ')


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    publish(town, {"pools.bpmn": TOGETHER})
    return town


def publish(town: Town, files: dict[str, bytes], draft: str | None = None) -> None:
    with begin(town.store, SYSTEM) as tx:
        draft = draft or import_process(tx, files)
        propose(tx, draft, "As agreed")
        release(tx, draft)


def test_every_executable_pool_is_released_and_started_by_itself(town: Town) -> None:
    with reading(town.store, SYSTEM) as tx:
        found = {record.process_id: record for record in publications.all_released(tx)}
        assert {process_id: record.title for process_id, record in found.items()} == {
            "customer": "Customer",
            "shop": "Shop",
        }
        assert found["customer"].digest == found["shop"].digest
        assert [each.process_id for each in startable(tx)] == ["customer"], "a shop begins by a message only"
        assert {name: each.receives for name, each in neighbours(tx).items()} == {
            "customer": {"answer"},
            "shop": {"order"},
        }


def test_the_version_of_a_pool_tells_what_is_released_with_it(town: Town) -> None:
    with reading(town.store, SYSTEM) as tx:
        for record in publications.all_released(tx):
            found = publication(tx, record.id)
            assert (found.process_title, *found.beside) in {("Customer", "Shop"), ("Shop", "Customer")}


def test_a_case_of_one_begins_a_case_of_the_other_and_gets_its_answer(town: Town) -> None:
    customer = town.start("customer")
    town.run()
    (shop,) = town.cases("shop")
    assert (town.tasks(shop.id), town.tasks(customer)) == (["s_pack"], [])
    town.do(shop.id, "s_pack")
    town.run()
    assert town.case(shop.id).state == "completed"
    assert town.tasks(customer) == ["c_read"]
    assert town.facts(customer, "message.received")["sender"] == shop.id


def test_an_answer_without_a_key_goes_to_the_case_that_asked(town: Town) -> None:
    first, second = town.start("customer"), town.start("customer")
    town.run()
    shops = town.cases("shop")
    assert len(shops) == 2
    town.do(shops[1].id, "s_pack")
    town.run()
    assert (town.tasks(first), town.tasks(second)) == ([], ["c_read"])
    town.do(shops[0].id, "s_pack")
    town.run()
    assert town.tasks(first) == ["c_read"]
    assert town.failed() == []


def test_a_message_flow_decides_who_gets_a_message_of_that_name(town: Town) -> None:
    other = "message begin start = order\nuser look assignGroup=service_desk\nbegin -> look"
    town.release("office", other)
    waits = "start s\nmessage wait = answer\nuser look assignGroup=service_desk\ns -> wait\nwait -> look"
    town.release("desk", waits)
    desk, customer = town.start("desk"), town.start("customer")
    town.run()
    assert (town.cases("office"), len(town.cases("shop"))) == ([], 1)
    town.do(town.cases("shop")[0].id, "s_pack")
    town.run()
    assert (town.tasks(desk), town.tasks(customer)) == ([], ["c_read"])


def test_an_answer_that_comes_too_early_is_kept_for_the_case_that_asked(town: Town) -> None:
    slow = TOGETHER.replace(b'sourceRef="c_order" targetRef="c_answer"', b'sourceRef="c_order" targetRef="c_slow"')
    between = b'<manualTask id="c_slow" name="Sleep"/><sequenceFlow id="c5" sourceRef="c_slow" targetRef="c_answer"/>'
    slow = slow.replace(b'<manualTask id="c_read"', between + b'<manualTask id="c_read"')
    slow = slow.replace(b"<flowNodeRef>c_read", b"<flowNodeRef>c_slow</flowNodeRef><flowNodeRef>c_read")
    publish(town, {"pools.bpmn": slow})
    asked, waiting = town.start("customer"), town.start("customer")
    town.run()
    town.do(waiting, "c_slow")
    town.do(town.cases("shop")[0].id, "s_pack")
    town.run()
    assert (town.tasks(asked), town.tasks(waiting)) == (["c_slow"], []), "the one that waits did not ask this shop"
    town.do(asked, "c_slow")
    town.run()
    assert (town.tasks(asked), town.tasks(waiting)) == (["c_read"], [])


def test_a_draft_of_either_holds_both_and_there_is_one_at_a_time(town: Town) -> None:
    with begin(town.store, SYSTEM) as tx:
        draft = begin_draft(tx, "shop")
    with begin(town.store, SYSTEM) as tx, pytest.raises(Conflict):
        begin_draft(tx, "customer")
    with begin(town.store, SYSTEM) as tx:
        save_draft(tx, draft, {"pools.bpmn": TOGETHER.replace(b'name="Pack"', b'name="Wrap"')}, 1)
    publish(town, {}, draft)
    with reading(town.store, SYSTEM) as tx:
        assert {record.process_id: record.version for record in publications.all_released(tx)} == {
            "customer": 2,
            "shop": 2,
        }


def test_a_pool_that_its_file_no_longer_holds_begins_no_new_cases(town: Town) -> None:
    customer = town.start("customer")
    town.run()
    publish(town, {"pools.bpmn": ALONE})
    with reading(town.store, SYSTEM) as tx:
        assert [record.process_id for record in publications.all_released(tx)] == ["customer"]
    (shop,) = town.cases("shop")
    town.do(shop.id, "s_pack")
    town.run()
    assert town.tasks(customer) == ["c_read"], "what had begun goes on"


def test_a_process_with_a_release_from_another_file_is_not_taken_over(store: Installation) -> None:
    town = Town(store)
    town.release("shop", "start s\nend e\ns -> e")
    with begin(store, SYSTEM) as tx, pytest.raises(Unacceptable, match="file of its own"):
        propose(tx, import_process(tx, {"pools.bpmn": TOGETHER}), "As agreed")


def test_a_task_sends_along_its_message_flow_as_it_ends(store: Installation) -> None:
    town = Town(store)
    publish(
        town, {"pools.bpmn": BY_TASK.replace(b"<flowNodeRef>", b"<flowNodeRef>c_order</flowNodeRef><flowNodeRef>", 1)}
    )
    customer = town.start("customer", amount=7)
    town.run()
    assert (town.tasks(customer), town.cases("shop")) == (["c_order"], []), "nothing is sent before the work is done"
    town.do(customer, "c_order")
    town.run()
    (shop,) = town.cases("shop")
    assert town.data(shop.id) == {"amount": 7}
    town.do(shop.id, "s_pack")
    town.run()
    assert town.tasks(customer) == ["c_read"], "the answer finds the case that asked"
