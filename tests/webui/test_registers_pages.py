"""Records are kept by people on their pages: added, changed, compared, retired, listed; the calendar and the impact."""

import csv
import io

import pytest

from tests.webui.conftest import House, Visitor, hidden

ITEM = {"_title": "Core switch", "_state": "in use", "kind": "network", "environment": "production"}


def add(visitor: Visitor, record_type: str, **fields: object) -> str:
    """Add a record by its form; gives its address."""
    html = visitor.get(f"/records/{record_type}/new").get_data(as_text=True)
    given = {"seen": "0", "_owner": "", "_once": hidden(html, "_once"), **fields}
    answer = visitor.post(f"/records/{record_type}/new", given)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    return str(answer.headers["Location"])


def test_a_record_from_adding_to_retiring(house: House) -> None:
    owner = house.signed_in("process_owner")
    path = add(owner, "configuration_item", **ITEM)
    assert path == "/records/configuration_item/CI-1001"
    html = owner.get(f"{path}/edit").get_data(as_text=True)
    assert 'value="Core switch"' in html
    given = {**ITEM, "seen": hidden(html, "seen"), "environment": "test", "notes": "=1+1", "_owner": ""}
    assert owner.post(f"{path}/edit", {**given, "_once": hidden(html, "_once")}).status_code == 303
    page = owner.get(path).get_data(as_text=True)
    assert "2 versions" in page
    assert "<del>Production</del> <ins>Test</ins>" in page
    again = owner.post(f"{path}/edit", {**given, "notes": "mine"})
    assert again.status_code == 409
    assert "Nothing of it was saved" in again.get_data(as_text=True)
    assert "mine</textarea>" in again.get_data(as_text=True), "what was typed is not lost"
    assert owner.post(f"{path}/retire", {"seen": "2", "reason": " "}).status_code == 422
    assert owner.post(f"{path}/retire", {"seen": "1", "reason": "Sold"}).status_code == 409
    assert owner.post(f"{path}/retire", {"seen": "2", "reason": "Sold"}).status_code == 303
    page = owner.get(path).get_data(as_text=True)
    assert "Sold" in page
    assert "Core switch" not in owner.get("/records/configuration_item").get_data(as_text=True)
    assert "Core switch" in owner.get("/records/configuration_item?state=retired").get_data(as_text=True)
    assert owner.post(f"{path}/restore", {"seen": "3"}).status_code == 303
    assert "Core switch" in owner.get("/records/configuration_item").get_data(as_text=True)


def test_what_does_not_fit_is_told_beside_what_was_typed(house: House) -> None:
    owner = house.signed_in("process_owner")
    answer = owner.post("/records/risk/new", {"seen": "0", "_title": "", "kind": "service", "effect": "All stops"})
    assert answer.status_code == 422
    assert "Give it a title" in answer.get_data(as_text=True)
    answer = owner.post("/records/risk/new", {"seen": "0", "_title": "A", "kind": "service", "likelihood": "9"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#' in html
    assert 'value="9"' in html


def test_lists_are_searched_filtered_sorted_and_exported(house: House) -> None:
    owner = house.signed_in("process_owner")
    add(owner, "configuration_item", **ITEM, notes="=cmd|' /C calc'!A0")
    add(owner, "configuration_item", **{**ITEM, "_title": "Mail server", "kind": "server", "_state": "planned"})
    address = "/records/configuration_item"

    def titles(query: str) -> list[str]:
        html = owner.get(f"{address}?{query}").get_data(as_text=True)
        return sorted(("Core switch", "Mail server"), key=lambda title: html.find(f">{title}<"))[
            sum(f">{title}<" not in html for title in ("Core switch", "Mail server")) :
        ]

    assert titles("") == ["Core switch", "Mail server"]
    assert titles("sort=title&down=1") == ["Mail server", "Core switch"]
    assert titles("text=MAIL") == ["Mail server"]
    assert titles("text=ci-1001+core") == ["Core switch"]
    assert titles("state=planned") == ["Mail server"]
    assert titles("text=%25") == [], "signs of patterns mean themselves"
    assert "Nothing matches" in owner.get(f"{address}?text=zebra").get_data(as_text=True)
    assert titles("sort=nonsense&page=0") == ["Core switch", "Mail server"]
    answer = owner.get(f"{address}.csv?sort=key")
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [line["title"] for line in lines] == ["Core switch", "Mail server"]
    assert lines[0]["notes"].startswith("'="), "no cell is a formula"
    assert lines[0]["kind"] == "Network"


def test_who_may_not_edit_reads_and_who_may_not_read_finds_nothing(house: House) -> None:
    path = add(house.signed_in("process_owner"), "configuration_item", **ITEM)
    desk, caller = house.signed_in("service_desk"), house.signed_in("caller")
    assert desk.get(path).status_code == 200
    assert f"{path}/edit" not in desk.get(path).get_data(as_text=True)
    assert desk.get(f"{path}/edit").status_code == 403
    assert desk.post(f"{path}/edit", {**ITEM, "seen": "1"}).status_code == 403
    assert desk.post(f"{path}/retire", {"seen": "1", "reason": "x"}).status_code == 403
    assert desk.post("/records/configuration_item/new", {**ITEM, "seen": "0"}).status_code == 403
    assert caller.get(path).status_code == 404
    assert caller.get("/records/configuration_item").status_code == 404
    assert caller.get("/records/article").status_code == 200
    assert desk.get("/records/competence").status_code == 404, "restricted"
    assert "Competences" not in desk.get("/records").get_data(as_text=True)
    assert "Competences" in house.signed_in("auditor").get("/records").get_data(as_text=True)


def test_a_record_shows_what_it_is_related_to_from_both_ends_and_its_impact(house: House) -> None:
    owner = house.signed_in("process_owner")
    switch = add(owner, "configuration_item", **ITEM)
    given = {**ITEM, "_title": "Mail server", "kind": "server", "depends_on": "CI-1001", "services": "general"}
    server = add(owner, "configuration_item", **given)
    assert "is needed by" in owner.get(switch).get_data(as_text=True)
    assert "depends on" in owner.get(server).get_data(as_text=True)
    html = owner.get("/impact/CI-1001").get_data(as_text=True)
    assert "Mail server" in html
    assert "General IT support" in html
    assert "It rests on nothing" in html
    assert "Nothing depends on it" not in owner.get("/impact/CI-1002").get_data(as_text=True)
    assert owner.get("/impact/CI-9").status_code == 404


def test_the_calendar_shows_changes_freezes_and_what_is_in_the_way(house: House) -> None:
    owner = house.signed_in("process_owner")
    assert "Nothing is planned then" in owner.get("/change-calendar").get_data(as_text=True)
    times = {"starts": "2026-11-24T10:00", "ends": "2026-11-24T12:00"}
    add(owner, "planned_change", _title="New firmware", _state="approved", **times)
    add(owner, "freeze_window", _title="Salaries", _state="agreed", reason="They are paid", **times)
    for query in ("", "?view=week", "?at=2026-11-30&view=month", "?at=nonsense"):
        html = owner.get(f"/change-calendar{query}").get_data(as_text=True)
        assert ("New firmware" in html) is True, query
    html = owner.get("/change-calendar").get_data(as_text=True)
    assert "1 conflict" in html
    assert "a freeze" in html
    assert "New firmware" not in owner.get("/change-calendar?at=2027-02-01").get_data(as_text=True)
    assert house.signed_in("caller").get("/change-calendar").status_code == 403


@pytest.mark.parametrize("path", ["/records/nope", "/records/nope/new", "/records/supplier/SPL-9", "/records/nope.csv"])
def test_what_is_not_there_is_told(house: House, path: str) -> None:
    assert house.signed_in("process_owner").get(path).status_code == 404


def test_the_fields_of_a_form_follow_what_is_typed(house: House) -> None:
    owner = house.signed_in("process_owner")
    before = owner.post("/records/agreement/fields", {"kind": "sla"}).get_data(as_text=True)
    after = owner.post("/records/agreement/fields", {"kind": "uc"}).get_data(as_text=True)
    assert 'name="customer"' in before
    assert 'name="customer"' not in after
    assert 'name="contract"' in after
    rows = owner.post("/records/agreement/new", {"kind": "sla", "_row": "add:targets", "_title": "Kept"})
    assert rows.status_code == 200
    assert 'value="Kept"' in rows.get_data(as_text=True)
