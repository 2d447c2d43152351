"""Moving cases to another version, page by page, without a line of JavaScript."""

import html as markup

import pytest

from engine import worker
from engine.model.person import SYSTEM
from engine.storage import instances, publications
from engine.transaction import reading
from tests.webui.conftest import House, Visitor, report
from tests.webui.test_publishing_pages import begun, revision, save

LOG, NEW = "INC_Log", "INC_Register"


def page(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-800:]
    return markup.unescape(answer.get_data(as_text=True))


def released(house: House, old: str, new: str) -> str:
    """Release a version of the incident process with this text changed; gives the path of the page to move to it."""
    owner, draft = begun(house)
    content = owner.get(f"{draft}/diagram.bpmn").data
    changed = content
    for mark in ('"{}"', ">{}<") if old == LOG else ("{}",):
        changed = changed.replace(mark.format(old).encode(), mark.format(new).encode())
    assert changed != content
    status, text = save(owner, draft, changed, seen=revision(owner, draft))
    assert status == 200, text
    assert owner.post(f"{draft}/propose", {"note": "Another way"}).status_code == 303
    assert house.signed_in("second_owner").post(f"{draft}/release").status_code == 303
    return f"{draft}/move"


def version(house: House, number: str) -> int:
    with reading(house.installation, SYSTEM) as tx:
        case = instances.by_number(tx, number)
        assert case is not None
        record = publications.get(tx, case.publication_id)
    assert record is not None
    return record.version or 0


def test_with_nothing_to_move_the_page_says_so(house: House) -> None:
    path = released(house, "Confirm the fix", "Is it fixed?")
    assert "Every running case that you see runs on this version already" in page(house.signed_in("operator"), path)
    assert "Move cases to version" not in page(house.signed_in("process_owner"), "/processes/incident")


def test_who_may_not_move_cases_finds_no_way_there(house: House, reported: str) -> None:
    path = released(house, "Confirm the fix", "Is it fixed?")
    for role in ("service_desk", "auditor", "incident_manager", "administrator"):
        visitor = house.signed_in(role)
        assert visitor.get(path).status_code == 403, role
        assert visitor.post(path, {"which": "all", "reason": "x", "act": "start"}).status_code == 403
    assert "/move" not in page(house.signed_in("service_desk"), f"/cases/{reported}")
    assert version(house, reported) == 1


def test_one_case_from_its_own_page(house: House, reported: str) -> None:
    path = released(house, "Confirm the fix", "Is it fixed?")
    operator = house.signed_in("operator")
    assert f"{path}?case={reported}" in page(operator, f"/cases/{reported}")
    assert "1 can be moved" in page(operator, f"{path}?case={reported}")
    fields = {"which": "picked", "case": reported, "act": "start"}
    refused = operator.post(f"{path}?case={reported}", {**fields, "reason": " "})
    assert (refused.status_code, 'aria-invalid="true"' in refused.get_data(as_text=True)) == (422, True)
    moved = operator.post(f"{path}?case={reported}", {**fields, "reason": "The wording was wrong"})
    assert (moved.status_code, moved.headers["Location"]) == (303, f"/cases/{reported}")
    assert version(house, reported) == 2
    html = page(house.signed_in("auditor"), f"/cases/{reported}/trace")
    assert "moved the case to release 2" in html
    assert "The wording was wrong" in html
    html = page(house.signed_in("auditor"), f"/cases/{reported}/trace?stretch=1")
    assert "release 1" in html
    assert "moved the case" not in html
    auditor = house.signed_in("auditor")
    drawn = [auditor.get(f"/cases/{reported}/stretches/{n}/diagram.bpmn").data for n in (1, 2)]
    assert [b"Is it fixed?" in each for each in drawn] == [False, True]
    assert auditor.get(f"/cases/{reported}/stretches/3/diagram.bpmn").status_code == 404
    assert auditor.get(f"/cases/{reported}/trace.json?stretch=1").status_code == 200


def test_what_does_not_map_is_chosen_and_a_batch_reports(house: House, reported: str) -> None:
    path = released(house, LOG, NEW)
    owner = house.signed_in("process_owner")
    assert path in page(owner, "/processes/incident")
    html = page(owner, path)
    assert "1 stays where it is" in html
    assert "It is not in the new version." in html
    assert f'name="map:{LOG}"' in html
    looked = owner.post(path, {"act": "look", f"map:{LOG}": NEW, "reason": "kept", "which": "all"})
    html = markup.unescape(looked.get_data(as_text=True))
    assert "1 can be moved" in html
    assert f'value="{NEW}" selected' in html
    assert 'value="kept"' in html
    wrong = owner.post(path, {"act": "start", f"map:{LOG}": "INC_Start", "reason": "Why", "which": "all"})
    assert wrong.status_code == 422
    started = owner.post(path, {"act": "start", "which": "picked", "reason": "Why"})
    assert started.status_code == 422
    assert "Choose at least one running case" in started.get_data(as_text=True)


@pytest.fixture
def two(house: House, reported: str) -> str:
    """A second case beside the one that was reported."""
    return report(house.signed_in("caller"))


def test_a_batch_is_paused_goes_on_and_tells_of_each_case(house: House, reported: str, two: str) -> None:
    path = released(house, LOG, NEW)
    owner = house.signed_in("process_owner")
    fields = {"act": "start", "which": "all", "reason": "A better name", f"map:{LOG}": NEW}
    started = owner.post(path, fields)
    assert started.status_code == 303
    batch = started.headers["Location"]
    html = page(owner, batch)
    assert "0 of 2 looked at" in html
    assert owner.post(f"{batch}/pause").status_code == 303
    worker.run_due(house.installation)
    assert "0 of 2 looked at" in page(owner, batch)
    assert "Paused" in page(owner, batch)
    assert owner.post(f"{batch}/pause").status_code == 409
    assert owner.post(f"{batch}/resume").status_code == 303
    fragment = owner.get(f"{batch}/progress")
    assert owner.get(f"{batch}/progress", headers={"If-None-Match": fragment.headers["ETag"]}).status_code == 304
    worker.run_due(house.installation)
    html = page(owner, batch)
    assert "2 of 2 looked at: 2 moved, 0 stay" in html
    assert reported in html
    assert "None" in page(owner, f"{batch}?outcome=left")
    assert [version(house, number) for number in (reported, two)] == [2, 2]
    assert "To version 2" in page(owner, "/processes/incident")
    assert house.signed_in("service_desk").get(batch).status_code == 404
    assert owner.post(f"{batch}/fly").status_code == 404
