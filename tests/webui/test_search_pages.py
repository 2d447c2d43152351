"""One field finds cases, records and what can be asked for: every word must be in it, and only what one may see."""

import pytest

from tests.webui.conftest import REPORT, House
from tests.webui.test_registers_pages import ITEM, add

pytestmark = pytest.mark.usefixtures("reported")


def found(house: House, role: str, words: str) -> str:
    """Give the page of a search."""
    answer = house.signed_in(role).client.get("/search", query_string={"q": words})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_records_are_found_by_their_texts_titles_first(house: House) -> None:
    owner = house.signed_in("process_owner")
    add(owner, "configuration_item", **{**ITEM, "_title": "Rack in the cellar", "notes": "Holds the Zebra printer"})
    add(owner, "configuration_item", **{**ITEM, "_title": "Zebra printer"})
    page = found(house, "service_desk", "printer zebra")
    assert page.index(">Zebra printer<") < page.index(">Rack in the cellar<")
    assert "2 results" in page
    assert "Zebra printer" not in found(house, "service_desk", "printer giraffe")
    assert "Zebra printer" not in found(house, "caller", "zebra"), "callers read no configuration items"


def test_an_exact_key_leads_to_its_record(house: House) -> None:
    owner = house.signed_in("process_owner")
    path = add(owner, "configuration_item", **ITEM)
    assert owner.get("/search?q=ci-1001").headers["Location"].endswith(path)
    assert house.signed_in("caller").get("/search?q=ci-1001").status_code == 200, "it is not said that there is one"


def test_a_retired_record_is_not_found(house: House) -> None:
    owner = house.signed_in("process_owner")
    path = add(owner, "configuration_item", **ITEM)
    assert "Core switch" in found(house, "process_owner", "switch")
    owner.post(f"{path}/retire", {"seen": "1", "reason": "Sold"})
    assert "Core switch" not in found(house, "process_owner", "switch")


def test_cases_are_found_by_words_in_any_order_and_by_their_service(house: House, reported: str) -> None:
    first, *_between, last = str(REPORT["title"]).split()
    assert reported in found(house, "service_desk", f"{last} {first}")
    assert reported in found(house, "service_desk", "general"), "the title of the service speaks of it"
    assert reported not in found(house, "service_desk", f"{first} giraffe")


def test_what_may_be_started_is_offered(house: House) -> None:
    assert 'href="/start/incident"' in found(house, "caller", "incident")
    nothing = found(house, "caller", "giraffe")
    assert "Nothing found" in nothing


@pytest.mark.parametrize("words", ["%", "_", "100%", "a\\", "' or 1=1 --", "<b>"])
def test_signs_of_patterns_are_only_signs(house: House, reported: str, words: str) -> None:
    assert reported not in found(house, "service_desk", words)
