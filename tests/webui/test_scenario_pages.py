"""Try it: the scenarios of a version on the owner's page."""

import io
import json

from tests.webui.conftest import House, Visitor, hidden
from tests.webui.test_publishing_pages import begun


def add(owner: Visitor, draft: str, name: str, content: bytes) -> int:
    seen = hidden(owner.get(draft).get_data(as_text=True), "seen")
    upload = {"seen": seen, "upload": (io.BytesIO(content), name)}
    data = upload | {"csrf_token": owner.token()}
    return int(owner.client.post(f"{draft}/files", data=data, content_type="multipart/form-data").status_code)


def test_scenarios_are_played_and_their_way_is_drawn(house: House) -> None:
    owner, draft = begun(house)
    assert "/scenarios" in owner.get(draft).get_data(as_text=True)
    html = owner.get(f"{draft}/scenarios").get_data(as_text=True)
    assert "It was reported before" in html
    assert "Not as expected" not in html
    way = json.loads(owner.get(f"{draft}/scenarios/duplicate.scenario.json/path.json").data)
    assert "INC_Duplicate" in way["taken"]
    assert "F_Route_Duplicate" in way["taken"]
    assert (way["counts"]["INC_Log"], way["here"]) == (1, [])
    assert owner.get(f"{draft}/scenarios/nothing.scenario.json/path.json").status_code == 404


def test_a_scenario_of_a_draft_is_a_file_of_it_and_shows_what_came_otherwise(house: House) -> None:
    owner, draft = begun(house)
    reported = {"title": "No mail", "service": "general", "impact": "low", "urgency": "low"}
    content = {
        "data": reported,
        "answers": {"INC_Log": None},
        "stop": {"at": "PT1M"},
        "expect": {"end": ["INC_Closed"]},
    }
    assert add(owner, draft, "mine.scenario.json", json.dumps(content).encode()) == 303
    html = owner.get(f"{draft}/scenarios?scenario=mine.scenario.json").get_data(as_text=True)
    assert "Not as expected" in html
    assert "<td>Incident closed</td><td>—</td>" in html
    assert "Waits at</dt><dd>Log and classify" in html
    assert add(owner, draft, "broken.scenario.json", b"{") == 303
    html = owner.get(f"{draft}/scenarios?scenario=broken.scenario.json").get_data(as_text=True)
    assert "not JSON" in html
    assert "The scenario cannot be read" in owner.get(draft).get_data(as_text=True)


def test_only_authors_play_scenarios(house: House) -> None:
    _owner, draft = begun(house)
    desk = house.signed_in("service_desk")
    assert desk.get(f"{draft}/scenarios").status_code == 403
