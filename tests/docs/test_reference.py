"""The reference against the code: what is listed is what there is."""

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

import bpmn.__main__
import tests.bench.__main__
from bpmn.checking import rules
from bpmn.decisions import Aggregation, HitPolicy
from bpmn.decisions.reading_boxed import LOGIC
from bpmn.rules.misspelt_property import KNOWN
from bpmn.scripts import Limits
from bpmn.scripts.functions import FUNCTIONS, METHODS
from bpmn.scripts.subset import DEEPEST, LENGTH
from engine.model.entry import EntryKind
from engine.vocabulary import CLOCKS, OPERATIONS
from forms.definition import FieldKind
from forms.feel import FUNCTION_NAMES
from forms.wording import INSTEAD
from setup.commands import USAGE
from tests.bench.loop import begun, desk, opened
from tests.docs.pages import PAGES, ROOT, page, quoted

VARIABLE = re.compile(r"KEELSON_[A-Z_]+")


def sources_of_rules() -> dict[str, str]:
    folder = ROOT / "bpmn" / "rules"
    return {rule.id: (folder / f"{rule.id.replace('-', '_')}.py").read_text(encoding="utf-8") for rule in rules()}


def expected_rules() -> list[tuple[str, str, str, str]]:
    sources = sources_of_rules()
    listed = []
    for rule in rules():
        severities = " or ".join(sorted(set(re.findall(r"RULE\.(error|warning)\b", sources[rule.id]))))
        sentence = " ".join(rule.help.partition("\n\n")[0].split()).replace("``", "`")
        listed.append((f"`{rule.id}`", rule.clause or "ours", severities, sentence))
    return listed


def test_every_check_rule_is_listed_with_its_clause_severity_and_first_sentence() -> None:
    expected = expected_rules()
    lines = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert page("rules").rows("Rules") == expected, f"the table should be:\n{lines}"


def test_every_constraint_names_a_rule_and_a_code_of_its_findings() -> None:
    sources = sources_of_rules()
    rows = page("rules").rows("Constraints of the standard")
    for clause, _, by in rows:
        assert re.match(r"\d+\.\d", clause), clause
        for named in quoted(by):
            rule, _, code = named.partition(" ")
            assert rule in sources, named
            assert not code or f'"{code}"' in sources[rule], named


def test_every_property_is_listed() -> None:
    listed = {name for row in page("diagrams").rows("Properties of elements") for name in quoted(row[1])}
    assert listed == KNOWN | {"resultVariable"}


def test_operations_and_clocks_of_every_installation_are_listed() -> None:
    text = page("diagrams").text
    assert {row[0] for row in page("diagrams").rows("Operations")} == {f"`{name}`" for name in OPERATIONS}
    assert all(f"`{clock}`" in text for clock in CLOCKS)


def test_every_form_component_is_listed() -> None:
    others = {"group", "dynamiclist", "text", "separator", "spacer", "button"}
    assert {name for row in page("forms").rows("Components") for name in quoted(row[0])} == {
        kind.value for kind in FieldKind
    } | others
    assert {name for row in page("forms").rows("Refused") for name in quoted(row[0])} == set(INSTEAD)


def test_every_built_in_function_is_listed_once() -> None:
    listed = [name for row in page("expressions").rows("Built-in functions") for name in quoted(row[1])]
    assert sorted(listed) == sorted(FUNCTION_NAMES)


def test_all_python_that_may_be_called_is_listed_once() -> None:
    listed = [name for row in page("expressions").rows("Python functions") for name in quoted(row[1])]
    assert sorted(listed) == sorted(FUNCTIONS)
    listed = [quoted(row[1]) for row in page("expressions").rows("Python methods")]
    assert listed == [list(methods) for methods in METHODS.values()]


def test_limits_of_python_are_listed() -> None:
    text = page("expressions").section("Python limits").replace(" ", "")
    limits = Limits()
    for number in (LENGTH, DEEPEST, limits.steps, int(limits.seconds), limits.size, limits.total, limits.depth):
        assert re.search(rf"(?<!\d){number}(?!\d)", text), number


def test_every_hit_policy_and_aggregation_is_listed() -> None:
    rows = page("decisions").rows("Hit policies")
    assert {quoted(row[0])[0] for row in rows} == {policy.value for policy in HitPolicy}
    assert {name for row in rows if "COLLECT" in row[0] for name in quoted(row[1])} == {
        one.value for one in Aggregation
    }


def test_every_row_of_the_coverage_of_decisions_has_a_test_behind_it() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "bpmn").rglob("test_decisions.py"))
    source += "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "bpmn" / "decisions").glob("*.py"))
    rows = page("decisions").rows("Coverage")
    for row in rows:
        assert quoted(row[2])
        for name in quoted(row[2]):
            assert f"def {name}(" in source, name
    listed = {name for row in rows for name in quoted(row[0])}
    assert listed >= LOGIC | {"inputData", "businessKnowledgeModel", "decisionService", "itemDefinition", "import"}


def test_every_kind_of_entry_is_listed_with_what_it_says() -> None:
    source = (ROOT / "engine" / "model" / "entry.py").read_text(encoding="utf-8")
    said = re.findall(r'^    [A-Z_]+ = "([a-z_.]+)".*\n    """(.*)"""', source, re.M)
    assert {kind for kind, _ in said} == {kind.value for kind in EntryKind}
    expected = [(f"`{kind}`", sentence) for kind, sentence in said]
    assert page("journal").rows("Kinds") == expected


def test_every_move_is_listed() -> None:
    source = (ROOT / "engine" / "acts" / "moving.py").read_text(encoding="utf-8")
    written = set(re.findall(r'moves\.append\(\s*\["(\w+)"', source))
    assert written
    listed = {name for row in page("journal").rows("Facts of a case") for name in re.findall(r'\["(\w+)"', row[0])}
    assert listed == written


def test_settings_are_those_that_are_read() -> None:
    read = set(VARIABLE.findall((ROOT / "engine" / "settings.py").read_text(encoding="utf-8"))) - {"KEELSON_"}
    listed = {name for row in page("settings").rows("Settings") for name in quoted(row[0])}
    assert listed == read
    named = {name for document in PAGES for name in VARIABLE.findall(document.text)} - {"KEELSON_"}
    assert named <= read


def test_usage_of_run() -> None:
    commands = page("commands")
    for line in USAGE.partition("\n\n")[0].removeprefix("usage:").splitlines():
        assert line.strip() in list(commands.code())


OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


@pytest.mark.parametrize(
    ("module", "heading", "helps"),
    [
        ("bpmn", "python -m bpmn check", (("check", "-h"),)),
        ("engine", "python -m engine", (("-h",), ("verify", "-h"))),
        ("webui", "python -m webui", (("-h",),)),
    ],
)
def test_options_of_commands(module: str, heading: str, helps: tuple[tuple[str, ...], ...]) -> None:
    """Every option and command that the help names is on the page, and no other option."""
    command = [sys.executable, "-m", module]
    helped = "".join(
        subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=ROOT, check=True).stdout
        for arguments in helps
    )
    text = page("commands").section(heading)
    assert set(OPTION.findall(text)) == set(OPTION.findall(helped)) - {"--help"}
    for name in re.findall(r"^    ([a-z]+)  ", helped, re.M):
        assert f"python -m {module} {name}" in text


def test_exit_statuses_of_the_check() -> None:
    rows = page("commands").rows("python -m bpmn check")
    statuses = {bpmn.__main__.WARNINGS, bpmn.__main__.ERRORS, bpmn.__main__.UNREADABLE, bpmn.__main__.USAGE}
    assert {int(row[0]) for row in rows} == {0} | statuses


def test_benchmarks_are_listed() -> None:
    assert {row[0] for row in page("benchmarks").rows("What is measured")} == {
        f"`{name}`" for name in tests.bench.__main__.BENCHMARKS
    }


def test_the_example_verifies_a_store_and_finds_what_was_changed(tmp_path: Path) -> None:
    (example,) = page("journal").fences("python")
    store = tmp_path / "keelson.sqlite"
    installation = opened(tmp_path, f"sqlite:///{store}")
    begun(installation, desk(installation)).complete()
    installation.close()

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-c", example, str(store)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    sound = run()
    assert sound.returncode == 0, sound.stderr
    with closing(connect(store)) as database, database:
        tails = database.execute("SELECT stream, max(seq), hash FROM entry GROUP BY stream ORDER BY stream").fetchall()
        assert sound.stdout.splitlines() == [" ".join(map(str, tail)) for tail in tails]
        (stream,) = next(database.execute("SELECT stream FROM entry_value WHERE path = 'answer:note'"))
        database.execute("UPDATE entry_value SET value = '\"other\"' WHERE path = 'answer:note'")
    broken = run()
    assert broken.returncode == 1
    assert re.fullmatch(rf"{stream}: entry \d+ is broken\n", broken.stderr)
