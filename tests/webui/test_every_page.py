"""Every page opens for whom it is for, and for nobody else."""

import pytest

from tests.webui.conftest import ROLES, House, first_task

EVERYBODY = ("caller", *ROLES)
STAFF = ("process_owner", "auditor", "operator", "service_desk", "incident_manager", "support_network")


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/work", EVERYBODY),
        ("/work?view=groups", EVERYBODY),
        ("/work?view=overdue&sort=priority&text=x&page=7", EVERYBODY),
        ("/work/rows", EVERYBODY),
        ("/start", EVERYBODY),
        ("/start/incident", EVERYBODY),
        ("/requests", EVERYBODY),
        ("/cases", EVERYBODY),
        ("/search?q=mail", EVERYBODY),
        ("/me", EVERYBODY),
        ("/processes", EVERYBODY),
        ("/processes/incident", EVERYBODY),
        ("/people", ("administrator",)),
        ("/people/new", ("administrator",)),
        ("/people/roles", ("administrator",)),
        ("/operations", ("administrator", "operator")),
        ("/data-protection", ("data_protection",)),
    ],
)
def test_a_page_is_for_its_roles(house: House, path: str, who: tuple[str, ...]) -> None:
    for role in EVERYBODY:
        answer = house.signed_in(role).get(path)
        expected = 200 if role in who else 403
        assert answer.status_code == expected, (role, path, answer.get_data(as_text=True)[-1500:])


@pytest.mark.parametrize(
    "path", ["/services", "/services/new", "/services/general", "/targets", "/working-hours", "/working-hours/office"]
)
def test_records_open_for_who_keeps_them(house: House, path: str) -> None:
    assert house.signed_in("administrator").get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/cases/INC-99999", "/tasks/nope", "/start/nope", "/processes/nope", "/versions/nope", "/link/nope"],
)
def test_what_is_not_there_is_a_page_that_says_so(house: House, path: str) -> None:
    answer = house.signed_in("process_owner").get(path)
    assert answer.status_code in {404, 422}
    assert "<h1>" in answer.get_data(as_text=True)


def test_pages_of_a_case(house: House, reported: str) -> None:
    for role in ("caller", *STAFF):
        assert house.signed_in(role).get(f"/cases/{reported}").status_code == 200, role
        assert house.signed_in(role).get(f"/cases/{reported}/progress.json").status_code == 200, role
        assert house.signed_in(role).get(f"/cases/{reported}/diagram.bpmn").mimetype == "application/xml", role
    assert house.signed_in("administrator").get(f"/cases/{reported}").status_code == 404


@pytest.mark.parametrize("page", ["trace", "trace.json", "moment?seq=1"])
def test_history_is_for_who_traces(house: House, reported: str, page: str) -> None:
    for role in ("auditor", "process_owner", "operator"):
        assert house.signed_in(role).get(f"/cases/{reported}/{page}").status_code == 200, role
    for role in ("service_desk", "caller"):
        assert house.signed_in(role).get(f"/cases/{reported}/{page}").status_code == 403, role


def test_the_trace_shows_who_did_what_and_that_the_chain_holds(house: House, reported: str) -> None:
    html = house.signed_in("auditor").get(f"/cases/{reported}/trace").get_data(as_text=True)
    assert "Chain consistent" in html
    assert "Jo Bauer" in html
    assert "8.6.1" in html


def test_a_task_page_shows_form_facts_and_diagram(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    html = desk.get(first_task(desk)).get_data(as_text=True)
    assert reported in html
    assert 'name="title"' in html
    assert "data-diagram-url" in html
    assert "Complete task" in html


def test_nobody_opens_a_page_without_signing_in(house: House) -> None:
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.arguments or rule.endpoint == "static":
            continue
        view = house.app.view_functions[rule.endpoint]
        if getattr(view, "open_to_all", False):
            continue
        answer = house.visitor().get(rule.rule)
        assert answer.status_code == 303, rule.rule
        assert answer.headers["Location"].startswith("/sign-in"), rule.rule
