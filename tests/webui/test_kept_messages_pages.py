"""Kept messages on their pages: seen by operators, removed or delivered with a reason."""

from datetime import timedelta

from engine.model.identity import new_id
from engine.model.message import Message, MessageState
from engine.model.person import SYSTEM
from engine.storage import messages
from engine.transaction import begin
from tests.webui.conftest import House

PATH = "/operations/messages"


def kept(house: House) -> str:
    with begin(house.installation, SYSTEM) as tx:
        message = Message(
            id=new_id(),
            name="goods.ordered",
            key="PO-1",
            message_id=None,
            payload={"amount": 7, "who": "Jo Bauer"},
            sender_id=None,
            element_id=None,
            thrown_at=tx.now(),
            expires_at=tx.now() + timedelta(hours=1),
        )
        messages.keep(tx, message, MessageState.KEPT)
    return message.id


def test_an_operator_sees_and_removes_a_message_with_a_reason(house: House) -> None:
    operator, message = house.signed_in("operator"), kept(house)
    assert "goods.ordered" in operator.get(PATH).get_data(as_text=True)
    html = operator.get(f"{PATH}/{message}").get_data(as_text=True)
    assert "PO-1" in html
    assert "Jo Bauer" not in html
    refused = operator.post(f"{PATH}/{message}", {"act": "remove", "reason": ""})
    assert (refused.status_code, "Say why." in refused.get_data(as_text=True)) == (422, True)
    nobody = operator.post(f"{PATH}/{message}", {"act": "deliver", "reason": "It waits"})
    assert (nobody.status_code, 'value="It waits"' in nobody.get_data(as_text=True)) == (409, True)
    assert operator.post(f"{PATH}/{message}", {"act": "remove", "reason": "A mistake"}).status_code == 303
    assert "goods.ordered" not in operator.get(PATH).get_data(as_text=True)
    assert "Removed" in operator.get(f"{PATH}?state=over").get_data(as_text=True)


def test_others_see_none_of_it(house: House) -> None:
    message = kept(house)
    for path in (PATH, f"{PATH}/{message}"):
        assert house.signed_in("service_desk").get(path).status_code == 403
    assert house.signed_in("operator").get(f"{PATH}/nothing").status_code == 404
