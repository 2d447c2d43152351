"""The page of a form: as staff see it while it is edited, what is wrong with it, and saving."""

import json
from typing import Any

import pytest

from tests.webui.conftest import House, Visitor, hidden
from tests.webui.test_publishing_pages import begun, revision

REPORT = "/files/report.form/form"
ASK: dict[str, Any] = {
    "type": "default",
    "id": "report",
    "title": "Report",
    "components": [
        {"type": "checkbox", "id": "a", "key": "for_other", "label": "For somebody <b>else</b>"},
        {
            "type": "textfield",
            "id": "b",
            "key": "who",
            "label": "For whom?",
            "conditional": {"hide": "=for_other != true"},
        },
        {"type": "select", "id": "c", "key": "service", "label": "Service", "properties": {"choices": "services"}},
        {
            "type": "dynamiclist",
            "id": "d",
            "path": "steps",
            "label": "Steps",
            "defaultRepetitions": 1,
            "components": [{"type": "textfield", "id": "e", "key": "what", "label": "What?"}],
        },
    ],
}


@pytest.fixture
def owner(house: House) -> tuple[Visitor, str]:
    return begun(house)


def look(owner: Visitor, draft: str, form: Any, raw: Any = None) -> dict[str, Any]:
    """What the server says to a form as it is in the browser."""
    document = {"form": form if isinstance(form, str) else json.dumps(form), "raw": raw}
    answer = owner.client.post(f"{draft}{REPORT}/look", json=document, headers={"X-CSRFToken": owner.token()})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()
    assert isinstance(told, dict)
    return told


def put(owner: Visitor, draft: str, text: str, seen: str) -> tuple[int, dict[str, Any]]:
    headers = {"X-CSRFToken": owner.token(), "If-Match": f'"{seen}"', "Content-Type": "application/json"}
    answer = owner.client.put(f"{draft}{REPORT}", data=text, headers=headers)
    return answer.status_code, answer.get_json()


def test_the_form_is_shown_as_staff_see_it_before_it_is_saved(owner: tuple[Visitor, str]) -> None:
    told = look(*owner, ASK)
    assert told["defects"] == []
    assert "For somebody &lt;b&gt;else" in told["html"]
    assert ">General" in told["html"], "the services of this installation are offered"
    assert "For whom?" not in told["html"]
    assert "For whom?" in look(*owner, ASK, {"for_other": ["true"]})["html"], "conditions follow what is answered"


def test_rows_are_added_as_on_the_page_of_a_task(owner: tuple[Visitor, str]) -> None:
    told = look(*owner, ASK, {"steps[0].what": ["Look"], "_row": ["add:steps"]})
    assert told["html"].count("What?") == 2
    assert 'value="Look"' in told["html"]


def test_what_is_wrong_is_told_with_its_place(owner: tuple[Visitor, str]) -> None:
    wrong = json.loads(json.dumps(ASK))
    wrong["components"][0]["type"] = "iframe"
    wrong["components"][1]["conditional"]["hide"] = "=1 +"
    told = look(*owner, wrong)
    assert [one["where"] for one in told["defects"]] == ["components[0].type", "components[1].conditional.hide"]
    assert "html" not in told
    assert look(*owner, "{")["defects"]


@pytest.mark.parametrize("raw", [[], "x", {"for_other": "true"}, {"for_other": [1, None]}, {"_row": ["add:nothing"]}])
def test_odd_answers_do_no_harm(owner: tuple[Visitor, str], raw: Any) -> None:
    assert look(*owner, ASK, raw)["defects"] == []


def test_a_form_is_saved_as_it_was_written_and_never_over_a_newer_one(owner: tuple[Visitor, str]) -> None:
    visitor, draft = owner
    text = json.dumps(ASK, indent=2) + "\n"
    seen = revision(visitor, draft)
    status, told = put(visitor, draft, text, seen)
    assert (status, told["version"] > int(seen)) == (200, True)
    assert visitor.get(f"{draft}/files/report.form/download").get_data(as_text=True) == text
    status, told = put(visitor, draft, text, seen)
    assert status == 412
    status, told = put(visitor, draft, '{"components": [{"type": "html"}]}', revision(visitor, draft))
    assert (status, "components[0]" in told["message"]) == (422, True)
    assert visitor.get(f"{draft}/files/report.form/download").get_data(as_text=True) == text


def test_a_new_form_begins_empty_under_a_name_of_its_own(owner: tuple[Visitor, str]) -> None:
    visitor, draft = owner
    fields = {"title": "Assess the  risk", "seen": revision(visitor, draft)}
    answer = visitor.post(f"{draft}/forms", fields)
    assert answer.headers["Location"].endswith("/files/assess_the_risk.form/form")
    assert visitor.get(answer.headers["Location"]).status_code == 200
    again = {**fields, "seen": revision(visitor, draft)}
    assert visitor.post(f"{draft}/forms", again).status_code == 409
    assert visitor.post(f"{draft}/forms", {**again, "title": "1"}).status_code == 409


def test_a_form_of_a_release_is_looked_at_and_not_saved(house: House, owner: tuple[Visitor, str]) -> None:
    visitor, draft = owner
    desk = house.signed_in("service_desk")
    assert desk.get(f"{draft}{REPORT}").status_code in {403, 404}
    page = visitor.get("/processes/incident").get_data(as_text=True)
    released = page.rsplit('<a href="/versions/', maxsplit=1)[1].split('"')[0]
    shown = visitor.get(f"/versions/{released}{REPORT}")
    assert 'data-may-edit="no"' in shown.get_data(as_text=True)
    assert put(visitor, f"/versions/{released}", json.dumps(ASK), "1")[0] == 409


def test_what_is_no_form_has_no_such_page(owner: tuple[Visitor, str]) -> None:
    visitor, draft = owner
    assert visitor.get(f"{draft}/files/process.toml/form").status_code == 404
    assert visitor.get(f"{draft}/files/none.form/form").status_code == 404
    assert hidden(visitor.get(draft).get_data(as_text=True), "seen")
