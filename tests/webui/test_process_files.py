"""The files of a version stand by what they are, with the titles they give themselves."""

from webui.process_files import File, by_kind


def test_files_stand_by_kind_with_their_titles() -> None:
    files = {
        "process.toml": b"a",
        "b.scenario.json": b'{"title": "All goes well"}',
        "b.form": b'{"title": "Ask"}',
        "a.form": b"{}",
        "x.bpmn": b"<x/>",
    }
    assert by_kind(files) == [
        ("Diagrams", [File("x.bpmn", "", 4)]),
        ("Forms", [File("a.form", "", 2), File("b.form", "Ask", 16)]),
        ("Scenarios", [File("b.scenario.json", "All goes well", 26)]),
        ("Facts", [File("process.toml", "", 1)]),
    ]


def test_a_file_that_cannot_be_read_stands_by_its_name() -> None:
    odd = (b"{", b"\xff", b"[]", b'{"title": 7}', b"")
    for content in odd:
        assert by_kind({"a.form": content}) == [("Forms", [File("a.form", "", len(content))])]
    assert by_kind({}) == []


def test_json_that_nests_too_deep_to_be_read_has_no_title() -> None:
    ((_kind, (file,)),) = by_kind({"a.scenario.json": b"[" * 100_000})
    assert (file.title, file.octets) == ("", 100_000)
