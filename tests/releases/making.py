"""The store of this release: an organisation with a live case of every kind, as its fixture keeps it.

What is made here is never made again for a release that is out: its archive is kept and opened by every later one.
"""

import io
import json
import sqlite3
import tarfile
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import zstandard

from engine import worker
from engine.acts import (
    attaching,
    batches,
    claiming,
    connecting,
    drafting,
    measuring,
    people,
    publishing,
    registering,
    remembering,
    signing_in,
    steering,
)
from engine.acts.registering import Wanted
from engine.acts.starting import start_case
from engine.model.person import SYSTEM
from engine.reports.migrating import movable
from engine.storage import migrations, publications
from engine.transaction import begin
from forms.answers import Answers
from forms.data import Value
from forms.files import FileAnswer, Uploaded
from tests.journeys.story import Case, Story
from tests.journeys.test_incident_journey import CLOSE, CLOSING, CONFIRM, DIAGNOSE, LOG, PRINTER, escalated, fixed
from tests.parts.organisation import settled
from tests.releases.processes import PROCESSES, files
from tests.storage_contract.stores import build

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = Path(__file__).parent / "stores"
PASSWORD: Final = "paper boat on the river"
SECRET: Final = "opensesame"
PICTURE: Final = b"\x89PNG no picture at all"
ADDRESS: Final = "http://127.0.0.1:9/orders"
"""Nobody answers there: calls to it fail."""


def name() -> str:
    """What the archive of this release is called: revision of the schema, version."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return f"{migrations.head()}-{facts['project']['version']}.tar.zst"


def make(folder: Path) -> Path:
    """Make the store of this release in an empty folder and pack it; gives the archive."""
    url = f"sqlite:///{folder}/keelson.sqlite"
    build(url)
    organisation = settled(url, folder)
    try:
        made = _fill(Story(organisation))
    finally:
        organisation.installation.close()
    facts = {"at": organisation.clock.now.isoformat(), "cases": made}
    return _packed(folder, facts)


def _fill(story: Story) -> dict[str, str]:
    """Fill the store; gives the number of each case by what it is there for."""
    organisation = story.organisation
    with begin(organisation.installation, SYSTEM) as tx:
        publishing.load_library(tx, {process_id: files(process_id) for process_id in PROCESSES})
    _people(story)
    cases = {**_incidents(story), **_waits(story), **_meeting(story), **_records(story), **_outside(story)}
    _publications(story)
    with organisation.acting("olga") as tx:
        steering.suspend_case(tx, cases.pop("suspended later").id, "The vendor asked for it.")
        newest = publications.released(tx, "called")
        assert newest is not None
        batches.start_batch(tx, newest.id, movable(tx, newest.id), {}, "To the second release.")
    with begin(organisation.installation, SYSTEM) as tx:
        measuring.count_cases(tx, 1)
        remembering.remember(tx, "a post", "/cases/INC-1001", lifetime=timedelta(days=1))
    return {label: case.number for label, case in cases.items()}


def _people(story: Story) -> None:
    """Passwords, links, grants that ended or have not begun, an account that is closed."""
    organisation = story.organisation
    with organisation.acting("ada") as tx:
        gone = people.add_person(tx, login="gert", name="Gert Gone", email="gert@example.org")
        grant = people.grant_role(tx, gone.id, "service_desk", reason="Holiday cover")
        people.revoke_role(tx, grant.id, "Back from holiday")
        people.set_active(tx, gone.id, False)
        later = tx.now() + timedelta(days=30)
        people.grant_role(tx, story.carla.id, "service_desk", valid_from=later, reason="Moves to the desk")
        token = people.make_password_link(tx, story.sam.id)
        people.make_password_link(tx, story.dora.id)
    with begin(organisation.installation, SYSTEM) as tx:
        signing_in.use_link(tx, token, password_hash=signing_in.hash_password(PASSWORD))


def _incidents(story: Story) -> dict[str, Case]:
    organisation = story.organisation
    filed = _reported_with_file(story)
    claimed = escalated(story)
    story.wanda.takes(claimed, DIAGNOSE)
    drafted = story.carla.reports(**PRINTER)
    with organisation.acting("sam") as tx:
        claiming.claim(tx, drafted.task(LOG).id)
        drafting.keep_draft(tx, f"task:{drafted.task(LOG).id}", {"title": ["Half a"], "group": ["support_network"]})
    with organisation.acting("colin") as tx:
        drafting.keep_draft(tx, "start:incident", {"title": ["Not yet sent"], "description": ["Every morning"]})
    story.pass_time(hours=1)
    rested = fixed(story)
    ended = fixed(story)
    story.carla.does(ended, CONFIRM, works="yes", satisfaction="5")
    story.sam.does(ended, CLOSE, **CLOSING)
    asked = escalated(story)
    story.wanda.does(asked, DIAGNOSE, findings="Nothing yet.", result="ask_caller", question="Since when?")
    back = escalated(story)
    with organisation.acting("olga") as tx:
        logged = next(task for task in back.tasks("completed") if task.title == LOG)
        steering.go_back_to(tx, logged.id, "It went to the wrong group.")
    cancelled = story.carla.reports(**PRINTER)
    story.ines.cancels(cancelled, "Reported twice.")
    suspended = fixed(story)
    return {
        "with a file": filed,
        "claimed": claimed,
        "with a draft": drafted,
        "clock rests": rested,
        "ended": ended,
        "question asked": asked,
        "gone back": back,
        "cancelled": cancelled,
        "suspended later": suspended,
        "suspended": suspended,
    }


def _reported_with_file(story: Story) -> Case:
    sent = Uploaded(name="screen.png", content=PICTURE, content_type="image/png")
    values: dict[str, Value] = {**PRINTER, "attachments": [sent.value], "noticed": "2026-11-23T08:30:00Z"}
    with story.organisation.acting("carla") as tx:
        given = (FileAnswer(path="attachments.0", digest=sent.digest, file=sent),)
        made = start_case(tx, "incident", Answers(values=values, personal=frozenset({"description"}), files=given))
    attaching.keep_file(story.organisation.installation, PICTURE)
    return Case(story.organisation, made)


def begun(story: Story, process_id: str, **values: Value) -> Case:
    """A case of one of the drawn processes, and what follows at once."""
    with story.organisation.acting("sam") as tx:
        made = start_case(tx, process_id, Answers(values=values, personal=frozenset()))
    worker.run_due(story.organisation.installation)
    return Case(story.organisation, made)


def _waits(story: Story) -> dict[str, Case]:
    """What one case waits for: timers, some of them fired already, people in turn and together, events."""
    day = story.organisation.clock.now.date() + timedelta(days=1)
    timers = begun(story, "timers", day=day.isoformat())
    scopes = begun(story, "scopes")
    many, turn = (begun(story, "many", people=["Anna", "Ben", "Clara"]) for _ in range(2))
    done(story, many, "each", 1)
    done(story, turn, "each", 3)
    done(story, turn, "next", 1)
    watching = begun(story, "watching", degrees=20)
    race = begun(story, "race")
    shared = begun(story, "shared")
    story.pass_time(hours=13)
    return {
        "timers": timers,
        "scopes": scopes,
        "many": many,
        "in turn": turn,
        "watching": watching,
        "race": race,
        "offered to several": shared,
    }


def _meeting(story: Story) -> dict[str, Case]:
    """Cases that meet: messages awaited and kept, a called case, bound to a release that is not the last."""
    awaiting = begun(story, "messages", order="A")
    sending = begun(story, "sending", order="B", amount=7)
    calling = begun(story, "calling", item="chair")
    return {"awaiting": awaiting, "kept": sending, "calling": calling}


def _outside(story: Story) -> dict[str, Case]:
    """A call that failed for good, one that is due, one tried again later; what operators let calls have."""
    organisation = story.organisation
    with organisation.acting("olga") as tx:
        connecting.allow_host(tx, "127.0.0.1:9", "The old system.")
        connecting.save_secret(tx, "ticket-key", operation="http/request", host="127.0.0.1:9", value=SECRET, seen=0)
    failed = begun(story, "ordering", url=ADDRESS, what="a printer")
    with organisation.acting("sam") as tx:
        waiting = start_case(tx, "ordering", Answers(values={"url": ADDRESS, "what": "a desk"}, personal=frozenset()))
    return {"call failed": failed, "call due": Case(organisation, waiting)}


def _records(story: Story) -> dict[str, Case]:
    """Records that refer to one another, one that a case keeps, and the case that waits behind that."""
    organisation = story.organisation
    with begin(organisation.installation, SYSTEM) as tx:
        host = Wanted(title="host", values={"kind": "server", "serial": "S-1"})
        kept = registering.put(tx, "configuration_item", None, host)
        mail = Wanted(title="mail", values={"kind": "server", "serial": "S-2", "depends_on": [kept.key]})
        registering.put(tx, "configuration_item", None, mail)
    keeping = begun(story, "keeping")
    done(story, keeping, "work", 1)
    return {"keeping": keeping}


def done(story: Story, case: Case, element_id: str, count: int) -> None:
    """Complete so many of the open tasks of an element, one after another."""
    for number in range(count):
        task = next(task for task in case.tasks() if task.element_id == element_id)
        story.sam.hands_in(story.sam.opens(task), said=f"Said {number}")


def _publications(story: Story) -> None:
    """A draft with a change in it, a proposal, and a release that replaced one with a live case on it."""
    organisation = story.organisation
    with organisation.acting("paul") as tx:
        draft = publishing.begin_draft(tx, "incident")
        kept = publications.files(tx, draft)["incident.bpmn"]
        publishing.save_draft(tx, draft, {"incident.bpmn": kept.replace(b"Diagnose and fix", b"Find and fix")}, 1)
        proposed = publishing.begin_draft(tx, "timers")
        publishing.propose(tx, proposed, "Nothing changes, to see how it goes.")
        newer = publishing.begin_draft(tx, "called")
        publishing.propose(tx, newer, "A second release.")
    with organisation.acting("petra") as tx:
        publishing.release(tx, newer)


def _packed(folder: Path, facts: dict[str, Any]) -> Path:
    """The store without what only its connections need, its files and its facts, in one compressed archive."""
    whole = folder / "whole.sqlite"
    with sqlite3.connect(folder / "keelson.sqlite") as connection:
        connection.execute("VACUUM INTO ?", [str(whole)])
    connection.close()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(whole, "keelson.sqlite", filter=_plain)
        archive.add(folder / "files", "files", filter=_plain)
        archive.add(folder / "master-key", "master-key", filter=_plain)
        content = json.dumps(facts, indent=1).encode()
        entry = tarfile.TarInfo("facts.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / name()
    target.write_bytes(zstandard.ZstdCompressor(level=19).compress(packed.getvalue()))
    return target


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry
