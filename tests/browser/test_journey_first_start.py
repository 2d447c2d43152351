"""An installation started for the first time: its first administrator, and the people he lets in."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WCAG
from tests.browser.saying import answer
from tests.browser.seats import Seats

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("first start")]

PASSWORD = "seven quiet harbours"


def set_password(page: Page, password: str = PASSWORD) -> None:
    answer(page, {"Password": password, "The same password again": password})


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    answer(page, {"Login": login, "Password": password})
    page.get_by_role("button", name="Sign in").click()


def add_person(page: Page, name: str, login: str) -> str:
    """Add a person; gives the address of his page."""
    page.goto("/people")
    page.get_by_role("link", name="Add person").click()
    answer(page, {"Name": name, "Login": login, "Mail address": f"{login}@example.org"})
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_text(f"{name} is added.")).to_be_visible()
    return page.url


def grant(page: Page, role: str, **span: datetime) -> None:
    form = page.locator("form").filter(has=page.get_by_role("heading", name="Grant a role"))
    form.get_by_label("Role or group").select_option(role)
    for label, moment in span.items():
        form.get_by_label(label).fill(moment.strftime("%Y-%m-%dT%H:%M"))
    form.get_by_label("Reason").fill("Starts with us")
    form.get_by_role("button", name="Grant role").click()
    expect(page.get_by_text("The role is granted.")).to_be_visible()


def sections(page: Page) -> str:
    return page.get_by_role("navigation", name="Main").inner_text()


def set_up(empty: Seats, axe_source: str) -> Page:
    """The first administrator's account, made from the printed link."""
    # Given the link that the first start printed, and no other way in
    stranger = empty.take()
    stranger.goto("/work")
    expect(stranger).to_have_url(re.compile(r"/sign-in\?next=/work$"))
    link = empty.keelson.link

    # When its reader makes an account, after a password that is too short
    first = empty.take()
    first.goto(link)
    first.evaluate(axe_source)
    assert not first.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)["violations"]
    answer(first, {"Your name": "Ada Stone", "Login": "ada", "Mail address": "ada@example.org"})
    set_password(first, "short")
    first.get_by_role("button", name="Create the account").click()
    expect(first.locator("#problems")).to_contain_text("12")
    expect(first.get_by_label("Your name")).to_have_value("Ada Stone")
    set_password(first)
    first.get_by_role("button", name="Create the account").click()

    # Then she is signed in, may manage people, and the link works no more
    expect(first.get_by_text("Welcome, Ada Stone.")).to_be_visible()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This link cannot be used")
    return first


def out_and_in(first: Page) -> None:
    # When she signs out, a wrong password keeps her out and says nothing about which part was wrong
    first.locator("header summary").filter(has_text="Ada Stone").click()
    first.get_by_role("button", name="Sign out").click()
    sign_in(first, "ada", "not the one")
    expect(first.locator("#problems")).to_be_visible()
    wrong_password = first.locator("#problems").inner_text()
    sign_in(first, "nobody", "not the one")
    assert first.locator("#problems").inner_text() == wrong_password
    sign_in(first, "ada")
    expect(first.get_by_role("link", name="People")).to_be_visible()


def test_the_first_administrator_and_those_he_lets_in(empty: Seats, axe_source: str) -> None:
    empty.meant |= {422, 403}
    first = set_up(empty, axe_source)
    out_and_in(first)

    # And adds somebody of the service desk, who may start now, and one who may only next week
    now = datetime.now(UTC)
    first_page = add_person(first, "Ben Cole", "ben")
    grant(first, "Service desk", Until=now + timedelta(days=30))
    second_page = add_person(first, "Cleo Marsh", "cleo")
    grant(first, "Auditor", From=now + timedelta(days=7), Until=now + timedelta(days=14))
    expect(first.get_by_text("later", exact=True)).to_be_visible()

    # And hands each of them a link for a password
    arrived, stranger = {}, empty.take()
    for login, page in (("ben", first_page), ("cleo", second_page)):
        first.goto(page)
        first.get_by_role("button", name="Make password link").click()
        given = first.locator("code.copyable").inner_text()
        first.goto(page)
        expect(first.locator("code.copyable")).to_have_count(0)
        one = arrived[login] = empty.take()
        one.goto(given)
        set_password(one)
        one.get_by_role("button", name="Set password").click()
        expect(one.get_by_text("Your password is set.")).to_be_visible()
        stranger.goto(given)
        expect(stranger.get_by_role("heading", level=1)).to_have_text("This link cannot be used")

    # Then Ben works at the service desk, and Cleo is no auditor yet
    assert "Cases" in sections(arrived["ben"])
    assert "History" not in sections(arrived["cleo"])
    arrived["cleo"].goto("/history")
    expect(arrived["cleo"].get_by_role("heading", level=1)).to_have_text("You may not do this")
    arrived["ben"].goto("/people")
    expect(arrived["ben"].get_by_role("heading", level=1)).to_have_text("You may not do this")

    # When his role is ended with a reason, he loses it at once
    first.goto(first_page)
    first.locator("summary").filter(has_text="End").click()
    first.locator("details[open]").get_by_label("Reason").fill("Left the desk")
    first.get_by_role("button", name="End this role now").click()
    expect(first.get_by_text("ended", exact=True)).to_be_visible()
    arrived["ben"].goto("/work?view=groups")
    assert "Services" not in sections(arrived["ben"])
