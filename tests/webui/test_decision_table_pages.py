"""The page of a decision table: what is wrong at which cell, what the table says to inputs, and saving."""

import json
from typing import Any

import pytest

from bpmn.decisions import evaluate, read_decisions
from tests.webui.conftest import House, Visitor, hidden
from tests.webui.test_publishing_pages import begun, revision

MATRIX = "/files/priority.dmn/tables/matrix"


@pytest.fixture
def owner(house: House) -> tuple[Visitor, str]:
    return begun(house)


def sheet(owner: Visitor, draft: str, place: str = MATRIX) -> dict[str, Any]:
    return ask(owner, draft, {}, place=place, sheetless=True)


def ask(
    owner: Visitor, draft: str, document: dict[str, Any], *, place: str = MATRIX, sheetless: bool = False
) -> dict[str, Any]:
    """What the server says to a sheet; without one, the sheet that stands on the page."""
    if sheetless:
        page = owner.get(f"{draft}{place}").get_data(as_text=True)
        raw = page.split('data-sheet="')[1].split('"')[0]
        found = json.loads(raw.replace("&#34;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&amp;", "&"))
        assert isinstance(found, dict)
        return found
    answer = owner.client.post(f"{draft}{place}/look", json=document, headers={"X-CSRFToken": owner.token()})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    given = answer.get_json()
    assert isinstance(given, dict)
    return given


def put(owner: Visitor, draft: str, document: Any, seen: str) -> tuple[int, dict[str, Any]]:
    headers = {"X-CSRFToken": owner.token(), "If-Match": f'"{seen}"'}
    answer = owner.client.put(f"{draft}{MATRIX}", json=document, headers=headers)
    return answer.status_code, answer.get_json()


def test_the_matched_rules_and_the_names_that_are_asked_for(owner: tuple[Visitor, str]) -> None:
    found = sheet(*owner)
    told = ask(*owner, {"sheet": found, "inputs": {"impact": "high", "urgency": "low"}})
    choices = ["high", "medium", "low"]
    assert told["faults"] == []
    assert told["asks"] == [
        {"name": name, "type": "string", "choices": choices, "shown": "string"} for name in ("impact", "urgency")
    ]
    assert told["result"]["matched"] == [3]
    assert told["result"]["value"] == '"P3"'


def test_what_is_wrong_is_told_at_its_cell(owner: tuple[Visitor, str]) -> None:
    found = sheet(*owner)
    found["rules"][1]["cells"] = ['"high', '"low"', '"P1" +']
    found["inputs"][1]["text"] = ""
    faults = ask(*owner, {"sheet": found})["faults"]
    assert [(one["rule"], one["column"]) for one in faults] == [(None, 1), (2, 0), (2, 2)]
    assert "no closing quotation mark" in faults[1]["message"]


def test_overlapping_rules_are_an_error_and_lit(owner: tuple[Visitor, str]) -> None:
    found = sheet(*owner)
    found["rules"].append({"at": -1, "cells": ["", "", '"P9"'], "notes": [""]})
    told = ask(*owner, {"sheet": found, "inputs": {"impact": "high", "urgency": "low"}})
    assert told["result"]["matched"] == [3, 10]
    assert "at most one may" in told["result"]["failure"]


def test_a_decision_shows_what_it_requires(owner: tuple[Visitor, str]) -> None:
    place = "/files/priority.dmn/tables/priority"
    found = sheet(*owner, place)
    inputs = {"impact": "high", "urgency": "high", "raise_priority": "false"}
    told = ask(*owner, {"sheet": found, "inputs": inputs}, place=place)
    assert told["result"]["value"] == '"P1"'
    assert told["result"]["matched"] == [8]
    assert told["result"]["problems"] == []
    assert [(one["name"], one["rules"]) for one in told["result"]["required"]] == [("matrix", [1])]


def test_a_table_is_saved_once_for_a_revision(owner: tuple[Visitor, str]) -> None:
    found = sheet(*owner)
    found["rules"] = [found["rules"][8], *found["rules"][:8]]
    found["rules"][0]["cells"][2] = '"P4"'
    seen = revision(*owner)
    status, told = put(*owner, {"sheet": found}, seen)
    assert status == 200
    assert [row["at"] for row in told["sheet"]["rules"]] == list(range(9))
    visitor, draft = owner
    content = visitor.get(f"{draft}/files/priority.dmn/download").data
    model = read_decisions(content, "priority.dmn")
    assert evaluate(model, "matrix", {"impact": "low", "urgency": "low"}).value == "P4"
    assert b'id="matrix_low_low"' in content
    assert put(*owner, {"sheet": found}, seen)[0] == 412


def test_a_table_with_mistakes_is_not_saved(owner: tuple[Visitor, str]) -> None:
    found = sheet(*owner)
    found["rules"][0]["cells"][0] = found["rules"][1]["cells"][0] = "> >"
    status, told = put(*owner, {"sheet": found}, revision(*owner))
    assert status == 422
    assert told["message"].count("is not FEEL") == 2


def test_what_is_no_table_is_refused(owner: tuple[Visitor, str]) -> None:
    for document in ({}, [], {"sheet": 1}, {"sheet": {"rules": [[]], "hit_policy": "FIRST", "aggregation": ""}}):
        assert put(*owner, document, revision(*owner))[0] == 422


def test_a_new_table_is_a_file_that_can_be_filled_in(owner: tuple[Visitor, str]) -> None:
    visitor, draft = owner
    seen = hidden(visitor.get(draft).get_data(as_text=True), "seen")
    answer = visitor.post(f"{draft}/tables", {"title": "Approval level", "seen": seen})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/files/approval_level.dmn/tables/approval_level")
    assert "Approval level" in visitor.get(answer.headers["Location"]).get_data(as_text=True)
    assert visitor.post(f"{draft}/tables", {"title": "9", "seen": seen}).status_code == 409


def test_tables_in_force_can_be_tried_and_not_changed(house: House) -> None:
    owner = house.signed_in("process_owner")
    page = owner.get("/processes/incident").get_data(as_text=True)
    version = "/versions/" + page.split("/versions/")[1].split('"')[0].split("/")[0]
    html = owner.get(f"{version}{MATRIX}").get_data(as_text=True)
    assert 'data-may-edit="no"' in html
    assert "Save draft" not in html
    found = sheet(owner, version)
    told = ask(owner, version, {"sheet": found, "inputs": {"impact": "low", "urgency": "low"}})
    assert told["result"]["matched"] == [9]
    assert put(owner, version, {"sheet": {**found, "hit_policy": "FIRST"}}, "1")[0] in {403, 409}
    assert owner.get(f"{version}/files/priority.dmn/tables/nothing").status_code == 404
    assert owner.get(f"{version}/files/process.toml/tables/matrix").status_code == 404
