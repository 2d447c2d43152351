"""Import: files of another tool become a draft, byte for byte, and a page says how they were read."""

import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tests.engine.rehearsing.written import camunda7, line
from tests.webui.conftest import House, Visitor, csrf_of, first_task, hidden

ROOM = (Path(__file__).parents[1] / "browser" / "room.bpmn").read_bytes()


def send(owner: Visitor, *files: tuple[str, bytes]) -> tuple[int, str, str]:
    """Status, address it leads to, page."""
    data = {"csrf_token": owner.token(), "upload": [(io.BytesIO(content), name) for name, content in files]}
    response = owner.client.post("/import", data=data, content_type="multipart/form-data")
    return response.status_code, response.headers.get("Location", ""), response.get_data(as_text=True)


def packed(files: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", way) as archive:
        for name, inside in files.items():
            archive.writestr(name, inside)
    return content.getvalue()


def spoiled(files: dict[str, bytes]) -> bytes:
    """An archive whose packed bytes make no sense."""
    content = bytearray(packed(files))
    begin = content.index(b".bpmn") + len(b".bpmn")
    content[begin : begin + 60] = b"\xff" * 60
    return bytes(content)


def lying(files: dict[str, bytes], size: int) -> bytes:
    """An archive that says its only file is as small as that, in both places."""
    content = bytearray(packed(files))
    true = len(next(iter(files.values()))).to_bytes(4, "little")
    while (at := content.find(true)) >= 0:
        content[at : at + 4] = size.to_bytes(4, "little")
    return bytes(content)


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
    assert {(one["element"], one["severity"]) for one in marks} == {
        ("Agree", "warning"),
        ("Agree", "error"),
        ("Reserve", "error"),
    }
    draft = reading.removesuffix("/reading")
    assert owner.get(f"{draft}/files/book-a-room.bpmn/download").data == ROOM
    assert b"BPMNShape" in owner.get(f"{draft}/diagram.bpmn").data
    assert "Not released yet" in owner.get("/processes").get_data(as_text=True)
    assert send(owner, ("room.bpmn", ROOM))[0] == 409


FIELDS = (
    '<bpmn:extensionElements><camunda:formData><camunda:formField id="found" label="Found" type="boolean"/>'
    '<camunda:formField id="place" label="Where" type="string"/></camunda:formData></bpmn:extensionElements>'
)
SEARCH = (
    camunda7(
        line(
            '<bpmn:userTask id="look" name="Look for it" camunda:candidateGroups="service_desk">'
            f"{FIELDS}</bpmn:userTask>",
            '<bpmn:serviceTask id="sum" name="Sum up" camunda:expression="${found ? place : null}"'
            ' camunda:resultVariable="answer"/>',
        )
    )
    .replace(b'<bpmn:process id="p"', b'<bpmn:process id="search" name="Look for something"')
    .replace(b'<bpmn:startEvent id="s" />', b'<bpmn:startEvent id="s" name="Something is missed" />')
    .replace(b'<bpmn:endEvent id="e" />', b'<bpmn:endEvent id="e" name="Looked for" />')
)


def test_a_new_process_of_another_tool_is_imported_released_and_run(house: House) -> None:
    owner = house.signed_in("process_owner")
    status, reading, _page = send(owner, ("search.bpmn", SEARCH))
    assert status == 303
    draft = reading.removesuffix("/reading")
    assert owner.post(f"{draft}/propose", {"note": "As we draw it elsewhere"}).status_code == 303
    assert house.signed_in("second_owner").post(f"{draft}/release").status_code == 303
    desk = house.signed_in("service_desk")
    page = desk.get("/start/search").get_data(as_text=True)
    kept = {name: hidden(page, name) for name in ("_once",)}
    started = desk.client.post("/start/search", data={"csrf_token": csrf_of(page), **kept})
    assert started.status_code == 303, started.get_data(as_text=True)
    task = first_task(desk)
    html = desk.get(task).get_data(as_text=True)
    assert "Look for it" in html
    kept = {name: hidden(html, name) for name in ("seen", "_once")}
    done = desk.client.post(task, data={"csrf_token": csrf_of(html), **kept, "found": "true", "place": "Room 5"})
    assert done.status_code == 303, done.get_data(as_text=True)
    case = desk.get(started.headers["Location"]).get_data(as_text=True)
    assert "Completed" in case
    assert "Room 5" in case


def test_what_refuses_a_release_is_told_and_marked(house: House) -> None:
    owner = house.signed_in("process_owner")
    groovy = (
        '<bpmn:scriptTask id="sum" name="Count" scriptFormat="groovy"><bpmn:script>n++</bpmn:script></bpmn:scriptTask>'
    )
    _status, reading, _page = send(owner, ("count.bpmn", camunda7(line(groovy))))
    html = owner.get(reading).get_data(as_text=True)
    assert "What a release is refused for" in html
    assert "The script of Count is written in groovy, which is not run." in html
    marks = json.loads(owner.get(f"{reading}.json").data)["findings"]
    assert ("sum", "error") in {(one["element"], one["severity"]) for one in marks}


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
        ("room.zip", spoiled({"room.bpmn": ROOM}), "is no archive that can be read"),
        ("room.zip", packed({".": ROOM}), "cannot be taken"),
        ("room.zip", packed({"room.bpmn": ROOM}, zipfile.ZIP_LZMA), "cannot be taken"),
        ("room.zip", packed({"room.bpmn": ROOM}, zipfile.ZIP_BZIP2), "cannot be taken"),
        ("room.zip", packed(dict.fromkeys((f"{'x' * 200}/{number}" for number in range(900)), b"")), "too much"),
        ("room.zip", packed({"a.zip": packed({"room.bpmn": ROOM})}), "Choose a .bpmn file"),
        ("...", ROOM, "is no file of a process"),
        ("room.bpmn", b"<x", "room.bpmn"),
        ("room.exe", ROOM, "is no file of a process"),
        ("", b"", "Choose a .bpmn file"),
    ],
)
def test_what_cannot_be_taken_is_told(house: House, name: str, content: bytes, told: str) -> None:
    status, _address, page = send(house.signed_in("process_owner"), (name, content))
    assert status == 422
    assert told in page


def test_a_model_that_is_only_drawn_becomes_a_draft_that_is_not_released_yet(house: House) -> None:
    owner = house.signed_in("process_owner")
    drawn = ROOM.replace(b'isExecutable="true"', b'isExecutable="false"')
    status, reading, _page = send(owner, ("room.bpmn", drawn))
    assert (status, "is marked executable" in owner.get(reading).get_data(as_text=True)) == (303, True)
    draft = reading.removesuffix("/reading")
    for address in (draft, f"{draft}/edit", f"{draft}/scenarios", f"{draft}/diagram.bpmn", "/processes"):
        assert owner.get(address).status_code in (200, 404), address
    assert owner.post(f"{draft}/propose", {"note": "As it is drawn"}).status_code == 422
    assert owner.get(f"{draft}/files/room.bpmn/download").data == drawn


def test_no_more_is_unpacked_than_an_archive_says(house: House) -> None:
    """A bomb that lies about its size is read up to what it says, and is then no sound archive."""
    owner = house.signed_in("process_owner")
    bomb = lying({"room.bpmn": b" " * 60_000_000}, 1000)
    tracemalloc.start()
    status, _address, page = send(owner, ("room.zip", bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (status, "is no archive that can be read" in page) == (422, True)
    assert peak < 20_000_000


def test_only_authors_import(house: House) -> None:
    desk = house.signed_in("service_desk")
    assert desk.get("/import").status_code == 403
    assert send(desk, ("room.bpmn", ROOM))[0] == 403


def test_the_modeler_is_told_what_other_tools_wrote_and_whether_a_text_is_feel(house: House) -> None:
    owner = house.signed_in("process_owner")
    _status, reading, _page = send(owner, ("room.bpmn", ROOM))
    draft = reading.rpartition("/")[0]
    told = owner.get(f"{draft}/vocabulary.json").get_json()["elsewhere"]["Agree"]
    assert told["read"]["assignGroup"] == "service_desk, management"
    listener = next(note for note in told["notes"] if note["name"] == "camunda:taskListener")
    assert listener["outcome"] == "open"
    assert listener["remedy"]

    def problem(text: str) -> str:
        headers = {"X-CSRFToken": owner.token()}
        answer = owner.client.post(f"{draft}/expression", data=text.encode(), headers=headers)
        assert answer.status_code == 200
        return str(answer.get_json()["problem"])

    assert problem("persons > 12 and linked cases.follows = null") == ""
    assert problem("sum(persons") == "“(” is not closed"
    assert "5000" in problem("1" * 5001)
