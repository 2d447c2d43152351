"""A process is taken out of use on its page, with a reason; the pages that spoke of it say so; and it comes back."""

from engine.model.person import SYSTEM
from engine.periods import period_of
from engine.reports import measures, ownership
from engine.transaction import begin
from tests.webui.conftest import House, Visitor

PATH = "/processes/complaint"


def text(visitor: Visitor, path: str, status: int = 200) -> str:
    answer = visitor.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def retired(house: House) -> Visitor:
    owner = house.signed_in("process_owner")
    assert owner.post(f"{PATH}/retire", {"reason": "The desk takes them by phone."}).status_code == 303
    return owner


def test_it_goes_out_of_use_with_a_reason_and_comes_back(house: House) -> None:
    owner = house.signed_in("process_owner")
    assert "sends it “" in text(owner, "/processes/problem")  # whoever takes it out of use knows who needs it
    refused = owner.post(f"{PATH}/retire", {"reason": " "})
    assert (refused.status_code, "Say why, and what takes" in refused.get_data(as_text=True)) == (422, True)
    retired(house)
    html = text(owner, PATH)
    assert "Out of use" in html
    assert "The desk takes them by phone." in html
    assert "Process Owner Person" in html
    assert owner.post(f"{PATH}/retire", {"reason": "Again."}).status_code == 409
    assert owner.post(f"{PATH}/reinstate", {"reason": ""}).status_code == 422
    assert owner.post(f"{PATH}/reinstate", {"reason": "It is missed."}).status_code == 303
    assert "Release 1 in force" in text(owner, PATH)


def test_others_cannot(house: House) -> None:
    desk = house.signed_in("service_desk")
    assert "Take out of use" not in text(desk, PATH)
    assert desk.post(f"{PATH}/retire", {"reason": "It is in my way."}).status_code == 403
    assert house.signed_in("caller").post(f"{PATH}/retire", {"reason": "No."}).status_code == 403
    # Who answers for the process needs no right to release any.
    manager = house.signed_in("incident_manager")
    assert manager.post("/processes/incident/retire", {"reason": "It is replaced."}).status_code == 303


def test_nothing_offers_it_and_every_page_says_so(house: House) -> None:
    caller = house.signed_in("caller")
    assert "/start/complaint" in text(caller, "/start")
    owner = retired(house)
    assert "/start/complaint" not in text(caller, "/start")
    page = text(caller, "/start/complaint", 409)
    assert "This process is out of use" in page
    assert "“Complaint” is out of use" in page
    assert caller.post("/start/complaint", {"text": "It is late"}).status_code == 409
    library = text(owner, "/processes")
    assert library.index("The desk takes them by phone.") > library.index('id="idle-title"')
    assert text(owner, "/processes?text=phone").count(PATH) == 0
    [row] = [row for row in text(owner, "/ownership?show=process").split("<tr>") if f'href="{PATH}"' in row]
    assert "Out of use" in row


def test_a_clause_that_only_it_answers_is_not_answered(house: House) -> None:
    owner = house.signed_in("process_owner")
    [before] = [row for row in text(owner, "/clauses?edition=2005").split("<tr ") if "c-3.3" in row[:20]]
    assert "Not used yet" in before or "Without an owner" in before
    owner.post("/processes/competence/retire", {"reason": "Another tool does it."})
    [row] = [row for row in text(owner, "/clauses?edition=2005").split("<tr ") if "c-3.3" in row[:20]]
    assert "Not answered" in row
    assert "Out of use" in row
    assert "Another tool does it." in row


def test_its_figures_stay_and_its_vacancy_ends(house: House) -> None:
    with begin(house.installation, SYSTEM) as tx:
        assert "process:complaint" in {row.key for row in ownership.ownership(tx).vacant}
    retired(house)
    with begin(house.installation, SYSTEM) as tx:
        period = period_of(tx, "2026-11", "month")
        assert "process:complaint" not in {row.key for row in ownership.ownership(tx).vacant}
        assert "complaint" not in {each.process_id for each in measures.measures(tx, period).processes}
        [alone] = measures.measures(tx, period, "complaint").processes
    assert alone.rows


def test_a_new_version_takes_it_back_into_use(house: House) -> None:
    owner = retired(house)
    draft = owner.post(f"{PATH}/drafts").headers["Location"]
    assert owner.post(f"{draft}/propose", {"note": "It is wanted again"}).status_code == 303
    second = house.signed_in("second_owner")
    assert second.post(f"{draft}/release").status_code == 303
    assert "Release 2 in force" in text(owner, PATH)
    assert "/start/complaint" in text(house.signed_in("caller"), "/start")
