"""The operator's part of a case's page, and incidents: each act with a reason, without a line of JavaScript."""

import html as markup
import re
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from engine import worker
from engine.errors import StepFailed
from engine.installation import Installation
from engine.model.job import Job, JobKind
from engine.model.person import SYSTEM
from engine.storage import instances, jobs
from engine.transaction import Transaction, begin, reading
from tests.webui.conftest import House, Visitor, first_task, hidden


@pytest.fixture
def operator(house: House) -> Visitor:
    return house.signed_in("operator")


def page(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-800:]
    return answer.get_data(as_text=True)


def link(html: str, part: str) -> str:
    found = re.search(rf'href="([^"]*{part}[^"]*)"', html)
    assert found, part
    return markup.unescape(found[1])


def preview(html: str) -> dict[str, str]:
    return {label: re.sub("<[^>]+>", "", said) for label, said in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", html)}


def test_the_section_is_for_operators(house: House, operator: Visitor, reported: str) -> None:
    html = page(operator, f"/cases/{reported}")
    assert 'id="steer-title"' in html
    for role in ("caller", "service_desk", "auditor", "incident_manager"):
        visitor = house.signed_in(role)
        assert "steer-title" not in page(visitor, f"/cases/{reported}"), role
        assert visitor.get(f"/cases/{reported}/steer/suspend").status_code == 403
        assert visitor.post(f"/cases/{reported}/steer/suspend", {"reason": "x"}).status_code == 403
    assert house.signed_in("administrator").get(f"/cases/{reported}/steer/suspend").status_code == 404


def test_suspending_and_resuming(house: House, operator: Visitor, reported: str) -> None:
    path = link(page(operator, f"/cases/{reported}"), "steer/suspend")
    assert "Deadlines go on" in page(operator, path)
    refused = operator.post(path, {"reason": " "})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.get_data(as_text=True)
    assert operator.post(path, {"reason": "The vendor looks at it"}).status_code == 303
    assert "The vendor looks at it" in page(operator, f"/cases/{reported}")
    outside = page(house.signed_in("caller"), f"/cases/{reported}")
    assert "Suspended" in outside
    assert "The vendor looks at it" not in outside
    assert "Withdraw" not in outside, "no message is offered meanwhile"
    assert reported in page(operator, "/cases?state=suspended")

    desk = house.signed_in("service_desk")
    task = first_task(desk)
    html = page(desk, task)
    assert "takes no answers" in html
    fields = {"title": "Mail", "service": "general", "impact": "low", "urgency": "low", "category": "email"}
    answer = desk.post(task, {**fields, "seen": hidden(html, "seen"), "solved": "no"}, page=task)
    assert answer.status_code in {409, 422}
    assert operator.post(path, {"reason": "Again"}).status_code == 409

    path = link(page(operator, f"/cases/{reported}"), "steer/resume")
    assert operator.post(path, {"reason": "They are done"}).status_code == 303
    assert "Suspended since" not in page(operator, f"/cases/{reported}")


def test_skipping_and_going_back(operator: Visitor, reported: str) -> None:
    path = link(page(operator, f"/cases/{reported}"), "steer/skip")
    html = page(operator, path)
    assert "ends without answers" in html
    assert preview(html).keys() & {"Tasks opened", "Timers that are set", "The case ends", "It cannot be done"}
    assert operator.post(path, {"reason": "Known", "seen": "99"}).status_code == 409
    assert operator.post(path, {"reason": "Known", "seen": hidden(html, "seen")}).status_code == 303
    case = page(operator, f"/cases/{reported}")
    assert "skipped" in case
    path = link(case, "steer/back")
    html = page(operator, path)
    assert "open again" in html
    assert {"Tasks withdrawn", "Tasks opened"} <= preview(html).keys()
    assert operator.post(path, {"reason": ""}).status_code == 422
    assert operator.post(path, {"reason": "Not known after all"}).status_code == 303
    assert "put the case back" in page(operator, f"/cases/{reported}")
    assert operator.get(f"/cases/{reported}/steer/back/unknown").status_code == 404


def test_moving_the_case(operator: Visitor, reported: str) -> None:
    path = link(page(operator, f"/cases/{reported}"), "steer/move")
    html = page(operator, path)
    targets = re.findall(r'<option value="(\w+)">', html)
    assert targets
    assert operator.post(path, {"reason": "Shortcut", "target": "nowhere"}).status_code == 422
    diagnose = next(target for target in targets if "iagnos" in target)
    asked = operator.post(path, {"reason": "Shortcut", "target": diagnose})
    assert asked.status_code == 200
    html = asked.get_data(as_text=True)
    assert "iagnos" in preview(html)["Tasks opened"]
    assert "Log" in preview(html)["Tasks withdrawn"]
    assert 'value="Shortcut"' in html or ">Shortcut<" in html, "what was typed is kept"
    other = next(target for target in targets if target != diagnose)
    changed = operator.post(path, {"reason": "Shortcut", "target": other, "shown": diagnose})
    assert changed.status_code == 200, "what was shown was another element"
    refused = operator.post(path, {"reason": " ", "target": diagnose, "shown": diagnose})
    assert refused.status_code == 422
    assert preview(refused.get_data(as_text=True)) == preview(html)
    assert operator.post(path, {"reason": "Shortcut", "target": diagnose, "shown": diagnose}).status_code == 303
    assert operator.get(path).status_code == 404, "it does not stand there any more"


def test_correcting_data(house: House, operator: Visitor, reported: str) -> None:
    path = link(page(operator, f"/cases/{reported}"), "steer/data")
    html = page(operator, path)
    assert 'name="value:title"' in html
    seen = {"seen": hidden(html, "seen"), "reason": "Typing error"}
    typed = {
        re.sub("^", "", name): markup.unescape(text)
        for name, text in re.findall(r'name="(value:[^"]+)"[^>]*>([^<]*)</textarea>', html)
    }
    broken = operator.post(path, {**typed, **seen, "value:title": "no quotes"})
    assert broken.status_code == 422
    assert "no quotes" in broken.get_data(as_text=True)
    assert operator.post(path, {**typed, **seen}).status_code == 422, "nothing was changed"
    lone = operator.post(path, {**typed, **seen, "new_value": "1"})
    assert lone.status_code == 422
    changed = {**typed, **seen, "value:title": '"Mail is slow"', "remove": "urgency", "new_name": "n", "new_value": "1"}
    assert operator.post(path, changed).status_code == 303
    case = page(operator, f"/cases/{reported}")
    assert "Mail is slow" in case
    assert "corrected data" in case
    assert operator.post(path, changed).status_code == 409, "the page is too old now"


def test_setting_a_deadline(house: House, operator: Visitor, reported: str) -> None:
    case = page(operator, f"/cases/{reported}")
    path = link(case, "steer/deadline")
    assert operator.post(path, {"reason": "Agreed", "budget": "soon"}).status_code == 422
    assert operator.post(path, {"reason": "Agreed", "budget": ""}).status_code == 422
    asked = operator.post(path, {"reason": "", "budget": "40 h"})
    assert asked.status_code == 200
    assert "Due then" in preview(asked.get_data(as_text=True))
    assert operator.post(path, {"reason": "", "budget": "40 h", "shown": "40 h"}).status_code == 422
    assert operator.post(path, {"reason": "Agreed", "budget": "40 h", "shown": "40 h"}).status_code == 303
    assert "Agreed" in page(operator, f"/cases/{reported}")


def test_what_no_operator_types_is_refused(operator: Visitor, reported: str) -> None:
    case = page(operator, f"/cases/{reported}")
    for act in ("skip", "back", "move", "deadline"):
        for identity in ("unknown", "a%00b", "x" * 5_000, "%ED%A0%80", "01a2065c-c814-7666-b50c-9104b0805b14"):
            path = f"/cases/{reported}/steer/{act}/{identity}"
            assert operator.get(path).status_code == 404
            assert operator.post(path, {"reason": "x", "seen": "1", "target": "INC_Log"}).status_code == 404
    for act in ("suspend", "skip", "move", "deadline"):
        path = link(case, f"steer/{act}")
        for reason in ("a\0b", "x" * 10_001, " \r\n"):
            fields = {"reason": reason, "target": "INC_Log", "shown": "INC_Log"}
            fields |= {"seen": hidden(page(operator, path), "seen")} if act == "skip" else {}
            fields |= {"budget": "40 h", "shown": "40 h"} if act == "deadline" else {}
            assert operator.post(path, fields).status_code == 422, (act, reason[:9])
    path = link(case, "steer/skip")
    for seen in ("", "-1", "9" * 50, "NaN", "a\0b"):
        assert operator.post(path, {"reason": "x", "seen": seen}).status_code in (409, 422)
    path = link(case, "steer/deadline")
    for budget in ("9" * 4_000 + " h", "-1 h", "0", "NaN h", "999999999 d", "1e309 h", "a\0b"):
        assert operator.post(path, {"reason": "x", "budget": budget, "shown": budget}).status_code == 422, budget[:9]
    path = link(case, "steer/data")
    seen = hidden(page(operator, path), "seen")
    for value in ("NaN", "[" * 100_000, '"\\u0000"', '"\\ud800"', "{" * 1_000, "a\0b"):
        fields = {"reason": "x", "seen": seen, "new_name": "n", "new_value": value}
        assert operator.post(path, fields).status_code == 422, value[:9]
    assert hidden(page(operator, path), "seen") == seen, "nothing was changed"


def test_a_number_without_end_fills_no_page(house: House, operator: Visitor, reported: str) -> None:
    """The history wrote it out, digit by digit."""
    path = link(page(operator, f"/cases/{reported}"), "steer/data")
    fields = {"reason": "x", "seen": hidden(page(operator, path), "seen"), "new_name": "n", "new_value": "1e9999999"}
    assert operator.post(path, fields).status_code == 303
    for address in (f"/cases/{reported}", f"/cases/{reported}/trace", path):
        assert len(page(house.signed_in("auditor") if "trace" in address else operator, address)) < 1_000_000


# --- incidents --------------------------------------------------------------------------------------------------------


def test_an_incident_leads_to_its_element_on_the_diagram(house: House, operator: Visitor, reported: str) -> None:
    given_up(house.installation, reported)
    case = page(operator, f"/cases/{reported}")
    assert 'href="#at-INC_Log"' in case
    about = page(operator, link(case, "/operations/incidents/"))
    assert f'href="/cases/{reported}#at-INC_Log"' in about


def failing(tx: Transaction, job: Job) -> None:
    raise StepFailed("INC_Log", "no_flow_taken", "None of the conditions holds.")


def given_up(store: Installation, number: str, wake: worker.Wake = failing) -> None:
    with begin(store, SYSTEM) as tx:
        case = instances.by_number(tx, number)
        assert case is not None
        payload = {"name": "nobody waits", "payload": {}}
        jobs.add(tx, [Job.new(JobKind.MESSAGE, due_at=tx.now(), now=tx.now(), payload=payload, instance_id=case.id)])
    with capture_logs():
        worker.run_due(store, wake=wake)


def test_an_incident_is_shown_counted_and_tried_again(house: House, operator: Visitor, reported: str) -> None:
    assert "No incident is open" in page(operator, "/operations/incidents")
    given_up(house.installation, reported)
    listed = page(operator, "/operations")
    assert re.search(r'Operations<span class="n">1</span>', listed)
    path = link(listed, "/operations/incidents/")
    assert "None of the conditions holds." in page(operator, path)
    case = page(operator, f"/cases/{reported}")
    assert "Incident at Log" in case
    assert "None of the conditions holds." not in page(house.signed_in("caller"), f"/cases/{reported}")
    assert operator.post(path, {"act": "retry", "reason": ""}).status_code == 422
    assert operator.post(path, {"act": "retry", "reason": "Mended"}).status_code == 303
    assert "No incident is open" in page(operator, "/operations/incidents")
    assert reported in page(operator, "/operations/incidents?state=resolved")
    assert operator.post(path, {"act": "retry", "reason": "Mended"}).status_code == 409
    with reading(house.installation, SYSTEM) as tx:
        due = jobs.next_due(tx.connection)
    assert due is not None
    assert due <= house.clock.at + timedelta(seconds=1)


def test_an_incident_is_left_undone(house: House, operator: Visitor, reported: str) -> None:
    given_up(house.installation, reported)
    path = link(page(operator, "/operations/incidents"), "/operations/incidents/")
    assert operator.post(path, {"act": "skip", "reason": "Not needed"}).status_code == 303
    html = page(operator, path)
    assert "Left undone" in html
    assert "Try again" not in html
    assert "left undone" in page(operator, f"/cases/{reported}")


def test_incidents_are_for_operators_and_hide_cases_one_may_not_see(house: House, reported: str) -> None:
    given_up(house.installation, reported)
    assert house.signed_in("service_desk").get("/operations/incidents").status_code == 403
    hidden_from = page(house.signed_in("administrator"), "/operations/incidents")
    assert "A case you may not see" in hidden_from
    assert reported not in hidden_from
    assert "None of the conditions" not in hidden_from
