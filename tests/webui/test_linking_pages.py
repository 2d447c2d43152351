"""Linking cases by hand: find, choose, look at both ends, take it back with a reason."""

from tests.webui.conftest import REPORT, House


def another(house: House) -> str:
    answer = house.signed_in("caller").post("/start/incident", {**REPORT, "title": "The scanner is dark"})
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_a_case_is_found_linked_and_the_link_removed(house: House, reported: str) -> None:
    other, desk = another(house), house.signed_in("service_desk")
    assert "None yet." in desk.get(f"/cases/{reported}").get_data(as_text=True)
    assert "Nothing found" in desk.get(f"/cases/{reported}/link?text=zebra").get_data(as_text=True)
    found = desk.get(f"/cases/{reported}/link?text=scanner").get_data(as_text=True)
    assert f'value="{other}" required checked' in found
    refused = desk.post(f"/cases/{reported}/link", {"text": "scanner", "other": other})
    assert (refused.status_code, "how the two cases are related" in refused.get_data(as_text=True)) == (422, True)
    made = desk.post(f"/cases/{reported}/link", {"text": "scanner", "other": other, "kind": "duplicate_of"})
    assert made.status_code == 303
    assert f"/cases/{reported}/unlink/duplicate_of/{other}" in desk.get(f"/cases/{reported}").get_data(as_text=True)
    there = desk.get(f"/cases/{other}").get_data(as_text=True)
    assert "has the duplicate" in there
    path = f"/cases/{other}/unlink/has_duplicate/{reported}"
    assert path in there
    assert "duplicate of" in house.signed_in("auditor").get(f"/cases/{reported}/trace").get_data(as_text=True)
    assert "has the duplicate" in desk.get(path).get_data(as_text=True)
    assert desk.post(path, {"reason": " "}).status_code == 422
    assert desk.post(path, {"reason": "It is another device."}).status_code == 303
    after = desk.get(f"/cases/{reported}").get_data(as_text=True)
    assert "It is another device." in after
    assert "/unlink/" not in after
    assert desk.get(path).status_code == 404


def test_who_only_reports_sees_links_and_changes_none(house: House, reported: str) -> None:
    other, caller = another(house), house.signed_in("caller")
    assert "Linked cases" not in caller.get(f"/cases/{reported}").get_data(as_text=True)
    desk = house.signed_in("service_desk")
    desk.post(f"/cases/{reported}/link", {"text": other, "other": other, "kind": "part_of"})
    page = caller.get(f"/cases/{reported}").get_data(as_text=True)
    assert ("part of" in page, "Link another case" in page, "/unlink/" in page) == (True, False, False)
    assert caller.get(f"/cases/{reported}/link").status_code == 403
    assert caller.post(f"/cases/{reported}/link", {"other": other, "kind": "causes"}).status_code == 403
