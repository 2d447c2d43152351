"""The same models through the pages: imported, uploaded into a draft, and looked at wherever they are shown then."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import process_time
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.acts import people, setting_up
from engine.acts.importing import import_process
from engine.installation import Installation, open_installation
from engine.model.person import SYSTEM, Actor
from engine.settings import Settings
from engine.storage import migrations
from engine.transaction import begin
from tests.hostile.making import SOUND, Files
from tests.webui.conftest import csrf_of, hidden
from webui import create_app

BROKEN: Final = 500
FOLLOW: Final = 303
OWN: Final = SOUND.replace(b'<process id="', b'<process id="own_')


@dataclass(frozen=True, kw_only=True)
class Door:
    """An installation whose author has an open draft; the drafts of the models are made in children, and taken back."""

    app: Flask
    installation: Installation
    author: str
    draft: str

    def client(self) -> FlaskClient:
        """The author's browser."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = self.author
            session["_fresh"] = True
        return client


@cache
def door() -> Door:
    """Made once, before the children part."""
    folder = Path(tempfile.mkdtemp(prefix="keelson-hostile-"))
    installation = open_installation(
        Settings.read({"KEELSON_DATA": str(folder)}), clock=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    )
    migrations.upgrade(installation.database)
    with begin(installation, SYSTEM) as tx:
        setting_up.prepare(tx)
        person = people.add_person(tx, login="author", name="Author")
        people.grant_role(tx, person.id, "process_owner")
        session = f"{person.id}:{person.sessions}:author"
    with begin(installation, Actor(person_id=person.id, name="Author", roles=frozenset({"process_owner"}))) as tx:
        draft = "/versions/" + import_process(tx, {"own.bpmn": OWN})
    made = Door(app=create_app(installation), installation=installation, author=session, draft=draft)
    made.client().get("/import")
    installation.database.close()
    return made


class Visit:
    """A visit of a child: what each request was answered, and the processor time of the slowest."""

    def __init__(self) -> None:
        self.client = door().client()
        self.said: list[str] = []
        self.slowest = 0.0
        self.token = csrf_of(self.get("/me"))

    def get(self, path: str) -> str:
        """The page there."""
        return self.kept(path, lambda: self.client.get(path)).get_data().decode("utf-8", "replace")

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form there."""
        sent = {"csrf_token": self.token, **fields}
        return self.kept(path, lambda: self.client.post(path, data=sent, content_type="multipart/form-data"))

    def kept(self, path: str, ask: Callable[[], TestResponse]) -> TestResponse:
        begun = process_time()
        answer = ask()
        self.slowest = max(self.slowest, process_time() - begun)
        self.said.append(f"{path.rpartition('/')[2]} {answer.status_code}")
        return answer

    def look_at(self, version: str, files: Files) -> None:
        """Open every page of a version that shows what is in its files."""
        for path in ("", "/reading", "/reading.json", "/diagram.bpmn", *(f"/files/{name}" for name in files)):
            self.get(version + path)


def through_pages(files: Files) -> str:
    """Import the files, upload them once more into what became of them, look at its pages; the worst that was said.

    Where the import is refused the upload goes into a sound draft.
    """
    visit = Visit()
    answer = visit.post("/import", upload=[(io.BytesIO(content), name) for name, content in files.items()])
    taken = answer.status_code == FOLLOW
    version = urlsplit(answer.headers["Location"]).path.removesuffix("/reading") if taken else door().draft
    for name, content in files.items():
        seen = hidden(visit.get(version), "seen")
        visit.post(f"{version}/files", seen=seen, upload=(io.BytesIO(content), name))
    visit.look_at(version, files)
    if taken:
        visit.post(f"{version}/discard")
    broken = [one for one in visit.said if int(one.rpartition(" ")[2]) >= BROKEN]
    return f"broken: {', '.join(broken)}" if broken else f"shown {visit.slowest:.2f}: {', '.join(visit.said)}"
