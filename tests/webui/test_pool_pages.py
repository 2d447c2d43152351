"""Pools of one file on their pages: each a process of its own, shown together."""

from engine.acts.importing import import_process
from engine.acts.publishing import propose, release
from engine.acts.starting import start_case
from engine.model.person import SYSTEM
from engine.transaction import begin
from forms.answers import Answers
from tests.engine.test_pools import TOGETHER
from tests.webui.conftest import House


def test_pools_are_listed_alone_and_shown_together_with_a_picture_made_for_them(house: House) -> None:
    with begin(house.installation, SYSTEM) as tx:
        draft = import_process(tx, {"pools.bpmn": TOGETHER})
        propose(tx, draft, "As agreed")
        release(tx, draft)
        number = start_case(tx, "customer", Answers(values={}, personal=frozenset())).number
    owner = house.signed_in("process_owner")
    listed = owner.get("/processes").get_data(as_text=True)
    assert "Customer" in listed
    assert "Shop" in listed
    version = owner.get(f"/versions/{draft}").get_data(as_text=True)
    assert "Together with</dt><dd>Shop" in version
    assert "Wait" in version
    assert "Pack" in version
    shown = house.signed_in("auditor").get(f"/cases/{number}/diagram.bpmn").data
    assert b"BPMNShape" in shown, "the file has no picture"
    assert b"BPMNShape" not in owner.get(f"/versions/{draft}/files/pools.bpmn/download").data, "it is kept as it came"
