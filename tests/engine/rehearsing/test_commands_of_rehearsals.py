"""python -m engine run and python -m engine test: exit status, text, JSON, JUnit."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from engine.database import Database
from engine.rehearsing import command
from engine.storage import migrations, tables
from tests.engine.rehearsing.test_models_of_other_tools import MODELS

STATUS = {
    "parallel.bpmn": 0,
    "javascript.bpmn": 2,
    "receive_bare.bpmn": 4,
    "null_condition.bpmn": 5,
}


def run(*arguments: str | Path) -> tuple[int, Any]:
    status, text = command.run([*map(str, arguments), "--json"])
    return status, json.loads(text)


@pytest.mark.parametrize("name", STATUS)
def test_the_exit_status_says_what_came_of_it(name: str) -> None:
    assert run(MODELS / name)[0] == STATUS[name]


def test_warnings_count_where_they_are_asked_for() -> None:
    assert run(MODELS / "parallel.bpmn", "--strict")[0] == 1


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(b"<definitions")
    status, document = run(broken)
    assert (status, document["status"]) == (3, "unreadable")
    assert document["unreadable"][0]["file"] == "broken.bpmn"
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty")[0] == 3
    scenario = tmp_path / "s.scenario.json"
    scenario.write_text('{"x": 1}')
    assert run(MODELS / "parallel.bpmn", "--scenario", scenario)[0] == 3


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing.bpmn"], [str(MODELS / "parallel.bpmn"), "--data", "[1]"], ["--nonsense"]],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command.run(arguments)
    assert left.value.code == 64
    assert "usage:" in capsys.readouterr().err


def test_the_outcome_as_json_is_what_the_reference_promises() -> None:
    status, document = run(MODELS / "callee.bpmn", "--data", '{"x": 0.1, "big": 12345678901234567890}')
    assert status == 0
    assert list(document) == [
        *("status", "reason", "processes", "path", "end", "data", "waiting", "incidents", "cases", "trace"),
        *("findings", "unreadable", "differences"),
    ]
    assert document["data"] == {"x": 0.1, "big": 12345678901234567890, "y": 0.2}
    assert document["trace"][0] == {
        "element": "s",
        "event": "entered",
        "at": "2026-01-05T09:00:00Z",
        "case": "CASE-1001",
        "process": "callee",
    }


def test_folders_and_files_of_one_name_are_taken_together(tmp_path: Path) -> None:
    for folder, name in (("a", "caller.bpmn"), ("b", "callee.bpmn")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.bpmn").write_bytes((MODELS / name).read_bytes())
        (tmp_path / folder / "notes.txt").write_text("not of the process")
    status, document = run(tmp_path / "a", tmp_path / "b" / "p.bpmn", "--data", '{"x": 1}')
    assert (status, document["path"]) == (0, ["s", "s", "set", "e", "call", "e"])


def test_a_diagram_may_have_any_name(tmp_path: Path) -> None:
    odd = tmp_path / "model.xml"
    odd.write_bytes((MODELS / "javascript.bpmn").read_bytes())
    assert {finding["file"] for finding in run(odd)[1]["findings"]} == {"model.xml"}
    odd.write_bytes(b"<x/>")
    assert run(odd)[1]["unreadable"][0]["file"] == "model.xml"


def test_decisions_and_forms_beside_it_belong_to_it() -> None:
    library = MODELS.parents[3] / "bpmn" / "library" / "incident"
    fixed = library / "fixed_at_once.scenario.json"
    status, document = run(library, "--scenario", fixed)
    assert (status, document["differences"], document["data"]["priority"]) == (0, [], "P1")


def test_answers_that_do_not_fit_the_form_fail_and_name_the_field(tmp_path: Path) -> None:
    library = MODELS.parents[3] / "bpmn" / "library" / "incident"
    content = json.loads((library / "fixed_at_once.scenario.json").read_text(encoding="utf-8"))
    content["answers"]["INC_Log"] = {"category": "nothing of the list", "next": "solved"}
    scenario(tmp_path, "wrong", **content)
    status, document = run(library, "--scenario", tmp_path / "wrong.scenario.json")
    incident = document["incidents"][0]
    assert (status, incident["element"], incident["code"]) == (5, "INC_Log", "answers_rejected")
    assert "category" in incident["message"]


def test_a_process_can_be_named_and_one_that_is_not_there_is_refused() -> None:
    assert run(MODELS / "only_called_and_caller.bpmn", "--process", "p")[1]["path"] == ["s2", "inner", "e2"]
    both = run(MODELS / "only_called_and_caller.bpmn", "--process", "p", "--process", "outer")[1]
    assert both["processes"] == ["p", "outer"]
    assert [case["process"] for case in both["cases"]] == ["p", "outer", "p"], "the last one is called"
    status, document = run(MODELS / "only_called_and_caller.bpmn", "--process", "q")
    assert (status, document["findings"][0]["code"]) == (2, "no-process")


def test_the_text_for_people_names_what_matters() -> None:
    _, text = command.run([str(MODELS / "receive_bare.bpmn")])
    assert text.splitlines()[0] == "begins: p"
    assert "path: s" in text
    assert "waits: r (message Payment)" in text
    assert text.splitlines()[-1] == "waiting"
    _, text = command.run([str(MODELS / "parallel.bpmn"), "--explain"])
    assert "2026-01-05T09:00:00Z  CASE-1001  entered    split" in text


def scenario(folder: Path, name: str, **content: Any) -> None:
    (folder / f"{name}.scenario.json").write_text(json.dumps(content), encoding="utf-8")


def test_scenarios_beside_a_diagram_pass_or_fail_with_a_difference(tmp_path: Path) -> None:
    (tmp_path / "p.bpmn").write_bytes((MODELS / "boundary_timer.bpmn").read_bytes())
    scenario(tmp_path, "good", expect={"path": ["s", "t", "ok"]})
    assert command.test([str(tmp_path)]) == (0, f"passed  {tmp_path}/good.scenario.json\n1 of 1 scenarios passed")
    scenario(tmp_path, "late", answers={"t": None}, expect={"end": ["ok"]})
    scenario(tmp_path, "odd", nonsense=1)
    report = tmp_path / "report.xml"
    status, text = command.test([str(tmp_path), "--json", "--junit", str(report)])
    document = json.loads(text)
    assert (status, document["passed"]) == (1, False)
    assert [one["passed"] for one in document["scenarios"]] == [True, False, False]
    assert document["scenarios"][1]["differences"] == [{"what": "end", "expected": ["ok"], "got": ["late"]}]
    assert "nonsense" in document["scenarios"][2]["problem"]
    suite = Xml.fromstring(report.read_bytes())  # noqa: S314 - our own report
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert 'end: expected ["ok"], got ["late"]' in command.test([str(tmp_path)])[1]


def test_a_folder_without_scenarios_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command.test([str(tmp_path)])
    assert left.value.code == 64
    assert "no scenario" in capsys.readouterr().err


def test_the_command_runs_without_an_installation_and_loads_little(tmp_path: Path) -> None:
    program = (
        "import sys; from engine.__main__ import main; "
        f"status = main(['run', {str(MODELS / 'parallel.bpmn')!r}]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'alembic', 'flask'})); "
        "sys.exit(status)"
    )
    given = {"KEELSON_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=MODELS.parents[3], env=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[-2:] == ["completed", ""]
    assert not list(tmp_path.iterdir())


def test_the_tables_of_a_rehearsal_are_those_that_the_migrations_make() -> None:
    made, upgraded = Database("sqlite://"), Database("sqlite://")
    try:
        with made.writing() as connection:
            tables.create(connection)
        migrations.upgrade(upgraded)
        assert _schema(made) == _schema(upgraded)
    finally:
        made.close()
        upgraded.close()


def _schema(database: Database) -> dict[str, Any]:
    """Columns, indexes and references of every table, without their order or the words they were made by."""
    found: dict[str, Any] = {}
    with database.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for name in set(names) - {"alembic_version"}:
            columns = connection.exec_driver_sql(f"PRAGMA table_xinfo({name})").all()
            keys = connection.exec_driver_sql(f"PRAGMA foreign_key_list({name})").all()
            indexes = connection.exec_driver_sql(f"PRAGMA index_list({name})").all()
            found[name] = (
                sorted(tuple(column)[1:] for column in columns),
                sorted(tuple(key)[2:] for key in keys),
                sorted((index[2], index[3]) for index in indexes),
            )
    return found
