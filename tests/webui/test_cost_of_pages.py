"""What a page costs, by what can be counted: it must not creep back up."""

import hmac
import sys
from gettext import NullTranslations
from pathlib import Path
from types import FrameType

import pytest
from flask import url_for
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from markupsafe import Markup

from engine import live
from engine.installation import utc_now
from tests.bench.recording import transactions
from tests.webui.conftest import House, Visitor, csrf_of, first_task
from tests.webui.test_working_a_task import LOGGED, opened
from webui import addresses, assets, sessions, shell


@pytest.fixture
def desk(house: House, reported: str) -> tuple[Visitor, str]:
    """A person at the service desk, and a task he has looked at, so that all that is kept is there."""
    visitor = house.signed_in("service_desk")
    path = first_task(visitor)
    for _ in range(2):
        assert visitor.get(path).status_code == 200
    return visitor, path


def test_the_page_of_a_task_sends_few_statements_and_writes_nothing(desk: tuple[Visitor, str]) -> None:
    visitor, path = desk
    with transactions() as said:
        assert visitor.get(path).status_code == 200
    assert len(said) <= 3, "who asks, the task, and what waits"
    assert sum(each.statements for each in said) <= 13, "the configuration items that its form offers are one of them"
    assert not any(each.writes for each in said)


def test_words_and_files_of_a_page_are_looked_up_before(
    desk: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, path = desk
    looked_up: list[str] = []
    stats: list[Path] = []
    rendered: list[str] = []
    stat, template = Path.stat, shell.render_template

    def profile(frame: FrameType, event: str, _given: object) -> None:
        if event == "call" and frame.f_code is NullTranslations.gettext.__code__:
            looked_up.append(frame.f_locals["message"])

    def counted(self: Path, **how: bool) -> object:
        stats.append(self)
        return stat(self, **how)

    def render(name: str, **values: object) -> str:
        rendered.append(name)
        return template(name, **values)

    monkeypatch.setattr(Path, "stat", counted)
    monkeypatch.setattr(shell, "render_template", render)
    sys.setprofile(profile)
    try:
        assert visitor.get(path).status_code == 200
    finally:
        sys.setprofile(None)
    # Templates hold the words that never change; those with values in them, and those of Python, are looked up.
    assert 0 < len(looked_up) <= 12, looked_up
    assert stats.count(assets.MANIFEST) <= 1
    assert rendered == [], "the frame around the page is kept"


def test_the_frame_is_another_one_where_anything_in_it_differs(house: House) -> None:
    desk, caller = house.signed_in("service_desk"), house.signed_in("caller")
    assert house.people["caller"].name not in desk.get("/work").text
    assert house.people["caller"].name in caller.get("/work").text
    assert 'href="/cases"' in desk.get("/work").text
    assert 'href="/cases"' not in caller.get("/work").text
    assert 'value="mailbox &lt;b&gt;"' in desk.get("/search?q=mailbox+<b>").text
    assert "mailbox" not in desk.get("/search?q=").text
    assert desk.token() != caller.token()


def test_a_session_is_signed_anew_when_it_changed_or_is_old(
    desk: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, path = desk
    assert visitor.get(path).headers.getlist("Set-Cookie") == []
    later = utc_now().timestamp() + sessions.RENEWED_AFTER.total_seconds() + 1
    monkeypatch.setattr(sessions, "time", lambda: later)
    renewed = visitor.get(path).headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in renewed] == ["keelson"]
    monkeypatch.undo()
    page = visitor.get(path).text
    told = visitor.client.post(f"{path}/claim", data={"csrf_token": csrf_of(page), "next": "/work"})
    assert [cookie.partition("=")[0] for cookie in told.headers.getlist("Set-Cookie")] == ["keelson"]


def test_addresses_are_those_that_flask_gives(house: House) -> None:
    with house.app.test_request_context():
        for endpoint, values in (
            ("inbox.work", {}),
            ("tasks.page", {"task_id": "01a2-b_c.d"}),
            ("tasks.page", {"task_id": "a b/ü?&"}),
            ("tasks.page", {"task_id": "zztask_idzz"}),
            ("instances.comment", {"number": "INC-1", "next": "/tasks/x"}),
            ("instances.comment", {"number": "INC-1", "next": "/a?b=c d"}),
            ("instances.case", {"number": "INC-1", "_anchor": "x"}),
            ("instances.cases", {"page": 2}),
        ):
            for _ in range(2):
                assert addresses.address(endpoint, **values) == url_for(endpoint, **values)  # type: ignore[arg-type]


def test_sessions_are_signed_as_flask_and_its_parts_sign_them(house: House) -> None:
    ours = sessions.Sessions().get_signing_serializer(house.app)
    theirs = SecureCookieSessionInterface().get_signing_serializer(house.app)
    assert theirs is not None
    assert theirs.loads(ours.dumps({"a": "x"})) == {"a": "x"} == ours.loads(theirs.dumps({"a": "x"}))
    tokens = URLSafeTimedSerializer(str(house.app.secret_key), salt="a purpose")
    short = sessions.Signer(str(house.app.secret_key), salt="a purpose")
    assert tokens.loads(short.dumps("word")) == "word" == short.loads(tokens.dumps("word"))
    with pytest.raises(BadSignature):
        short.loads(tokens.dumps("word", salt="another"))
    for wrong in ("", "x", short.dumps("word")[:-1], "x" + short.dumps("word")):
        with pytest.raises(BadSignature):
            short.loads(wrong)


def test_a_key_is_derived_once_and_a_signature_made_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = sessions.Signer("a key of many letters", salt="a purpose")
    word = signer.dumps("word")
    monkeypatch.setattr(hmac, "new", None)
    monkeypatch.setattr(TimestampSigner, "derive_key", None)
    assert signer.loads(word) == signer.loads(signer.dumps("word")) == "word"


def test_what_a_completed_task_leads_to_is_shown_without_reading_the_case_anew(
    house: House, desk: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, path = desk
    answer = visitor.client.post(path, data={**opened(visitor, path), **LOGGED})
    assert answer.status_code == 303, answer.text
    network = house.signed_in("support_network")
    following = first_task(network)
    monkeypatch.setattr(live, "restore", None)
    assert "Mail does not open" in network.get(following).text


def test_a_task_that_may_be_handed_over_names_nobody_before_it_is(desk: tuple[Visitor, str], house: House) -> None:
    visitor, path = desk
    page = visitor.get(path).text
    assert f'href="{path}/assign"' in page
    assert f'value="{house.people["service_desk"].id}"' not in page
    assert f'value="{house.people["service_desk"].id}"' in visitor.get(f"{path}/assign").text


def test_long_sessions_are_compressed_and_all_are_read_back(house: House) -> None:
    signer = sessions.Sessions().get_signing_serializer(house.app)
    for value in ({"a": "x"}, {"a": "x" * 5000}, {"_flashes": [["good", "done"]], "n": 1, "b": True, "c": '{" d": 1}'}):
        assert signer.loads(signer.dumps(value)) == value
    linked = signer.loads(signer.dumps({"_flashes": [("good", "done"), ("good", Markup("<a>"))]}))
    assert linked == {"_flashes": [("good", "done"), ("good", Markup("<a>"))]}
    assert isinstance(linked["_flashes"][1][1], Markup)
    assert len(signer.dumps({"a": "x" * 5000})) < 500
