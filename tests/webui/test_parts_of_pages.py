"""Words, chips, kept input, things done once: the parts pages are made of."""

import errno
import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2.meta import find_undeclared_variables

from engine.acts import remembering
from engine.errors import DatabaseUnavailable, EngineError, Unacceptable
from engine.installation import Installation, open_installation
from engine.model.entry import EntryKind, person_stream
from engine.model.identity import new_id
from engine.model.person import SYSTEM
from engine.reports.deadlines import DeadlineView
from engine.storage import journal
from engine.transaction import begin, reading
from engine.worker import Worker
from forms.reading import read_form
from tests.webui.conftest import House
from webui import answering, assets, words
from webui.answering import Question
from webui.kept import LARGEST, MOST_HERE, Kept, KeptInput
from webui.once import Answer, once
from webui.refusals import refusal_of
from webui.shell import deadline_chip

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 min"),
        (42 * 60 + 59, "42 min"),
        (3600, "1 h"),
        (86399, "23 h"),
        (86400, "1 day"),
        (86400 + 3 * 3600, "1 day 3 h"),
        (2 * 86400, "2 days"),
        (-7200, "2 h"),
    ],
)
def test_spans(seconds: int, said: str) -> None:
    assert words.span(seconds) == said


def test_moments_are_said_as_short_as_they_stay_clear() -> None:
    assert words.short(NOW - timedelta(hours=1), NOW, BERLIN) == "10:00"
    assert words.short(NOW - timedelta(days=1), NOW, BERLIN) == "yesterday 11:00"
    assert words.short(NOW - timedelta(days=30), NOW, BERLIN) == "23 Oct, 12:00"
    assert words.short(NOW - timedelta(days=400), NOW, BERLIN) == "18 Oct 2025"
    assert words.exact(NOW, BERLIN) == "22 Nov 2026, 11:00:00"
    assert words.in_utc(NOW.astimezone(BERLIN)) == "22 Nov 2026, 10:00:00 UTC"
    assert words.ago(NOW - timedelta(seconds=20), NOW) == "just now"


@pytest.mark.parametrize(("name", "two"), [("M. Rossi", "MR"), ("Ana", "AN"), ("Jan van Dyk", "JD"), ("", "")])
def test_initials(name: str, two: str) -> None:
    assert words.initials(name) == two


def clock(**more: object) -> DeadlineView:
    view = DeadlineView(
        name="resolution",
        state="running",
        due_at=NOW + timedelta(hours=3),
        remaining_seconds=3 * 3600,
        consumed_seconds=3600,
        budget_seconds=4 * 3600,
        paused_reason=None,
        at_risk=False,
        breached=False,
        started_at=NOW,
        ended_at=None,
        around_the_clock=True,
    )
    return replace(view, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("view", "tone", "text"),
    [
        (clock(), "good", "3 h left"),
        (clock(due_at=NOW + timedelta(minutes=50)), "warn", "50 min left"),
        (clock(at_risk=True), "warn", "3 h left"),
        (clock(due_at=NOW + timedelta(minutes=20)), "bad", "20 min left"),
        (clock(due_at=NOW - timedelta(hours=2)), "bad", "2 h overdue"),
        (clock(state="paused", due_at=None, paused_reason="Waiting for vendor"), "idle", "paused, waiting for vendor"),
        (clock(state="met", consumed_seconds=360), "good", "met in 6 min"),
        (clock(state="missed", consumed_seconds=18000), "bad", "missed: 5 h of 4 h"),
        (clock(state="cancelled"), "idle", "not needed"),
    ],
)
def test_deadline_chips(house: House, view: DeadlineView, tone: str, text: str) -> None:
    house.clock.at = NOW
    with house.app.test_request_context():
        chip = deadline_chip(view)
    assert (chip.tone, chip.text) == (tone, text)
    assert chip.icon


def typed(**fields: str) -> Kept:
    return Kept(
        person_id="ann", path="/tasks/1", fields={name: [value] for name, value in fields.items()}, files=("f",)
    )


def test_kept_input_is_given_once_and_to_its_author_only(house: House) -> None:
    kept = KeptInput(house.installation)
    fields = {"title": "x", "password": "secret", "csrf_token": "t"}
    token = kept.keep(typed(**fields))
    assert token is not None
    assert kept.take(token, "ann") == typed(title="x")
    assert kept.take(token, "ann") is None
    token = kept.keep(typed(**fields))
    assert token is not None
    assert kept.take(token, "bob") is None
    assert kept.take(token, "ann") is None
    token = kept.keep(typed(**fields))
    assert token is not None
    house.clock.pass_by(hours=3)
    assert kept.take(token, "ann") is None


def test_kept_input_is_bounded_and_purged(house: House) -> None:
    kept = KeptInput(house.installation)
    assert kept.keep(typed(csrf_token="x")) is None
    assert kept.keep(typed(a="x" * LARGEST)) is None
    tokens = []
    for _ in range(remembering.MOST + 1):
        house.clock.pass_by(seconds=1)
        tokens.append(kept.keep(typed(a="x")))
    assert tokens[0] is not None
    assert tokens[-1] is not None
    assert kept.take(tokens[0], "ann") is None
    assert kept.take(tokens[-1], "ann") is not None
    folder = house.installation.settings.data / "kept"
    assert len(list(folder.iterdir())) == remembering.MOST - 1
    house.clock.pass_by(hours=3)
    Worker(house.installation)._round("worker")
    assert list(folder.iterdir()) == []


def test_kept_input_is_found_by_every_process_and_read_by_nobody(house: House) -> None:
    others = [open_installation(house.installation.settings, clock=house.clock) for _ in range(4)]
    token = KeptInput(house.installation).keep(typed(title="Nobody else is to read this"))
    assert token is not None
    (file,) = (house.installation.settings.data / "kept").iterdir()
    assert b"Nobody else" not in file.read_bytes()
    assert token not in file.name
    gate = threading.Barrier(len(others))

    def take(installation: Installation) -> Kept | None:
        gate.wait()
        return KeptInput(installation).take(token, "ann")

    with ThreadPoolExecutor(len(others)) as pool:
        found = list(pool.map(take, others))
    assert [each for each in found if each] == [typed(title="Nobody else is to read this")]
    for installation in others:
        installation.close()


def test_kept_input_stays_in_the_process_while_the_disk_is_full(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    kept = KeptInput(house.installation)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        tokens = [kept.keep(typed(title=f"{number}")) for number in range(MOST_HERE + 1)]
    assert [kept.take(str(token), "ann") for token in (tokens[0], tokens[-1])] == [None, typed(title=f"{MOST_HERE}")]


def test_once_runs_once_whatever_process_it_comes_in(house: House) -> None:
    person = house.people["caller"].id
    others = [open_installation(house.installation.settings, clock=house.clock) for _ in range(2)]
    gate = threading.Barrier(4)

    def post(installation: Installation) -> str:
        def act(answer: Answer) -> str:
            with begin(installation, SYSTEM) as tx:
                return answer(tx, new_id())

        gate.wait(20)
        return once(installation, f"{person}:/x:t", act)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(post, [*others, house.installation, house.installation]))
    assert len(set(results)) == 1
    for each in others:
        each.close()


def test_once_lets_a_failure_be_tried_again(house: House) -> None:
    def act(answer: Answer, *, fails: bool) -> str:
        with begin(house.installation, SYSTEM) as tx:
            text = answer(tx, new_id())
            if fails:
                raise Unacceptable("Not so.")
            return text

    with pytest.raises(Unacceptable):
        once(house.installation, "f", lambda answer: act(answer, fails=True))
    first = once(house.installation, "f", lambda answer: act(answer, fails=False))
    assert once(house.installation, "f", lambda answer: act(answer, fails=False)) == first
    unmarked = {once(house.installation, "", lambda answer: act(answer, fails=False)) for _ in range(2)}
    assert len(unmarked) == 2
    house.clock.pass_by(days=2)
    assert once(house.installation, "g", lambda answer: act(answer, fails=False)) != first


def test_every_error_of_the_engine_has_an_answer() -> None:
    pending = [EngineError]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        refusal = refusal_of(kind.__new__(kind))
        assert refusal.status in {401, 403, 404, 409, 422, 500, 503}, kind
        if kind is not EngineError:
            assert refusal.title != "Something went wrong", kind


def test_a_database_that_is_away_is_a_page_with_a_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = house.signed_in("caller")
    visitor.get("/work")

    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("The database cannot be reached.")

    monkeypatch.setattr("engine.reports.worklist.my_work", away)
    answer = visitor.get("/work")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "The database cannot be reached." in answer.get_data(as_text=True)


def test_a_refused_change_is_put_on_record(house: House) -> None:
    owner = house.signed_in("process_owner")
    assert owner.post("/people/new", {"name": "x", "login": "x"}).status_code == 403
    assert owner.get("/people").status_code == 403
    with reading(house.installation, SYSTEM) as tx:
        entries = journal.entries(tx.connection, person_stream(house.people["process_owner"].id))
    refused = [entry for entry in entries if entry.kind == EntryKind.ACT_REFUSED]
    assert [entry.facts["subject"] for entry in refused] == ["POST /people/new"]


def test_assets_have_hashed_names_and_are_kept_for_ever(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "manifest.json"
    monkeypatch.setattr(assets, "MANIFEST", manifest)
    with house.app.test_request_context():
        assert assets.asset("page.js") == "/static/dist/page.js"
    manifest.write_text('{"page.js": "page-ABC.js"}')
    with house.app.test_request_context():
        assert assets.asset("page.js") == "/static/dist/page-ABC.js"
    manifest.unlink()
    with pytest.raises(assets.BundleMissing):
        assets.names()


LIST_AND_FILE = b"""{"type": "default", "schemaVersion": 19, "id": "f", "components": [
  {"type": "dynamiclist", "id": "l", "path": "items", "allowAddRemove": true, "components": [
    {"type": "textfield", "id": "n", "key": "name", "label": "Name"}]},
  {"type": "filepicker", "id": "p", "key": "proof", "label": "Proof"}]}"""


def test_adding_a_row_loses_no_file(house: House) -> None:
    question = Question(form=read_form(LIST_AND_FILE, "f.form"), context={})
    posted = {"proof": (io.BytesIO(b"abc"), "proof.txt"), "_row": "add:items"}
    login = {"Cookie": f"keelson={session_cookie(house)}"}
    with house.app.test_request_context("/", method="POST", data=posted, headers=login):
        shown = answering.row_action(question, answering.posted())
        assert shown is not None
        html = answering.fields(question, shown)
    assert "proof.txt" in html
    assert 'name="_kept"' in html
    assert 'name="items[0].name"' in html


def session_cookie(house: House) -> str:
    """The cookie of a signed-in person."""
    cookie = house.signed_in("caller").client.get_cookie("keelson")
    assert cookie is not None
    return cookie.value


def _imported(source: str) -> set[str]:
    """What a template imports that does not read the page."""
    tags = re.findall(r'{%-? (?:import|from) "([^"]+)"([^%]*)%}', source)
    return {name for name, how in tags if "with context" not in how}


def test_what_is_imported_reads_nothing_of_the_page(house: House) -> None:
    """It is rendered once a server, not once a page, unless it asks for the page: what it lacks is silently blank."""
    environment = house.app.jinja_env
    sources = {name: environment.loader.get_source(environment, name)[0] for name in environment.list_templates()}
    imported = {name for source in sources.values() for name in _imported(source)}
    assert "shell/macros.html" in imported
    for name in imported:
        assert " with context" not in sources[name]
        assert find_undeclared_variables(environment.parse(sources[name])) <= environment.globals.keys() | {"shown"}
