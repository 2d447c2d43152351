"""The check as a whole, drafts, sealing, clauses, and the command line."""

import json
import os
import shutil
import subprocess
import sys
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

import bpmn.checking
from bpmn import clauses
from bpmn.__main__ import main
from bpmn.checking import check, errors, rules
from bpmn.draft import Facts, read_draft
from bpmn.errors import DraftUnreadable
from bpmn.publishing import NotPublishable, digest, seal
from bpmn.rules.finding import Severity
from tests.bpmn.drawing import END, FORM, START, VOCABULARY, definitions, drawn, extended, process

GOOD = definitions(process('<task id="t" name="Work"/>', "s>t>e"))
WARNED = definitions(process('<task id="t"/>', "s>t>e"))
BAD = definitions(process('<task id="t" name="Work"/>', "s>t"))


def test_a_good_process_has_no_findings():
    assert check(read_draft({"x.bpmn": GOOD}), VOCABULARY) == ()


def test_a_crashing_rule_is_an_error_and_the_others_still_speak(monkeypatch):
    def crash(draft, vocabulary):
        yield from ()
        raise ZeroDivisionError("told so")

    broken = [
        rule if rule.id != "unnamed" else type(rule)(id="unnamed", clause="", help="", check=crash) for rule in rules()
    ]
    monkeypatch.setattr(bpmn.checking, "rules", lambda: tuple(broken))
    findings = check(drawn('<task id="t"/>', "s>t"), VOCABULARY)
    crashed = [finding for finding in findings if finding.code == "rule-crashed"]
    assert [(one.rule, one.severity) for one in crashed] == [("unnamed", Severity.ERROR)]
    assert "told so" in crashed[0].message
    assert any(finding.rule == "dead-end" for finding in findings)


def test_errors_come_first():
    findings = check(drawn('<task id="t"/><task id="u"/>', "s>t>e"), VOCABULARY)
    assert [finding.severity for finding in findings] == sorted(finding.severity for finding in findings)
    assert {finding.severity for finding in findings} == set(Severity)
    assert 0 < len(errors(findings)) < len(findings)


def test_findings_name_element_line_and_file():
    content = definitions("\n\n" + process('<task id="t"/>', "s>t>e"))
    finding = check(read_draft({"x.bpmn": content}), VOCABULARY)[0]
    assert (finding.element_id, finding.line, finding.file) == ("t", 3, "x.bpmn")
    assert finding.message == "The activity t has no name."


def test_names_with_braces_do_no_harm():
    draft = drawn('<task id="t" name="{0.__class__} {x}"/>', "s>t")
    assert "{0.__class__} {x}" in check(draft, VOCABULARY)[0].message


def unreadable(files):
    with pytest.raises(DraftUnreadable) as caught:
        read_draft(files)
    return {(problem.file, problem.code) for problem in caught.value.problems}


def test_every_unreadable_file_is_named():
    files = {
        "x.bpmn": b"<a",
        "a.form": b"{",
        "b.dmn": b"<a/>",
        "process.toml": b"= 1",
        "README.md": b"not read",
    }
    assert unreadable(files) == {
        ("x.bpmn", "not_xml"),
        ("a.form", "form"),
        ("b.dmn", "not_dmn"),
        ("process.toml", "facts"),
    }


DECISION = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d"><literalExpression>'
    b"<text>1</text></literalExpression></decision></definitions>"
)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.form": FORM}, "no_diagram"),
        ({"x.bpmn": GOOD, "y.bpmn": GOOD}, "several_diagrams"),
        ({"x.bpmn": GOOD, "a.dmn": DECISION, "b.dmn": DECISION}, "duplicate_decision"),
        ({"x.bpmn": GOOD, "a.dmn": DECISION.replace(b">1<", b">1 +<")}, "literal"),
        ({f"{number}.txt": b"" for number in range(201)}, "too_many_files"),
        ({"x.bpmn": GOOD, "process.toml": b"title = 1"}, "facts"),
        ({"x.bpmn": GOOD, "process.toml": b'clauses = ["8.2"]'}, "facts"),
        ({"x.bpmn": GOOD, "process.toml": b"\xff"}, "facts"),
    ],
)
def test_what_is_no_draft_is_refused(files, code):
    assert code in {found for _, found in unreadable(files)}


def test_a_draft_holds_forms_decisions_and_facts():
    facts = b'title = "T"\nowner = "o"\nextra = 1\n[clauses]\n2018 = ["8.6.1"]'
    draft = read_draft({"x.bpmn": GOOD, "ask.form": FORM, "d.dmn": DECISION, "process.toml": facts, "n.txt": b"1"})
    assert draft.forms.keys() == {"ask"}
    assert draft.decisions.keys() == {"d"}
    assert (draft.facts.title, draft.facts.owner, draft.facts.more) == ("T", "o", {"extra": 1})
    assert draft.facts.clauses == {"2018": ("8.6.1",)}
    assert draft.files["n.txt"] == b"1"


def test_sealing_names_the_files_by_digest():
    first = seal(read_draft({"x.bpmn": GOOD, "n.txt": b"1"}), VOCABULARY)
    again = seal(read_draft({"n.txt": b"1", "x.bpmn": GOOD}), VOCABULARY)
    assert first.digest == again.digest
    assert (first.titles, first.files["x.bpmn"]) == ({"p": "Process"}, GOOD)
    changed = [{"x.bpmn": GOOD, "n.txt": b"2"}, {"x.bpmn": GOOD, "m.txt": b"1"}, {"x.bpmn": GOOD}]
    assert len({first.digest, *(digest(files) for files in changed)}) == 4


def test_what_has_errors_is_not_sealed_and_warnings_pass():
    with pytest.raises(NotPublishable) as caught:
        seal(read_draft({"x.bpmn": BAD}), VOCABULARY)
    assert {finding.rule for finding in caught.value.findings} >= {"dead-end"}
    assert seal(read_draft({"x.bpmn": WARNED}), VOCABULARY).titles.keys() == {"p"}


def test_clauses_of_three_editions_point_at_each_other():
    incident = clauses.clause("2005", "8.2")
    assert incident.related == {"2011": ("8.1",), "2018": ("8.6.1", "8.6.2")}
    assert clauses.clause("2018", "8.6.1").related == {"2005": ("8.2",), "2011": ("8.1",)}
    assert clauses.clause("2018", "8.2.4").related == {"2005": ("6.1",), "2011": ("6.1",)}
    assert clauses.known("2018", "8.7.3.1")
    assert not clauses.known("2018", "8.9")
    assert not clauses.known("1999", "8.2")
    assert all(clause.title and clause.edition in clauses.EDITIONS for clause in clauses.load())
    assert {"3.1", "4.4.3", "6.6", "10.1"} <= {one.number for one in clauses.load() if one.edition == "2005"}


def test_coverage_names_the_processes_of_each_clause():
    facts = [("Incident", Facts(clauses={"2005": ("8.2",)})), ("Security", Facts(clauses={"2018": ("8.7.3",)}))]
    covered = {one.clause.number: one.processes for one in clauses.coverage(facts, "2018")}
    assert covered["8.6.1"] == ("Incident",)
    assert covered["8.7.3.2"] == ("Security",)
    assert covered["8.6.3"] == ()
    assert {one.clause.number: one.processes for one in clauses.coverage(facts, "2005")}["6.6"] == ("Security",)


@pytest.fixture
def folder(tmp_path):
    def made(content, **files):
        (tmp_path / "x.bpmn").write_bytes(content)
        for name, data in files.items():
            (tmp_path / name.replace("__", ".")).write_bytes(data)
        return str(tmp_path)

    return made


@pytest.mark.parametrize(
    ("content", "options", "status"),
    [
        (GOOD, [], 0),
        (GOOD, ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (BAD, [], 2),
        (BAD, ["--strict"], 2),
        (b"<a", [], 3),
        (b"x" * 21_000_000, [], 3),
    ],
)
def test_exit_status(folder, content, options, status, capsys):
    path = folder(content)
    assert main(["check", path, *options]) == status
    assert main(["check", f"{path}/x.bpmn", *options]) == status
    capsys.readouterr()


def made(folder, name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 3),
        (b"\xef\xbb\xbf", 3),
        (bytes(range(256)) * 10, 3),
        (b"PK\x03\x04" + b"\0" * 100, 3),
        (GOOD.decode().encode("utf-8-sig"), 0),
        (('<?xml version="1.0" encoding="UTF-16"?>' + GOOD.decode()).encode("utf-16"), 0),
        (GOOD.decode().encode("utf-16"), 0),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD, 0),
        (b'<?xml version="1.0" encoding="klingon"?>' + GOOD, 3),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD, 3),
        (b"<html/>", 3),
    ],
)
@pytest.mark.parametrize("name", ["x.bpmn", "x.xml", "x.bpmn20.xml", "x"])
def test_exit_status_of_odd_files(tmp_path, name, content, status, capsys):
    assert main(["check", made(tmp_path, name, content)]) == status
    told = capsys.readouterr().out
    assert told == "" if status == 0 else told.startswith(f"{name}:")


def test_exit_status_of_many_files_is_that_of_the_worst(tmp_path, capsys):
    good, warned, bad = (
        made(tmp_path, f"{n}.bpmn", content) for n, content in (("good", GOOD), ("warned", WARNED), ("bad", BAD))
    )
    broken = made(tmp_path, "broken.bpmn", b"<a")
    assert main(["check", good, warned, good]) == 0
    assert main(["check", good, warned, "--strict"]) == 1
    assert main(["check", bad, good, warned, "--strict"]) == 2
    capsys.readouterr()
    assert main(["check", good, broken, bad, warned, "--strict", "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in document["unreadable"]] == ["broken.bpmn"]
    assert {one["file"] for one in document["findings"]} == {"bad.bpmn", "warned.bpmn"}


def test_files_of_one_name_are_told_apart_by_their_paths(tmp_path, capsys):
    paths = [made(tmp_path, f"{folder}/x.bpmn", content) for folder, content in (("a", BAD), ("b", b"<a"), ("c", BAD))]
    assert main(["check", *paths]) == 3
    told = capsys.readouterr().out
    assert all(f"{path}:1" in told for path in paths)


def test_decisions_and_forms_are_read_with_and_without_a_diagram(tmp_path, capsys):
    good = made(tmp_path, "good.bpmn", GOOD)
    form, dmn = made(tmp_path, "ask.form", FORM), made(tmp_path, "d.dmn", b"<definitions/>")
    assert main(["check", form]) == 0
    assert main(["check", good, form]) == 0
    assert main(["check", dmn]) == 3
    assert main(["check", good, good, dmn, form]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("d.dmn:")]) == 2


def test_a_device_is_not_read(capsys):
    assert main(["check", "/dev/zero"]) == 3
    assert "ordinary" in capsys.readouterr().out


def test_a_folder_without_a_diagram_cannot_be_read(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 3
    made(tmp_path, "ask.form", FORM)
    assert main(["check", str(tmp_path)]) == 3
    assert capsys.readouterr().out.count("no_diagram") == 2


def test_a_folder_of_diagrams_that_no_facts_hold_together_is_read_one_by_one(tmp_path, capsys):
    made(tmp_path, "good.bpmn", GOOD)
    made(tmp_path, "bad.bpmn", BAD)
    assert main(["check", str(tmp_path)]) == 2
    assert "several_diagrams" not in capsys.readouterr().out
    made(tmp_path, "process.toml", b'title = "One"')
    assert main(["check", str(tmp_path)]) == 3
    assert f"{tmp_path}: There are several diagrams" in capsys.readouterr().out


def test_standard_input_is_checked(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(BAD)))
    assert main(["check", "-"]) == 2
    assert "-:1: error: t:" in capsys.readouterr().out


def test_a_link_to_nothing_cannot_be_read(tmp_path):
    (tmp_path / "x.bpmn").symlink_to("nowhere")
    assert main(["check", str(tmp_path / "x.bpmn")]) == 3
    assert main(["check", str(tmp_path)]) == 3


def test_who_stops_reading_and_what_the_terminal_cannot_show_end_in_no_traceback(tmp_path):
    bad = made(tmp_path, "b\u00e4d.bpmn", BAD)
    command = [sys.executable, "-m", "bpmn", "check", bad]
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=plain, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (2, b"")
    assert b"b\\xe4d.bpmn:1: error" in done.stdout
    reading, writing = os.pipe()
    os.close(reading)
    try:
        cut = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert (cut.returncode, cut.stderr) == (2, b"")


@pytest.mark.parametrize("arguments", [[], ["check"], ["paint", "x"], ["check", "--loud", "."], ["check", "/no/such"]])
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 64
    assert "usage: python -m bpmn" in capsys.readouterr().err


def test_findings_as_json(folder, capsys):
    assert main(["check", folder(BAD), "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    found = {(one["code"], one["element"], one["severity"], one["file"], one["line"]) for one in document["findings"]}
    assert ("dead-end", "t", "error", "x.bpmn", 1) in found
    assert document["unreadable"] == []
    assert main(["check", folder(b"<a"), "--json"]) == 3
    problem = json.loads(capsys.readouterr().out)["unreadable"][0]
    assert (problem["file"], problem["code"], problem["line"]) == ("x.bpmn", "not_xml", 1)


def test_text_names_place_and_remedy(folder, capsys):
    main(["check", folder(BAD)])
    assert "x.bpmn:1: error: t: The path stops at Work, which is not an end event. Draw" in capsys.readouterr().out


def test_without_an_installation_the_roles_of_the_lanes_exist(folder):
    lane = "<laneSet><lane id='l' name='Anybody'><flowNodeRef>u</flowNodeRef></lane></laneSet>"
    task = f'<userTask id="u" name="Ask">{extended(formRef="ask", clockStart="any")}</userTask>'
    content = definitions(process(lane + START + task + END, "s>u>e", ends=False))
    assert main(["check", folder(content, ask__form=FORM), "--strict"]) == 0


def test_single_files_share_the_forms_given_with_them(folder, capsys):
    lane = "<laneSet><lane id='l' name='Anybody'><flowNodeRef>u</flowNodeRef></lane></laneSet>"
    task = f'<userTask id="u" name="Ask">{extended(formRef="ask")}</userTask>'
    path = folder(definitions(process(lane + task, "s>u>e")), ask__form=FORM)
    assert main(["check", f"{path}/x.bpmn"]) == 0
    assert "form-file" in capsys.readouterr().out
    assert main(["check", f"{path}/x.bpmn", f"{path}/ask.form"]) == 0
    assert "form-file" not in capsys.readouterr().out
    shutil.move(f"{path}/x.bpmn", f"{path}/x.xml")
    assert main(["check", f"{path}/x.xml", f"{path}/ask.form"]) == 0


@pytest.mark.parametrize(
    "folder_of_process",
    sorted(path.parent for path in (Path(bpmn.checking.__file__).parent / "library").glob("*/process.toml")),
    ids=lambda path: path.name,
)
def test_the_library_has_no_findings(folder_of_process, capsys):
    assert main(["check", str(folder_of_process), "--strict"]) == 0, capsys.readouterr().out


def test_findings_stay_short_and_few():
    long = definitions(process(f'<task id="t" name="{"N" * 100_000}"/>', "s>t"))
    found = check(read_draft({"x.bpmn": long}), VOCABULARY)
    assert found
    assert all(len(finding.message) < 1_000 for finding in found)
    many = definitions(process("".join(f'<task id="t{number}" name="T"/>' for number in range(600)), ""), picture=False)
    found = check(read_draft({"x.bpmn": many}), VOCABULARY)
    assert len([finding for finding in found if finding.rule == "dead-end"]) == 500


SLOW = {
    "a line of spaces": '<scriptTask id="t"><script>a' + " " * 1_000_000 + "b</script></scriptTask>",
    "many flows between two": '<task id="t"/>' + '<sequenceFlow sourceRef="s" targetRef="t"/>' * 11_000,
    "many sub-processes": "".join(f'<subProcess id="n{number}"/>' for number in range(11_000)),
    "many conditions": "".join(
        f'<sequenceFlow id="f{number}" sourceRef="s" targetRef="e"><conditionExpression>=a + {number} &gt; b'
        "</conditionExpression></sequenceFlow>"
        for number in range(11_000)
    ),
    "a long script": '<scriptTask id="t"><script>' + "a = b + 1\n" * 400_000 + "</script></scriptTask>",
    "brackets": '<scriptTask id="t"><script>a = ' + "(" * 1_000_000 + "</script></scriptTask>",
    "a long timer": '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P'
    + "1" * 1_000_000
    + "</timeDuration></timerEventDefinition></intermediateCatchEvent>",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("inner", SLOW.values(), ids=SLOW.keys())
def test_hostile_diagrams_are_refused_within_bounds(inner):
    begun = time.process_time()
    assert errors(check(read_draft({"x.bpmn": definitions(process(inner), picture=False)}), VOCABULARY))
    assert time.process_time() - begun < 5


def test_each_rule_speaks_once():
    assert [finding.rule for finding in check(read_draft({"x.bpmn": WARNED}), VOCABULARY)] == ["unnamed"]
    date = "<timerEventDefinition><timeDate>2027-02-31</timeDate></timerEventDefinition>"
    draft = drawn(f'<intermediateCatchEvent id="t" name="T">{date}</intermediateCatchEvent><task id="x"/>', "s>t>e x>e")
    assert {finding.rule for finding in errors(check(draft, VOCABULARY))} == {"unreachable"}


def test_without_an_installation_the_operations_called_exist(folder):
    operator = '<spiffworkflow:serviceTaskOperator id="any/thing"/>'
    inner = f'<serviceTask id="t" name="T"><extensionElements>{operator}</extensionElements></serviceTask>'
    assert main(["check", folder(definitions(process(inner, "s>t>e"))), "--strict"]) == 0
