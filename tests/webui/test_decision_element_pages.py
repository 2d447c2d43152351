"""The pages of a decision file's elements and types: what is wrong at which box, trying, saving, adding, removing."""

import html
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.webui.conftest import House, Visitor
from tests.webui.test_publishing_pages import begun, revision

FILE = (Path(__file__).parents[1] / "bpmn/decisions/rich.dmn").read_bytes()
PLACE = "/files/rich.dmn"


@pytest.fixture
def owner(house: House) -> tuple[Visitor, str]:
    """An owner with a draft that holds the file."""
    visitor, draft = begun(house)
    data = {"csrf_token": visitor.token(), "seen": revision(visitor, draft), "upload": (io.BytesIO(FILE), "rich.dmn")}
    answer = visitor.client.post(f"{draft}/files", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    return visitor, draft


def given(owner: tuple[Visitor, str], address: str, name: str) -> Any:
    """What stands on a page for its script."""
    page = owner[0].get(f"{owner[1]}{PLACE}{address}").get_data(as_text=True)
    return json.loads(html.unescape(page.split(f'data-{name}="')[1].split('"')[0]))


def sent(
    owner: tuple[Visitor, str], way: str, address: str, document: Any, seen: str = ""
) -> tuple[int, dict[str, Any]]:
    visitor, draft = owner
    headers = {"X-CSRFToken": visitor.token(), "If-Match": f'"{seen}"'}
    answer = visitor.client.open(f"{draft}{PLACE}{address}", method=way, json=document, headers=headers)
    return answer.status_code, answer.get_json()


def test_an_element_is_tried_saved_and_told_what_is_wrong_at_its_box(owner: tuple[Visitor, str]) -> None:
    drawing = given(owner, "/elements/total", "drawing")
    inputs = {"order": '{lines: [{price: 4, "kind of thing": "book"}, {price: 8, "kind of thing": "desk"}]}'}
    _, told = sent(owner, "POST", "/elements/total/look", {"drawing": drawing, "inputs": inputs})
    assert told["faults"] == []
    assert [one["name"] for one in told["asks"]] == ["order"]
    assert told["result"]["value"] == "15"
    seen = revision(*owner)
    drawing["logic"]["parts"][1]["box"]["text"] = "1 +"
    _, told = sent(owner, "POST", "/elements/total/look", {"drawing": drawing})
    assert [one["box"] for one in told["faults"]] == [2]
    assert sent(owner, "PUT", "/elements/total", {"drawing": drawing}, seen)[0] == 422
    drawing["logic"]["parts"][1]["box"]["text"] = "100"
    status, told = sent(owner, "PUT", "/elements/total", {"drawing": drawing}, seen)
    assert status == 200
    assert told["drawing"]["logic"]["parts"][1]["box"]["text"] == "100"
    assert sent(owner, "PUT", "/elements/total", {"drawing": drawing}, seen)[0] == 412


def test_types_are_saved_and_refused(owner: tuple[Visitor, str]) -> None:
    definitions = given(owner, "/types", "definitions")
    definitions[1]["allowed"] = "[0..99]"
    status, told = sent(owner, "PUT", "/types", {"definitions": definitions}, revision(*owner))
    assert status == 200
    assert told["definitions"][1]["allowed"] == "[0..99]"
    definitions[1]["allowed"] = "[0.."
    assert sent(owner, "POST", "/types/look", {"definitions": definitions})[1]["faults"]
    assert sent(owner, "POST", "/types/look", {"definitions": [1]})[0] == 422


def test_elements_are_shown_added_and_removed(owner: tuple[Visitor, str]) -> None:
    visitor, draft = owner
    page = visitor.get(f"{draft}{PLACE}").get_data(as_text=True)
    assert "What needs what" in page
    assert f'href="{draft}{PLACE}/elements/total"' in page
    form = {"kind": "decision", "title": "one more", "seen": revision(*owner)}
    answer = visitor.post(f"{draft}{PLACE}/elements", form)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/elements/one_more")
    again = visitor.post(f"{draft}{PLACE}/elements", {**form, "seen": revision(*owner)})
    assert again.status_code == 409
    gone = visitor.post(f"{draft}{PLACE}/elements/one_more/remove", {"seen": revision(*owner)})
    assert gone.status_code == 303
    assert visitor.get(f"{draft}{PLACE}/elements/one_more").status_code == 404


def test_what_is_no_element_is_refused(owner: tuple[Visitor, str]) -> None:
    for document in ({}, {"drawing": 1}, {"drawing": {"logic": {"kind": "nonsense"}}}):
        assert sent(owner, "PUT", "/elements/total", document, revision(*owner))[0] == 422
