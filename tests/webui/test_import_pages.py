"""Import: files of another tool become a draft, byte for byte, and a page says how they were read."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.webui.conftest import House, Visitor

ROOM = (Path(__file__).parents[1] / "browser" / "room.bpmn").read_bytes()


def send(owner: Visitor, *files: tuple[str, bytes]) -> tuple[int, str, str]:
    """Status, address it leads to, page."""
    data = {"csrf_token": owner.token(), "upload": [(io.BytesIO(content), name) for name, content in files]}
    response = owner.client.post("/import", data=data, content_type="multipart/form-data")
    return response.status_code, response.headers.get("Location", ""), response.get_data(as_text=True)


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in files.items():
            archive.writestr(name, inside)
    return content.getvalue()


def test_a_model_becomes_a_draft_and_its_reading_is_told(house: House) -> None:
    owner = house.signed_in("process_owner")
    status, reading, _page = send(owner, ("book a room.bpmn", ROOM))
    assert (status, reading.rpartition("/")[2]) == (303, "reading")
    html = owner.get(reading).get_data(as_text=True)
    assert "Camunda Modeler 5.22.0" in html
    assert "“=persons &gt; 12 and not((starter in (null, &#34;&#34;, [], {})) = true)”" in html
    assert "A form that asks for persons." in html
    assert "camunda:taskListener" in html
    marks = json.loads(owner.get(f"{reading}.json").data)["findings"]
    assert {one["element"] for one in marks} == {"Agree"}
    draft = reading.removesuffix("/reading")
    assert owner.get(f"{draft}/files/book-a-room.bpmn/download").data == ROOM
    assert b"BPMNShape" in owner.get(f"{draft}/diagram.bpmn").data
    assert "Not released yet" in owner.get("/processes").get_data(as_text=True)
    assert send(owner, ("room.bpmn", ROOM))[0] == 409


def test_an_archive_with_decisions_and_folders_is_taken(house: House) -> None:
    owner = house.signed_in("process_owner")
    archive = packed({"model/room.bpmn20.xml": ROOM, "__MACOSX/._room.bpmn": b"x", "model/notes.txt": b"x"})
    status, reading, _page = send(owner, ("room.zip", archive))
    assert status == 303
    assert owner.get(f"{reading.removesuffix('/reading')}/files/room.bpmn/download").data == ROOM


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("room.zip", packed({"../room.bpmn": ROOM}), "cannot be taken"),
        ("room.zip", packed({"/room.bpmn": ROOM}), "cannot be taken"),
        ("room.zip", packed({"a/room.bpmn": ROOM, "b/room.bpmn": ROOM}), "Two files are called room.bpmn."),
        ("room.zip", packed({"room.bpmn": b" " * 21_000_000}), "That is too much"),
        ("room.zip", packed({f"{number}.form": b"{}" for number in range(201)}), "That is too much"),
        ("room.zip", b"PK no archive", "is no archive that can be read"),
        ("room.bpmn", b"<x", "room.bpmn"),
        ("room.bpmn", ROOM.replace(b'isExecutable="true"', b""), "marked executable"),
        ("room.exe", ROOM, "is no file of a process"),
        ("", b"", "Choose a .bpmn file"),
    ],
)
def test_what_cannot_be_taken_is_told(house: House, name: str, content: bytes, told: str) -> None:
    status, _address, page = send(house.signed_in("process_owner"), (name, content))
    assert status == 422
    assert told in page


def test_only_authors_import(house: House) -> None:
    desk = house.signed_in("service_desk")
    assert desk.get("/import").status_code == 403
    assert send(desk, ("room.bpmn", ROOM))[0] == 403
