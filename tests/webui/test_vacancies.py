"""What nobody answers for is said where people begin their day, and to whoever operates the installation."""

from engine.acts import owning
from engine.acts.people import set_active
from engine.model.person import SYSTEM
from engine.transaction import begin
from tests.webui.conftest import House

SAID = "Show what has no owner"


def shows(house: House, role: str, path: str) -> bool:
    return SAID in house.signed_in(role).get(path).get_data(as_text=True)


def test_a_vacancy_is_said_where_people_begin(house: House) -> None:
    assert not shows(house, "service_desk", "/work")
    with begin(house.installation, SYSTEM) as tx:
        set_active(tx, house.people["incident_manager"].id, False)
        owning.watch(tx)
    assert shows(house, "service_desk", "/work")
    assert shows(house, "operator", "/operations")
    assert not shows(house, "caller", "/work")
