"""A process owner edits, checks and proposes; a second person releases; broken files change nothing."""

import io
import zipfile

from engine.acts.people import grant_role
from engine.model.person import SYSTEM
from engine.transaction import begin
from tests.bpmn.decisions.writing import (
    conditional,
    context,
    decision,
    file,
    filtered,
    function,
    invocation,
    items,
    iteration,
    knowledge,
    relation,
    table,
    told,
)
from tests.webui.conftest import House, Visitor, hidden


def begun(house: House, role: str = "process_owner") -> tuple[Visitor, str]:
    """A visitor with a draft of the incident process, and its path."""
    owner = house.signed_in(role)
    answer = owner.post("/processes/incident/drafts")
    assert answer.status_code == 303
    return owner, answer.headers["Location"]


def save(owner: Visitor, draft: str, content: bytes, *, seen: str) -> tuple[int, str]:
    answer = owner.client.put(
        f"{draft}/diagram.bpmn",
        data=content,
        content_type="application/xml",
        headers={"X-CSRFToken": owner.token(), "If-Match": f'"{seen}"'},
    )
    return answer.status_code, answer.get_data(as_text=True)


def revision(owner: Visitor, draft: str) -> str:
    return owner.get(f"{draft}/diagram.bpmn").headers["ETag"].strip('"')


def test_from_draft_to_release_by_a_second_person(house: House) -> None:
    owner, draft = begun(house)
    content = owner.get(f"{draft}/diagram.bpmn").data
    changed = content.replace(b"Confirm the fix", b"Is it fixed")
    status, text = save(owner, draft, changed, seen=revision(owner, draft))
    assert status == 200, text
    html = owner.get(draft).get_data(as_text=True)
    assert "Is it fixed" in html
    assert "changed" in html
    answer = owner.post(f"{draft}/propose", {"note": " "})
    assert answer.status_code == 422
    assert owner.post(f"{draft}/propose", {"note": "Say it plainly"}).status_code == 303
    assert "A second person has to release it" in owner.get(draft).get_data(as_text=True)
    assert owner.post(f"{draft}/release").status_code == 403
    second = house.signed_in("second_owner")
    html = second.get(draft).get_data(as_text=True)
    assert "Say it plainly" in html
    assert second.post(f"{draft}/release").status_code == 303
    assert "Release 2 in force" in second.get("/processes/incident").get_data(as_text=True)


def test_a_proposal_goes_back_with_a_reason(house: House) -> None:
    owner, draft = begun(house)
    owner.post(f"{draft}/propose", {"note": "Try this"})
    second = house.signed_in("second_owner")
    assert second.post(f"{draft}/send-back", {"reason": ""}).status_code == 422
    assert second.post(f"{draft}/send-back", {"reason": "Spelling"}).status_code == 303
    assert "Spelling" in owner.get(draft).get_data(as_text=True)
    assert "Edit the diagram" in owner.get(draft).get_data(as_text=True)


def test_a_second_draft_leads_to_the_first(house: House) -> None:
    _owner, draft = begun(house)
    again = house.signed_in("second_owner").post("/processes/incident/drafts")
    assert again.headers["Location"] == draft


def test_a_stale_save_is_refused(house: House) -> None:
    owner, draft = begun(house)
    content, seen = owner.get(f"{draft}/diagram.bpmn").data, revision(owner, draft)
    assert save(owner, draft, content.replace(b"Withdrawn", b"Taken back"), seen=seen)[0] == 200
    status, text = save(owner, draft, content, seen=seen)
    assert status == 412
    assert "since you opened it" in text
    assert b"Taken back" in owner.get(f"{draft}/diagram.bpmn").data
    assert save(owner, draft, content, seen=revision(owner, draft))[0] == 200


def test_broken_and_hostile_diagrams_change_nothing(house: House) -> None:
    owner, draft = begun(house)
    before = owner.get(f"{draft}/diagram.bpmn").data
    hostile = (
        b"<a><b></a>",
        b"",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        before.replace(b'process id="', b'process id="other_'),
    )
    for content in hostile:
        status, text = save(owner, draft, content, seen=revision(owner, draft))
        assert status == 422, text
        assert "message" in text
        assert "root:" not in text
    status, _text = save(owner, draft, b"x" * 6_000_000, seen=revision(owner, draft))
    assert status == 413
    assert owner.get(f"{draft}/diagram.bpmn").data == before


def test_checking_reports_findings_on_their_element_and_saves_nothing(house: House) -> None:
    owner, draft = begun(house)
    before = owner.get(f"{draft}/diagram.bpmn").data
    broken = before.replace(b'value="diagnose"', b'value="no_such_form"')
    answer = owner.client.post(f"{draft}/check", data=broken, headers={"X-CSRFToken": owner.token()})
    assert answer.status_code == 200
    assert answer.json is not None
    findings = answer.json["findings"]
    assert any(one["element"] == "INC_Diagnose" and one["severity"] == "error" for one in findings)
    assert all(one["message"] and one["remedy"] for one in findings)
    assert owner.get(f"{draft}/diagram.bpmn").data == before


def test_a_draft_with_errors_cannot_be_proposed(house: House) -> None:
    owner, draft = begun(house)
    content = owner.get(f"{draft}/diagram.bpmn").data
    save(owner, draft, content.replace(b'value="diagnose"', b'value="no_such_form"'), seen=revision(owner, draft))
    answer = owner.post(f"{draft}/propose", {"note": "Please"})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "no_such_form" in html
    assert "Please" in html


def test_files_are_edited_uploaded_and_taken_out(house: House) -> None:
    owner, draft = begun(house)
    path = f"{draft}/files/confirm.form"
    html = owner.get(path).get_data(as_text=True)
    seen = hidden(html, "seen")
    content = owner.get(f"{path}/download")
    assert content.headers["Content-Disposition"].startswith("attachment")
    text = content.get_data(as_text=True)
    answer = owner.post(path, {"seen": seen, "content": "{not json"})
    assert answer.status_code == 422
    assert "{not json" in answer.get_data(as_text=True)
    assert "The file was not saved" in answer.get_data(as_text=True)
    answer = owner.post(path, {"seen": seen, "content": text.replace('"default"', '"default" ')})
    assert answer.status_code == 303
    assert owner.post(path, {"seen": seen, "content": text}).status_code == 409
    now = revision(owner, draft)
    upload = {"seen": now, "upload": (io.BytesIO(text.encode()), "extra.form")}
    assert owner.post(f"{draft}/files", upload).status_code == 303
    assert "/files/extra.form" in owner.get(draft).get_data(as_text=True)
    upload = {"seen": now, "upload": (io.BytesIO(b"MZ"), "../../evil.exe")}
    assert owner.post(f"{draft}/files", upload).status_code == 422
    assert owner.post(f"{draft}/files/extra.form/remove", {"seen": revision(owner, draft)}).status_code == 303
    assert "/files/extra.form" not in owner.get(draft).get_data(as_text=True)


def test_decisions_are_shown_whatever_they_are_made_of_and_kept_as_they_are(house: House) -> None:
    owner, draft = begun(house)
    parts = {
        "aa": context(("rate", "1 / 3"), ("", "rate * amount")),
        "bb": relation(["name", "age"], ['"Ann"', "30"]),
        "cc": items("first", invocation("ff", base="second")),
        "dd": conditional("late", '"P1"', filtered("known", "item > 7")),
        "ee": iteration("for", "number", "[1..9]", "number + 11"),
        "gg": function(["param"], "param * 12"),
        "hh": table(["impact"], ["level"], ["> 13", '"high"'], policy="FIRST"),
    }
    content = file(
        told("amount", "number"),
        knowledge("ff", ["base: number"], "base + 14"),
        *(decision(name, logic) for name, logic in parts.items()),
        '<decision id="ii" name="ii"/>',
    )
    upload = {"seen": revision(owner, draft), "upload": (io.BytesIO(content), "more.dmn")}
    assert owner.post(f"{draft}/files", upload).status_code == 303
    page = owner.get(f"{draft}/files/more.dmn").get_data(as_text=True)
    for text in (
        *("1 / 3", "rate * amount", "&#34;Ann&#34;", "second", "item &gt; 7", "for number in", "number + 11"),
        *("param * 12", "&gt; 13", "FIRST", "base + 14", "base: number", "Nothing is written that decides."),
    ):
        assert text in page.partition("<textarea")[0], text
    assert owner.get(f"{draft}/files/more.dmn/download").data == content
    unreadable = content.replace(b"13", b"13 +")
    upload = {"seen": revision(owner, draft), "upload": (io.BytesIO(unreadable), "more.dmn")}
    answer = owner.post(f"{draft}/files", upload)
    assert "rule 1, column impact" in answer.get_data(as_text=True)


def test_all_files_come_in_one_archive(house: House) -> None:
    owner, draft = begun(house)
    archive = zipfile.ZipFile(io.BytesIO(owner.get(f"{draft}/files.zip").data))
    assert "incident.bpmn" in archive.namelist()


def test_the_modeler_is_told_what_it_may_offer(house: House) -> None:
    owner, draft = begun(house)
    offered = owner.get(f"{draft}/vocabulary.json").json
    assert offered is not None
    assert {"id": "service_desk", "title": "Service desk"} in offered["roles"]
    assert "diagnose" in {one["id"] for one in offered["forms"]}
    assert offered["decisions"]


def test_who_does_not_author_can_neither_edit_nor_see_drafts(house: House) -> None:
    _owner, draft = begun(house)
    desk = house.signed_in("service_desk")
    assert desk.get(draft).status_code == 403
    assert desk.post("/processes/incident/drafts").status_code == 403
    assert desk.post(f"{draft}/propose", {"note": "x"}).status_code == 403
    auditor = house.signed_in("auditor")
    assert auditor.get(draft).status_code == 200
    assert auditor.get(f"{draft}/modeler").status_code == 409
    assert auditor.post(f"{draft}/files/x.form", {"content": "{}", "seen": "1"}).status_code == 403


def test_throwing_a_draft_away(house: House) -> None:
    owner, draft = begun(house)
    assert owner.post(f"{draft}/discard").status_code == 303
    assert owner.get(draft).status_code == 404


def in_python(house: House) -> tuple[Visitor, str]:
    """A proposal that holds a condition in Python."""
    owner, draft = begun(house)
    content = owner.get(f"{draft}/diagram.bpmn").data
    status, text = save(owner, draft, content.replace(b'= next = "solved"', b"next == 'solved'"), seen="1")
    assert status == 200, text
    assert owner.post(f"{draft}/propose", {"note": "From our tools"}).status_code == 303
    return owner, draft


def test_python_is_shown_before_the_release_and_needs_somebody_who_vouches(house: House) -> None:
    owner, draft = in_python(house)
    assert "FEEL and Python" in owner.get(draft).get_data(as_text=True)
    second = house.signed_in("second_owner")
    html = second.get(draft).get_data(as_text=True)
    assert "condition of fixed at first contact" in html
    assert "<code>next == &#39;solved&#39;</code>" in html
    assert "runs only if somebody vouches for it" in html
    assert f"{draft}/release" not in html
    answer = second.post(f"{draft}/release")
    assert answer.status_code == 422
    assert "nobody vouches for it" in answer.get_data(as_text=True)
    assert second.post(f"{draft}/release", {"vouch": "on"}).status_code == 403
    with begin(house.installation, SYSTEM) as tx:
        grant_role(tx, house.people["second_owner"].id, "operator")
    html = second.get(draft).get_data(as_text=True)
    assert 'name="vouch"' in html
    assert second.post(f"{draft}/release", {"vouch": "on"}).status_code == 303
    assert "which Second Owner vouched for" in second.get(draft).get_data(as_text=True)


def test_feel_alone_needs_nobody_who_vouches(house: House) -> None:
    owner, draft = begun(house)
    owner.post(f"{draft}/propose", {"note": "The same"})
    html = house.signed_in("second_owner").get(draft).get_data(as_text=True)
    assert "FEEL only" in html
    assert "vouch" not in html
